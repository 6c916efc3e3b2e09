import { Controller, Injectable, Module, type Provider, Scope } from '@nestjs/common';
import { APP_GUARD } from '@nestjs/core';
import { ExpressAdapter } from '@nestjs/platform-express';
import { FastifyAdapter } from '@nestjs/platform-fastify';
import { Test } from '@nestjs/testing';
import type { ManualRuntime } from '../testing/manual-runtime.js';
import {
  CallbackApp,
  callbackPath as path,
  callbackSecret as secret,
  callbackSeconds as nowSeconds,
  signedCallback as signed,
} from '../testing/callback-app.js';
import { ZimCallModule } from '../zim-call.module.js';

import type { AnyZimEvent, CallAcceptEvent, CallRejectEvent } from './events.js';
import { CallbackHandlers, OnZimCall } from './on-zim-call.js';

@Injectable()
class Handlers {
  accepts: CallAcceptEvent[] = [];
  all: AnyZimEvent[] = [];
  failures = 0;
  failure: unknown = new Error('not now');

  @OnZimCall('call_accept')
  onAccept(event: CallAcceptEvent) {
    this.accepts.push(event);
    if (this.failures-- > 0) throw this.failure;
  }

  @OnZimCall('*')
  onAny(event: AnyZimEvent) {
    this.all.push(event);
  }
}

@Controller()
class ControllerWithHandler {
  static accepts = 0;

  @OnZimCall('call_accept')
  onAccept() {
    ControllerWithHandler.accepts++;
  }
}

@Module({
  imports: [
    ZimCallModule.forRoot({ appId: 1, serverSecret: 's', callbacks: { path, secret } }),
    ZimCallModule.forRoot({
      name: 'eu',
      appId: 2,
      serverSecret: 's',
      callbacks: { path, secret: () => Promise.resolve('secret-of-eu'), toleranceSeconds: 3_600 },
    }),
    ZimCallModule.forRoot({ name: 'mute', appId: 3, serverSecret: 's' }),
  ],
  controllers: [ControllerWithHandler],
  providers: [Handlers, { provide: APP_GUARD, useValue: { canActivate: () => false } }],
})
class App {}

function withoutSignature({ signature: _, ...rest }: Record<string, unknown>) {
  return rest;
}

function fail(): never {
  throw new Error('there is none');
}

describe.each([
  ['Express', () => new ExpressAdapter()],
  ['Fastify', () => new FastifyAdapter()],
])('callbacks under %s', (_, adapter) => {
  let backend: CallbackApp;
  let handlers: Handlers;
  let runtime: ManualRuntime;

  const send = async (body: unknown, headers: Record<string, string> = {}) => {
    const response = await backend.post(body, { 'Content-Type': 'application/json', ...headers });
    const { detail } = (await response.json()) as { detail?: string };
    return [response.status, detail];
  };

  beforeEach(async () => {
    ControllerWithHandler.accepts = 0;
    backend = await CallbackApp.start({ imports: [App] }, adapter());
    ({ runtime } = backend);
    handlers = backend.app.get(Handlers);
  });
  afterEach(() => backend.close());

  it('reach every handler as typed events, past the guards of the application', async () => {
    expect(await send(signed())).toEqual([200, undefined]);
    const event = {
      event: 'call_accept',
      appId: 1,
      callId: '12261423186766631832',
      userId: 'bob',
      extendedData: 'hi',
      sentAt: new Date(nowSeconds * 1000),
      raw: withoutSignature(signed()),
    };
    expect(handlers.accepts).toEqual([event]);
    expect(handlers.all).toEqual([event]);
    expect(ControllerWithHandler.accepts).toBe(1);
  });

  it.each([
    ['plain', (json: string) => json],
    ['with a byte order mark', (json: string) => `\ufeff${json}`],
    ['percent-encoded', (json: string) => encodeURIComponent(json)],
  ])('are read %s, whatever the content type says', async (__, encode) => {
    const types = [
      'application/json',
      'text/plain',
      'application/x-www-form-urlencoded',
      'json',
      '',
    ];
    for (const [index, type] of types.entries()) {
      const body = encode(JSON.stringify(signed({ user_id: `u${index}` })));
      expect(await send(body, { 'Content-Type': type })).toEqual([200, undefined]);
    }
    expect(handlers.accepts.map(({ userId }) => userId)).toEqual(types.map((_, i) => `u${i}`));
  });

  it.each<[string, object, string, number, string]>([
    ['another secret', {}, 'wrong', 401, 'the signature does not fit'],
    [
      'another time',
      { signature: signed().signature, timestamp: nowSeconds + 1 },
      secret,
      401,
      'does not fit',
    ],
    [
      'another nonce',
      { signature: signed().signature, nonce: '350177' },
      secret,
      401,
      'does not fit',
    ],
    [
      'a signature in capitals',
      { signature: signed().signature.toUpperCase() },
      secret,
      401,
      'does not fit',
    ],
    ['a short signature', { signature: 'ab' }, secret, 401, 'does not fit'],
    ['301 s before', { timestamp: nowSeconds - 301 }, secret, 401, '301 s off, 300 are allowed'],
    ['301 s ahead', { timestamp: nowSeconds + 301 }, secret, 401, '301 s off'],
    ['an unknown AppID', { appid: '9' }, secret, 401, 'appid is none of this backend'],
    ['an AppID that receives none', { appid: '3' }, secret, 401, 'none of this backend'],
    ["another AppID's secret", { appid: '2' }, secret, 401, 'does not fit'],
    ['no appid', { appid: undefined }, secret, 400, 'appid must be a whole number'],
    ['no event', { event: undefined }, secret, 400, 'event must be text'],
    ['no signature', { signature: undefined }, secret, 400, 'signature must be text'],
    ['no call_id', { call_id: undefined }, secret, 400, 'call_id must be text'],
    ['a call_id that is a number', { call_id: 12 }, secret, 400, 'call_id must be text'],
    ['no user_id', { user_id: undefined }, secret, 400, 'user_id must be text'],
    [
      'a list of numbers',
      { event: 'call_timeout', user_ids: [1] },
      secret,
      400,
      'user_ids must be a list of texts',
    ],
    [
      'an unknown action',
      { event: 'user_action', action: 3 },
      secret,
      400,
      'action must be 0, 1 or 2',
    ],
  ])(
    'with %s are refused, and no handler runs',
    async (__, fields, callbackSecret, status, words) => {
      expect(await send(signed({ ...fields }, callbackSecret))).toEqual([
        status,
        expect.stringContaining(words),
      ]);
      expect(handlers.all).toEqual([]);
    },
  );

  it('are accepted at the limits of the time window', async () => {
    expect(await send(signed({ timestamp: nowSeconds - 300 }))).toEqual([200, undefined]);
    expect(await send(signed({ timestamp: nowSeconds + 300, user_id: 'x' }))).toEqual([
      200,
      undefined,
    ]);
  });

  it.each([
    ['cut', JSON.stringify(signed()).slice(0, -5), 400, 'neither JSON'],
    [
      'with a key twice',
      JSON.stringify(signed()).replace('{', '{"user_id":"eve",'),
      400,
      '"user_id" comes twice',
    ],
    ['empty', '', 400, 'neither JSON'],
    [
      'of 10 MB',
      JSON.stringify(signed({ extend_data: 'x'.repeat(1e7) })),
      413,
      'at most 65536 bytes',
    ],
  ])('%s are refused', async (__, body, status, words) => {
    expect(await send(body)).toEqual([status, expect.stringContaining(words)]);
    expect(handlers.all).toEqual([]);
  });

  it.each([
    ['a key twice', (json: string) => json.replace('{', '{"user_id":"eve",')],
    ['extreme depth', (json: string) => json.replace('"hi"', '['.repeat(3e4) + ']'.repeat(3e4))],
    ['a prototype', (json: string) => json.replace('{', '{"__proto__":{},')],
  ])(
    'with a wrong signature are refused for the signature before the body is checked for %s',
    async (__, edit) => {
      const unsigned = edit(JSON.stringify(signed({}, 'wrong')));
      expect(await send(unsigned)).toEqual([401, expect.stringContaining('does not fit')]);
      expect((await send(edit(JSON.stringify(signed()))))[0]).toBe(400);
      expect(handlers.all).toEqual([]);
    },
  );

  it.each([
    [
      'extended data that is all escapes, percent-encoded',
      '\u0001'.repeat(2048),
      encodeURIComponent,
    ],
    ['a message as long as support can raise it', '中'.repeat(32_768 / 3), String],
  ])('may carry %s', async (__, text, encode) => {
    const body = encode(JSON.stringify(signed({ extend_data: text })));
    expect(await send(body)).toEqual([200, undefined]);
    expect(handlers.accepts[0]?.extendedData).toBe(text);
  });

  it.each([
    ['JSON', String, 'application/json'],
    ['percent-encoded', encodeURIComponent, 'application/x-www-form-urlencoded'],
    [
      'encoded as a form',
      (json: string) => encodeURIComponent(json).replaceAll('%20', '+'),
      'application/x-www-form-urlencoded',
    ],
  ])('keep a percent sign and a plus as %s', async (__, encode, type) => {
    const text = '100 % of a+b, %41 and %zz';
    const body = encode(JSON.stringify(signed({ extend_data: text })));
    expect(await send(body, { 'Content-Type': type })).toEqual([200, undefined]);
    expect(handlers.accepts[0]?.extendedData).toBe(text);
  });

  it('are recognised when they are delivered again, also with a new signature', async () => {
    await send(signed());
    expect(await send(signed())).toEqual([200, undefined]);
    expect(await send(signed({ nonce: '7', timestamp: nowSeconds + 5 }))).toEqual([200, undefined]);
    expect(handlers.accepts).toHaveLength(1);
    await send(signed({ extend_data: 'other' }));
    await send(signed({ user_id: 'carol' }));
    await send({ ...signed({}, 'secret-of-eu'), appid: '2' });
    expect(handlers.accepts).toHaveLength(4);
  });

  it('are recognised for as long as their timestamps are accepted', async () => {
    const eu = { ...signed({ timestamp: nowSeconds + 3_600 }, 'secret-of-eu'), appid: '2' };
    expect(await send(eu)).toEqual([200, undefined]);
    runtime.advance(7_200_000);
    expect(await send(eu)).toEqual([200, undefined]);
    expect(handlers.accepts).toHaveLength(1);
  });

  it('run the handlers again after one failed, until all succeed', async () => {
    handlers.failures = 2;
    const answers = [];
    for (let count = 0; count < 4; count++)
      answers.push(await send(signed({ nonce: String(count) })));
    const failed = [500, 'a handler failed; deliver it again'];
    expect(answers).toEqual([failed, failed, [200, undefined], [200, undefined]]);
    expect(handlers.accepts).toHaveLength(3);
  });

  it.each([['nothing'], [undefined], [Symbol('s')], [Object.create(null)], [{ stack: 1 }]])(
    'run the handlers again whatever one of them throws (%#)',
    async (failure) => {
      handlers.failures = 1;
      handlers.failure = failure;
      const answers = [await send(signed()), await send(signed())];
      expect(answers).toEqual([
        [500, 'a handler failed; deliver it again'],
        [200, undefined],
      ]);
    },
  );

  it('of unknown kinds are accepted and given to the handlers of all events', async () => {
    expect(await send(signed({ event: 'toString', more: { a: 1 } }))).toEqual([200, undefined]);
    expect(handlers.all).toEqual([
      expect.objectContaining({
        event: 'unknown',
        name: 'toString',
        raw: withoutSignature(signed({ event: 'toString', more: { a: 1 } })),
      }),
    ]);
    expect(JSON.stringify(handlers.all)).not.toContain(signed().signature);
  });

  it('report the actions of a user with their times', async () => {
    const fields = {
      event: 'user_action',
      user_name: 'Bob',
      os: 'ANDROID',
      session_id: '930821637828251648',
      login_time: 1_699_999_000,
      relogin: '1',
    };
    const known = {
      event: 'user_action',
      userId: 'bob',
      userName: 'Bob',
      os: 'ANDROID',
      sessionId: '930821637828251648',
      loginAt: new Date(1_699_999_000_000),
      isRelogin: true,
    };
    const end = { logout_time: nowSeconds, logout_reason: 'kicked' };
    const none = { logout_time: 0, logout_reason: '', offline_time: '' };
    await send(signed({ ...fields, action: 0, ...none }));
    await send(signed({ ...fields, action: 1, ...end }));
    await send(signed({ ...fields, action: 2, offline_time: nowSeconds, relogin: '0' }));
    await send(signed({ event: 'user_action', action: 0 }));
    const at = new Date(nowSeconds * 1000);
    const nothing = { logoutAt: undefined, logoutReason: undefined, offlineAt: undefined };
    expect(handlers.all.map(({ appId: ___, sentAt: ____, raw: _____, ...rest }) => rest)).toEqual([
      { ...known, ...nothing, action: 'login' },
      { ...known, ...nothing, action: 'logout', logoutAt: at, logoutReason: 'kicked' },
      { ...known, ...nothing, action: 'lost', isRelogin: false, offlineAt: at },
      {
        ...nothing,
        event: 'user_action',
        userId: 'bob',
        userName: '',
        os: '',
        sessionId: '',
        action: 'login',
        loginAt: undefined,
        isRelogin: undefined,
      },
    ]);
  });

  it('give every handler the body as it came, frozen', async () => {
    await send(signed({ event: 'call_timeout', user_ids: ['bob'], new_field: { deep: [1] } }));
    const [{ raw } = fail()] = handlers.all;
    expect(raw).toMatchObject({
      event: 'call_timeout',
      user_ids: ['bob'],
      new_field: { deep: [1] },
    });
    const { new_field: added } = raw as { new_field: { deep: number[] } };
    expect(() => added.deep.push(2)).toThrow(TypeError);
    expect([raw, added].map((value) => Object.isFrozen(value))).toEqual([true, true]);
  });

  it('of groups and rooms may have a timestamp in milliseconds', async () => {
    const timestamp = nowSeconds * 1000 + 123;
    expect(await send(signed({ event: 'group_create', timestamp }))).toEqual([200, undefined]);
    expect(handlers.all.map(({ sentAt }) => sentAt)).toEqual([new Date(timestamp)]);
    const late = (nowSeconds - 301) * 1000;
    expect(await send(signed({ event: 'group_create', timestamp: late }))).toEqual([
      401,
      expect.stringContaining('301 s off'),
    ]);
  });

  it('are received by POST only', async () => {
    expect((await fetch(backend.urlOf(path))).status).toBe(404);
  });
});

describe('handlers', () => {
  const compile = (providers: Provider[]) =>
    Test.createTestingModule({
      imports: [
        ZimCallModule.forRoot({ appId: 1, serverSecret: 's', callbacks: { path, secret } }),
      ],
      providers,
    }).compile();
  const event = { event: 'call_accept' } as CallAcceptEvent;

  it('are found in factory providers and base classes, each once', async () => {
    class Inheriting extends Handlers {}
    const made = new Inheriting();
    const module = await compile([
      { provide: 'made', useFactory: () => made },
      { provide: 'alias', useExisting: 'made' },
      { provide: 'value', useValue: 7 },
    ]);
    await module.init();
    const found = module.get(CallbackHandlers, { strict: false }).for(event);
    for (const handler of found) await handler.handle(event);
    expect([made.accepts.length, made.all.length]).toEqual([1, 1]);
    await module.close();
  });

  it('may name several kinds of events on one method', async () => {
    const taken: string[] = [];
    class Answers {
      @OnZimCall('call_accept')
      @OnZimCall('call_reject')
      onAnswer({ event: kind }: CallAcceptEvent | CallRejectEvent) {
        taken.push(kind);
      }
    }
    const module = await compile([Answers]);
    await module.init();
    const handlers = module.get(CallbackHandlers, { strict: false });
    for (const kind of ['call_accept', 'call_reject', 'call_timeout'] as const) {
      const answer = { event: kind } as AnyZimEvent;
      for (const handler of handlers.for(answer)) await handler.handle(answer);
    }
    expect(taken).toEqual(['call_accept', 'call_reject']);
    await module.close();
  });

  it.each([
    ['request-scoped', Scope.REQUEST],
    ['transient', Scope.TRANSIENT],
  ])('cannot be %s', async (_, scope) => {
    @Injectable({ scope })
    class Scoped {
      @OnZimCall('call_accept')
      onAccept() {
        throw new Error('never called');
      }
    }
    const module = await compile([Scoped]);
    await expect(module.init()).rejects.toThrow("@OnZimCall('call_accept') on Scoped.onAccept");
  });
});

describe('callbacks', () => {
  it("with the vendor's sample signature are accepted", async () => {
    @Module({
      imports: [
        ZimCallModule.forRoot({
          appId: 1,
          serverSecret: 's',
          callbacks: { path, secret: 'secret' },
        }),
      ],
      providers: [Handlers],
    })
    class SampleApp {}
    const backend = await CallbackApp.start({ imports: [SampleApp] });
    backend.runtime.nowMs = 1_470_820_198_000;
    const body = {
      appid: '1',
      event: 'call_create',
      call_id: '1',
      user_ids: ['a', 'b'],
      create_time: 1499676968,
      timestamp: 1470820198,
      nonce: '123412',
      signature: '5bd59fd62953a8059fb7eaba95720f66d19e4517',
    };
    expect((await backend.post(body)).status).toBe(200);
    expect(backend.app.get(Handlers).all).toEqual([
      expect.objectContaining({ event: 'call_create', createdAt: new Date(1499676968000) }),
    ]);
    await backend.close();
  });
});
