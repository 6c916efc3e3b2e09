import type { LoggerService, Provider } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { FastifyAdapter, type NestFastifyApplication } from '@nestjs/platform-fastify';
import { DocumentBuilder, SwaggerModule } from '@nestjs/swagger';
import { AppModule } from './app.module.js';
import { throttleCallbacks } from './callbacks/throttle-callbacks.js';
import { type Environment, servesApiDocs } from './config/environment.js';
import { bodyLimitBytes } from './config/limits.js';
import {
  type ConnectionLimits,
  connectionLimits,
  toServerOptions,
} from './http/connection-limits.js';
import { takeJsonOnly } from './http/json-body.js';
import { logRequests } from './http/request-log.js';
import { JsonLogger } from './logging/json-logger.js';
import { version } from './version.js';

/** What an entry point or a test may replace or add. */
export interface AppParts {
  readonly logger?: LoggerService;
  readonly limits?: ConnectionLimits;
  readonly providers?: Provider[];
}

/** The whole backend, ready to listen. */
export async function createApp(
  environment: Environment,
  {
    logger = new JsonLogger(['log', 'warn', 'error', 'fatal']),
    limits = connectionLimits,
    providers,
  }: AppParts = {},
): Promise<NestFastifyApplication> {
  const app = await NestFactory.create<NestFastifyApplication>(
    AppModule.forRoot(environment, providers),
    new FastifyAdapter({ bodyLimit: bodyLimitBytes, ...toServerOptions(limits) }),
    { logger, abortOnError: false, bodyParser: false },
  );
  takeJsonOnly(app);
  logRequests(app);
  throttleCallbacks(app);
  if (servesApiDocs(environment)) serveDocs(app);
  app.enableShutdownHooks();
  return app;
}

function serveDocs(app: NestFastifyApplication): void {
  const description = new DocumentBuilder()
    .setTitle('Call invitations')
    .setVersion(version)
    .setDescription('Whoever may use these routes can ring any user’s phone.')
    .addBearerAuth({ type: 'http', scheme: 'bearer', description: 'One of API_KEYS' })
    .build();
  SwaggerModule.setup('docs', app, () => SwaggerModule.createDocument(app, description));
}
