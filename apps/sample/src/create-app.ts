import type { LoggerService } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { FastifyAdapter, type NestFastifyApplication } from '@nestjs/platform-fastify';
import { DocumentBuilder, SwaggerModule } from '@nestjs/swagger';
import { AppModule } from './app.module.js';
import { bodyLimitBytes } from './config/limits.js';
import { requestTimeoutMs } from './http/connection-limits.js';
import { takeJsonOnly } from './http/json-body.js';
import { logRequests } from './http/request-log.js';
import { JsonLogger } from './logging/json-logger.js';

/**
 * The whole backend, ready to listen.
 * @param overrides variables that go before those of the process
 */
export async function createApp(
  overrides: Record<string, string> = {},
  logger: LoggerService = new JsonLogger(['log', 'warn', 'error', 'fatal']),
): Promise<NestFastifyApplication> {
  const app = await NestFactory.create<NestFastifyApplication>(
    await AppModule.forRoot(overrides),
    new FastifyAdapter({ bodyLimit: bodyLimitBytes, requestTimeout: requestTimeoutMs }),
    { logger, abortOnError: false, bodyParser: false },
  );
  takeJsonOnly(app);
  logRequests(app);
  serveDocs(app);
  app.enableShutdownHooks();
  return app;
}

function serveDocs(app: NestFastifyApplication): void {
  const description = new DocumentBuilder()
    .setTitle('Call invitations')
    .setDescription('Whoever may use these routes can ring any user’s phone.')
    .addBearerAuth({ type: 'http', scheme: 'bearer', description: 'One of API_KEYS' })
    .build();
  SwaggerModule.setup('docs', app, () => SwaggerModule.createDocument(app, description));
}
