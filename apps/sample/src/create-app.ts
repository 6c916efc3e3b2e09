import { Logger, type LoggerService } from '@nestjs/common';
import { ConfigService } from '@nestjs/config';
import { NestFactory } from '@nestjs/core';
import { FastifyAdapter, type NestFastifyApplication } from '@nestjs/platform-fastify';
import { AppModule } from './app.module.js';
import { throttleCallbacks } from './callbacks/throttle-callbacks.js';
import type { Environment } from './config/environment.js';
import { serverOptions } from './http/connections.js';
import { acceptJsonOnly } from './http/json-body.js';
import { AppLogger, logRequests } from './http/logger.js';
import { serveDocs } from './http/openapi.js';
import { print } from './run.js';

/** Builds the whole backend, ready to listen. */
export async function createApp(
  logger: LoggerService = new AppLogger(),
  rootModule = () => AppModule.forRoot(),
): Promise<NestFastifyApplication> {
  Logger.overrideLogger(logger);
  const app = await NestFactory.create<NestFastifyApplication>(
    await rootModule(),
    new FastifyAdapter(serverOptions),
    { logger, abortOnError: false, bodyParser: false },
  );
  acceptJsonOnly(app);
  logRequests(app);
  throttleCallbacks(app);
  if (app.get(ConfigService).get('API_DOCS') === 'on') serveDocs(app);
  app.enableShutdownHooks();
  return app;
}

/** Listens, prints where, and returns the URL. An application that cannot listen is closed. */
export async function listen(app: NestFastifyApplication): Promise<string> {
  const config = app.get<ConfigService<Environment, true>>(ConfigService);
  try {
    await app.listen(config.get('PORT', { infer: true }), config.get('HOST', { infer: true }));
  } catch (error) {
    await app.close();
    throw error;
  }
  const url = await app.getUrl();
  const docs = config.get('API_DOCS', { infer: true }) === 'on' ? `API docs  ${url}/docs\n` : '';
  print(`\nBackend   ${url}\n${docs}`);
  return url;
}
