import { type LoggerService, Module, type OnApplicationShutdown } from '@nestjs/common';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import type { ZimSandbox } from 'zim-sandbox';
import { AppModule } from '../src/app.module.js';
import { createApp } from '../src/create-app.js';

/** Builds the same backend as production's. Its sandbox stops with it, or when it cannot be built. */
export async function createDevelopmentApp(
  sandbox?: ZimSandbox,
  logger?: LoggerService,
): Promise<NestFastifyApplication> {
  if (sandbox === undefined) return createApp(logger);
  const running = { provide: RunningSandbox, useValue: new RunningSandbox(sandbox) };
  try {
    return await createApp(logger, async () => ({
      module: DevelopmentModule,
      imports: [await AppModule.forRoot()],
      providers: [running],
    }));
  } catch (error) {
    await sandbox.stop();
    throw error;
  }
}

/** The root module of a backend that has a sandbox. */
@Module({})
class DevelopmentModule {}

class RunningSandbox implements OnApplicationShutdown {
  constructor(private readonly sandbox: ZimSandbox) {}

  onApplicationShutdown(): Promise<void> {
    return this.sandbox.stop();
  }
}
