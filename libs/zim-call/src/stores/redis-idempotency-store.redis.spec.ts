import { Logger } from '@nestjs/common';
import { Test, type TestingModule } from '@nestjs/testing';
import { Redis } from 'ioredis';
import { readCorrelation } from 'zim-protocol';
import type { ZimCallOptions } from '../config/zim-call-options.js';
import { CallOutcomeService } from '../outcome/call-outcome.service.js';
import { CallInviteService } from '../invite/call-invite.service.js';
import { ZimCallModule } from '../zim-call.module.js';
import { testSecret } from '../testing/create-client.js';
import { accepted, type Script, ScriptedServer } from '../testing/scripted-server.js';
import { failureOf, invite } from '../testing/scripted-zim.js';
import { CALL_EVENT_STORE, type CallEventStore, correlationKey } from './call-event-store.js';
import { RedisIdempotencyStore } from './redis-idempotency-store.js';
import { RedisConnection } from '../redis/redis-connection.js';
import { TcpProxy } from '../../../../test/support/tcp-proxy.js';
import { RedisServer } from '../../../../test/support/redis-server.js';

let redis: RedisServer;
let server: ScriptedServer;
let instances: TestingModule[];
let keys = 0;
const reset: Script = (response) => response.socket?.resetAndDestroy();

/** An instance of a backend. */
async function instance(
  redisUrl = redis.url,
  others: Partial<ZimCallOptions> = {},
): Promise<CallInviteService> {
  const common = { appId: 12345, serverSecret: testSecret, baseUrl: server.url, redisUrl };
  const options = { ...common, ...others };
  const module = await Test.createTestingModule({
    imports: [ZimCallModule.forRoot(options)],
  }).compile();
  await module.init();
  instances.push(module);
  return module.get(CallInviteService);
}

async function given(...scripts: Script[]): Promise<{ idempotencyKey: string }> {
  instances = [];
  server = await ScriptedServer.start(...scripts);
  return { idempotencyKey: `key-${++keys}` };
}

beforeAll(async () => {
  Logger.overrideLogger(false);
  redis = await RedisServer.start();
});
afterAll(() => redis.kill());
afterEach(async () => {
  for (const module of instances) await module.close();
  await server.stop();
});

describe('an idempotency key on two instances', () => {
  it('sends one invite and gives both instances the same result', async () => {
    const options = await given(accepted);
    const [a, b] = [await instance(), await instance()];
    const [first, second] = await Promise.all([
      a.invite(invite, options),
      b.invite(invite, options),
    ]);
    const { replayed: a1, ...one } = first;
    const { replayed: b1, ...two } = second;
    expect(two).toEqual(one);
    expect([a1, b1].filter((replayed) => replayed === true)).toHaveLength(1);
    expect(await b.invite(invite, options)).toEqual({ ...one, replayed: true });
    expect(server.requests).toHaveLength(1);
  });

  it('stays unknown on both instances', async () => {
    const options = await given(reset, accepted);
    const [a, b] = [await instance(), await instance()];
    const first = await failureOf(a.invite(invite, options));
    const second = await failureOf(b.invite(invite, options));
    expect(second.toJSON()).toEqual(first.toJSON());
    expect(second).toMatchObject({ kind: 'connection', outcome: 'unknown' });
    expect(server.requests).toHaveLength(1);
  });

  it('is refused on the other instance for an invite with other contents', async () => {
    const options = await given(accepted);
    const [a, b] = [await instance(), await instance()];
    await a.invite(invite, options);
    const other = { ...invite, extendedData: 'other' };
    expect((await failureOf(b.invite(other, options))).kind).toBe('idempotency');
    expect(server.requests).toHaveLength(1);
  });

  it('gives the result when Redis becomes unavailable while the invite is under way', async () => {
    const proxy = await TcpProxy.start(redis.port);
    const options = await given((response, request) => {
      proxy.cut();
      accepted(response, request);
    });
    const [a, b] = [await instance(`redis://127.0.0.1:${proxy.port}`), await instance()];
    expect((await a.invite(invite, options)).invited).toEqual(['bob']);
    const impatient = { ...options, deadlineMs: 300 };
    expect((await failureOf(b.invite(invite, impatient))).outcome).toBe('unknown');
    expect(server.requests).toHaveLength(1);
    await proxy.stop();
  });
});

describe('an instance that closes while its invite is under way', () => {
  it('stores the result for the others before it closes its connection', async () => {
    let answer: () => void = () => undefined;
    const options = await given((response, request) => {
      answer = () => {
        accepted(response, request);
      };
    }, accepted);
    const proxy = await TcpProxy.start(redis.port, 60);
    const [a, b] = [await instance(`redis://127.0.0.1:${proxy.port}`), await instance()];
    const first = a.invite(invite, options);
    await server.received(1);
    const closed = instances[0]?.close();
    answer();
    const { callId } = await first;
    await closed;
    expect((await b.invite(invite, options)).callId).toBe(callId);
    expect(server.requests).toHaveLength(1);
    await proxy.stop();
  });
});

describe('an idempotency key while Redis is unavailable', () => {
  it('is refused before anything is sent', async () => {
    const options = await given(accepted);
    const proxy = await TcpProxy.start(redis.port);
    const a = await instance(`redis://127.0.0.1:${proxy.port}`);
    proxy.cut();
    const error = await failureOf(a.invite(invite, options));
    expect(error).toMatchObject({ kind: 'connection', outcome: 'not-sent' });
    expect(server.requests).toEqual([]);
    await proxy.stop();
  });

  it('is unknown to an invite that waits already, for the first is under way', async () => {
    let answer: () => void = () => undefined;
    const options = await given((response, request) => {
      answer = () => {
        accepted(response, request);
      };
    });
    const proxy = await TcpProxy.start(redis.port);
    const [a, b] = [await instance(), await instance(`redis://127.0.0.1:${proxy.port}`)];
    const first = a.invite(invite, options);
    await server.received(1);
    const second = failureOf(b.invite(invite, { ...options, deadlineMs: 700 }));
    // It asks again, so it knows that the first is under way.
    while (proxy.sent.join('').split(':call:').length < 3) await new Promise(setImmediate);
    proxy.cut();
    expect(await second).toMatchObject({ kind: 'timeout', outcome: 'unknown' });
    answer();
    expect((await first).invited).toEqual(['bob']);
    expect(server.requests).toHaveLength(1);
    await proxy.stop();
  });

  it('is new again after a slow Redis has run the claim too late', async () => {
    const options = await given(accepted);
    const a = await instance();
    await a.invite(invite, { idempotencyKey: 'loads-the-script' });
    const admin = new Redis(redis.url);
    await admin.call('CLIENT', 'PAUSE', '900');
    expect((await failureOf(a.invite(invite, options))).outcome).toBe('not-sent');
    // Answered when the pause is over, after all that came before.
    await admin.ping();
    admin.disconnect();
    expect((await a.invite(invite, { ...options, deadlineMs: 2_000 })).invited).toEqual(['bob']);
    expect(server.requests).toHaveLength(2);
  });
});

describe('RedisIdempotencyStore', () => {
  const wanted = (key: string, token = 'mine') => ({ key, fingerprint: 'call', token });
  let link: RedisConnection;
  let store: RedisIdempotencyStore;

  beforeEach(async () => {
    await given(accepted);
    link = await RedisConnection.open(redis.url);
    store = new RedisIdempotencyStore(link, `test-${++keys}:`, 60_000);
  });
  afterEach(() => {
    link.close();
  });

  it('reports a claim as lost after its lease, and never gives its key to another call', async () => {
    expect(await store.claim(wanted('key'), 60_000)).toEqual({ state: 'new' });
    expect(await store.claim(wanted('key'), 60_000)).toEqual({ state: 'running' });
    expect(await store.claim(wanted('over'), -1)).toEqual({ state: 'new' });
    const lost = { state: 'lost', token: wanted('over').token };
    expect(await store.claim(wanted('over', 'later'), 60_000)).toEqual(lost);
    expect(await store.claim(wanted('over', 'later'), 60_000)).toEqual(lost);
  });

  it('does not let a lost claim release a key that was claimed again', async () => {
    await store.claim(wanted('key', 'lost'), 60_000);
    await link.redis.flushall();
    expect(await store.claim(wanted('key'), 60_000)).toEqual({ state: 'new' });
    await store.release(wanted('key', 'lost'));
    expect(await store.claim(wanted('key'), 60_000)).toEqual({ state: 'running' });
    await store.release(wanted('key'));
    expect(await store.claim(wanted('key'), 60_000)).toEqual({ state: 'new' });
  });
});

describe('the claim of an instance that is gone', () => {
  let admin: Redis;
  beforeEach(async () => {
    admin = new Redis(redis.url);
    await admin.flushall();
  });
  afterEach(() => {
    admin.disconnect();
  });

  /** An instance loses Redis and ZIM in the middle of an invite, and its lease is over. */
  async function lose(others: Partial<ZimCallOptions> = {}) {
    const proxy = await TcpProxy.start(redis.port);
    const options = await given((response) => {
      proxy.cut();
      response.socket?.resetAndDestroy();
    }, accepted);
    const gone = await instance(`redis://127.0.0.1:${proxy.port}`, others);
    await failureOf(gone.invite(invite, options));
    await proxy.stop();
    const [key = ''] = await admin.keys('zim-call:*:call:*');
    await admin.hset(key, 'leaseUntilMs', 0);
    return { options, key };
  }

  it('has the outcome unknown on every other instance, which send no invite', async () => {
    const { options, key } = await lose();
    const other = await instance();
    for (let i = 0; i < 2; i++) {
      const error = await failureOf(other.invite(invite, options));
      expect(error).toMatchObject({ kind: 'connection', outcome: 'unknown' });
      expect(error.message).toContain('is gone');
    }
    expect(await admin.pttl(key)).toBeGreaterThan(86_000_000);
    expect(server.requests).toHaveLength(1);
  });

  it('is the call that a callback reports with the correlation id of its invite', async () => {
    const callbacks = { path: '/zim/callbacks', secret: 'secret' };
    const correlated = { callbacks, correlation: { windowMs: 1 } };
    const { options } = await lose(correlated);
    const other = await instance(redis.url, correlated);
    const body = JSON.parse(server.requests[0]?.body ?? '') as { ExtendedData: string };
    const { correlationId = '' } = readCorrelation(body.ExtendedData);
    expect(await failureOf(other.invite(invite, options))).toMatchObject({
      ...{ outcome: 'unknown', correlationId },
    });

    const at = new Date(1_700_000_000_000);
    const { fromUserId: caller, userIds } = invite;
    const events = instances[1]?.get<CallEventStore>(CALL_EVENT_STORE, { strict: false });
    const created = { type: 'created', callId: 'late', caller, userIds, at } as const;
    await events?.append(correlationKey(correlationId), created);
    const outcomes = instances[1]?.get(CallOutcomeService);
    expect(await outcomes?.callOf({ correlationId })).toBe('late');
    expect(await outcomes?.callOf(options)).toBe('late');
    expect(await outcomes?.callOf({ idempotencyKey: 'other' })).toBeUndefined();
    expect(await other.invite(invite, options)).toMatchObject({
      ...{ callId: 'late', invited: ['bob'], confirmedBy: 'callback', createdAt: at },
    });
    expect(server.requests).toHaveLength(1);
  });
});
