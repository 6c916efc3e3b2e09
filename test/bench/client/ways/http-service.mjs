import 'reflect-metadata';
import { HttpModule, HttpService } from '@nestjs/axios';
import { NestFactory } from '@nestjs/core';
import { firstValueFrom } from 'rxjs';
import { callIdOf, signedParameters, wireBody } from './support.mjs';

/** @returns {Promise<import('./index.mjs').Way>} */
export async function create(url) {
  const app = await NestFactory.createApplicationContext(HttpModule.register({}), {
    logger: ['error', 'warn'],
  });
  const http = app.get(HttpService);
  return {
    call: async () => {
      const { data } = await firstValueFrom(
        http.post(`${url}/`, wireBody(), { params: signedParameters() }),
      );
      return callIdOf(data);
    },
    close: () => app.close(),
  };
}
