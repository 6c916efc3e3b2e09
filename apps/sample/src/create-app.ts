import { type LoggerService, Logger } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { FastifyAdapter, type NestFastifyApplication } from '@nestjs/platform-fastify';
import { DocumentBuilder, SwaggerModule } from '@nestjs/swagger';
import { AppModule } from './app.module.js';
import { bodyLimitBytes } from './config/limits.js';
import { JsonLogger } from './logging/json-logger.js';
import { chooseRequestId, runWithRequestId } from './logging/request-context.js';

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
    // Fastify would call a body with __proto__ broken JSON; the pipe refuses it by its name.
    new FastifyAdapter({
      bodyLimit: bodyLimitBytes,
      onProtoPoisoning: 'ignore',
      onConstructorPoisoning: 'ignore',
    }),
    { logger, abortOnError: false, bodyParser: false },
  );
  // JSON alone: a browser sends forms and text to other origins without asking first.
  app.getHttpAdapter().getInstance().removeContentTypeParser('text/plain');
  logRequests(app);
  serveDocs(app);
  app.enableShutdownHooks();
  return app;
}

/** Gives each request its id and writes one line about it. The query stays out of the log. */
function logRequests(app: NestFastifyApplication): void {
  const log = new Logger('Http');
  const server = app.getHttpAdapter().getInstance();
  server.addHook('onRequest', (request, reply, done) => {
    const requestId = chooseRequestId(request.headers['x-request-id']);
    reply.header('X-Request-Id', requestId);
    runWithRequestId(requestId, done);
  });
  server.addHook('onResponse', (request, reply, done) => {
    log.log('answered', {
      method: request.method,
      path: request.url.split('?')[0],
      status: reply.statusCode,
      durationMs: Math.round(reply.elapsedTime),
    });
    done();
  });
}

function serveDocs(app: NestFastifyApplication): void {
  const description = new DocumentBuilder()
    .setTitle('Call invitations')
    .setDescription('Whoever may use these routes can ring any user’s phone.')
    .addBearerAuth()
    .build();
  SwaggerModule.setup('docs', app, () => SwaggerModule.createDocument(app, description));
}
