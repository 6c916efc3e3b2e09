import type { LoggerService } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { FastifyAdapter, type NestFastifyApplication } from '@nestjs/platform-fastify';
import { DocumentBuilder, SwaggerModule } from '@nestjs/swagger';
import { AppModule } from './app.module.js';
import { throttleCallbacks } from './callbacks/throttle-callbacks.js';
import { bodyLimitBytes } from './config/limits.js';
import { requestTimeoutMs } from './http/connection-limits.js';
import { takeJsonOnly } from './http/json-body.js';
import { logRequests } from './http/request-log.js';
import { JsonLogger } from './logging/json-logger.js';
import type { Surroundings } from './surroundings.js';

/** The whole backend, ready to listen. Its end, or its failure to start, is that of its surroundings, too. */
export async function createApp(
  surroundings: Surroundings,
  logger: LoggerService = new JsonLogger(['log', 'warn', 'error', 'fatal']),
): Promise<NestFastifyApplication> {
  const app = await NestFactory.create<NestFastifyApplication>(
    AppModule.forRoot(surroundings),
    new FastifyAdapter({ bodyLimit: bodyLimitBytes, requestTimeout: requestTimeoutMs }),
    { logger, abortOnError: false, bodyParser: false },
  ).catch(async (error: unknown) => {
    await surroundings.target.onApplicationShutdown();
    throw error;
  });
  takeJsonOnly(app);
  logRequests(app);
  throttleCallbacks(app);
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
