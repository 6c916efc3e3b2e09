import { Injectable, Module, type Type } from '@nestjs/common';
import type { AbstractHttpAdapter } from '@nestjs/core';
import { ExpressAdapter } from '@nestjs/platform-express';
import { FastifyAdapter } from '@nestjs/platform-fastify';
import type { ServerResponse } from 'node:http';
import {
  CallbackApp,
  callbackPath as path,
  callbackSecret as secret,
  callbackSeconds,
  signedCallback,
} from '../testing/callback-app.js';
import { ZimCallModule } from '../zim-call.module.js';
import { OnZimCall } from './on-zim-call.js';

const receiving = { appId: 1, serverSecret: 's', callbacks: { path, secret } };
const withoutCallbacks = { appId: 2, serverSecret: 's' };

let backend: CallbackApp;

afterEach(() => backend.close());

async function start(
  module: Type,
  adapter: AbstractHttpAdapter = new ExpressAdapter(),
): Promise<void> {
  backend = await CallbackApp.start({ imports: [module] }, adapter);
}

async function send(body: unknown) {
  return (await (await backend.post(body)).json()) as Record<string, unknown>;
}

@Module({ imports: [ZimCallModule.forRoot(receiving)] })
class App {}

describe('refused callbacks', () => {
  beforeEach(() => start(App));
  const lines = () => backend.logger.of('ZimCallbacks');

  it('are logged at once, then at most once a minute with their number, without a signature', async () => {
    const wrong = signedCallback({}, 'wrong');
    await send(wrong);
    expect(lines()).toEqual([
      expect.stringContaining(
        `warn ZimCallbacks: refused 1 callback at ${path} (signature 1); the last one: the signature does not fit`,
      ),
    ]);
    expect(lines()[0]).toContain('CallbackSecret of AppID 1');

    await send(wrong);
    await send(signedCallback({ timestamp: callbackSeconds - 301 }));
    await send({ ...wrong, appid: '9' });
    await send('{');
    backend.runtime.advance(59_999);
    await send('{');
    expect(lines()).toHaveLength(1);
    backend.runtime.advance(1);
    await send(signedCallback({ timestamp: callbackSeconds + 60, user_id: 7 }));
    expect(lines()).toHaveLength(2);
    expect(lines()[1]).toContain(
      `refused 6 callbacks at ${path} (signature 1, age 1, path 1, body 3); the last one: user_id must be text`,
    );
    expect(lines().join()).not.toMatch(new RegExp(`${wrong.signature}|${secret}`));
  });

  it('are logged when the application closes', async () => {
    await send('{');
    await send('{');
    await backend.close();
    expect(lines()).toHaveLength(2);
  });

  it('do not include accepted callbacks', async () => {
    await send(signedCallback());
    expect(lines()).toEqual([]);
  });
});

describe.each([
  ['Express', () => new ExpressAdapter()],
  ['Fastify', () => new FastifyAdapter()],
])('the problem of a refused callback under %s', (_, adapter) => {
  it('has a title and the instance that is in the log', async () => {
    await start(App, adapter());
    const problem = await send('{');
    expect(problem).toEqual({
      type: 'urn:zim-call:problem:callback',
      title: 'The callback was not accepted',
      status: 400,
      detail: 'the body is neither JSON nor encoded JSON',
      instance: expect.stringMatching(/^urn:uuid:[0-9a-f-]{36}$/),
    });
    expect(backend.logger.of('ZimCallbacks')).toEqual([
      expect.stringContaining(`(${String(problem['instance'])})`),
    ]);
  });

  it('has the id that the application gave the request', async () => {
    await start(App, adapter());
    backend.app
      .getHttpServer()
      .prependListener('request', (__: unknown, response: ServerResponse) => {
        response.setHeader('X-Request-Id', 'id-7');
      });
    expect(await send('{')).toMatchObject({ instance: 'urn:request:id-7' });
  });
});

describe('a method with @OnZimCall', () => {
  @Injectable()
  class Handler {
    @OnZimCall('call_accept')
    onAccept() {
      return undefined;
    }
  }

  it('is warned of once in an application that receives no callbacks', async () => {
    @Module({
      imports: [
        ZimCallModule.forRoot(withoutCallbacks),
        ZimCallModule.forRoot({ ...withoutCallbacks, name: 'eu' }),
      ],
      providers: [Handler],
    })
    class WithoutCallbacks {}
    await start(WithoutCallbacks);
    expect(backend.logger.of('ZimCallbacks')).toEqual([
      "warn ZimCallbacks: @OnZimCall('call_accept') on Handler.onAccept is never called: no ZimCallModule has the option callbacks: { path, secret }",
    ]);
  });

  it('is not warned of if one of the modules receives callbacks', async () => {
    @Module({
      imports: [
        ZimCallModule.forRoot(withoutCallbacks),
        ZimCallModule.forRoot({ ...receiving, name: 'eu' }),
      ],
      providers: [Handler],
    })
    class Half {}
    await start(Half);
    expect(backend.logger.of('ZimCallbacks')).toEqual([]);
  });
});
