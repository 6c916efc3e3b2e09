import { type INestApplication, type INestApplicationContext } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { ExpressAdapter } from '@nestjs/platform-express';
import { FastifyAdapter } from '@nestjs/platform-fastify';
import type { AddressInfo } from 'node:net';
import type { Server, ServerResponse } from 'node:http';
import { callbackPath as path, callbackSecret as secret } from '../testing/callback-app.js';
import { RecordingLogger } from '../testing/recording-logger.js';
import { ZimCallModule } from '../zim-call.module.js';

const options = { appId: 1, serverSecret: 's', callbacks: { path, secret } };

let app: INestApplicationContext;
let logger: RecordingLogger;

beforeEach(() => {
  logger = new RecordingLogger();
});
afterEach(() => app.close());

it('warns in a process without an HTTP server that it receives no callbacks', async () => {
  app = await NestFactory.createApplicationContext(ZimCallModule.forRoot(options), {
    logger,
    abortOnError: false,
  });
  expect(logger.of('ZimCallbacks')).toEqual([
    `warn ZimCallbacks: there is no HTTP server: nothing is received at ${path}`,
  ]);
});

describe.each([
  ['Express', () => new ExpressAdapter()],
  ['Fastify', () => new FastifyAdapter()],
])('under %s', (_, adapter) => {
  it('survives a callback that something else has answered', async () => {
    const http: INestApplication = await NestFactory.create(
      ZimCallModule.forRoot(options),
      adapter(),
      { logger, abortOnError: false },
    );
    app = http;
    await http.listen(0, '127.0.0.1');
    const server: Server = http.getHttpServer();
    let answersFirst = true;
    server.prependListener('request', (__, response: ServerResponse) => {
      // A time limit answers when the route has begun to read.
      if (answersFirst) process.nextTick(() => response.writeHead(503).end('too late'));
    });
    const { port } = server.address() as AddressInfo;
    const url = `http://127.0.0.1:${port}${path}`;
    const first = await fetch(url, { method: 'POST', body: '{}' });
    expect([first.status, await first.text()]).toEqual([503, 'too late']);
    answersFirst = false;
    expect((await fetch(url, { method: 'POST', body: '{}' })).status).toBe(400);
  });
});
