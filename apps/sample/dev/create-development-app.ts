import type { OnApplicationShutdown } from '@nestjs/common';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import type { ZimSandbox } from 'zim-sandbox';
import { type AppParts, createApp } from '../src/create-app.js';
import type { Development } from './development.js';

/** The same backend as production's; its sandbox, if there is one, stops with it or with its failure to start. */
export async function createDevelopmentApp(
  { environment, sandbox }: Development,
  parts: Pick<AppParts, 'logger' | 'limits'> = {},
): Promise<NestFastifyApplication> {
  if (sandbox === undefined) return createApp(environment, parts);
  try {
    const providers = [{ provide: RunningSandbox, useValue: new RunningSandbox(sandbox) }];
    return await createApp(environment, { ...parts, providers });
  } catch (error) {
    await sandbox.stop();
    throw error;
  }
}

class RunningSandbox implements OnApplicationShutdown {
  constructor(private readonly sandbox: ZimSandbox) {}

  onApplicationShutdown(): Promise<void> {
    return this.sandbox.stop();
  }
}
