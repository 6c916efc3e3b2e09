import { Logger } from '@nestjs/common';
import { Test, type TestingModule } from '@nestjs/testing';
import { Redis } from 'ioredis';
import { CallInviteService } from '../invite/call-invite.service.js';
import { ZimCallModule } from '../zim-call.module.js';
import { RedisIdempotencyStore } from './redis-idempotency-store.js';
import { RedisConnection } from '../redis/redis-connection.js';
import { testSecret } from '../testing/create-client.js';
import { RecordingLogger } from '../testing/recording-logger.js';
import { accepted, envelope, type Script, ScriptedServer } from '../testing/scripted-server.js';
import { failureOf, invite } from '../testing/scripted-zim.js';
import { RedisServer } from '../../../../test/support/redis-server.js';

const options = { idempotencyKey: 'order-17' };
const wanted = (token: string) => ({ key: 'key', fingerprint: 'call', token });

let redis: RedisServer;
let admin: Redis;
let logger: RecordingLogger;
let server: ScriptedServer;
let instances: TestingModule[];

beforeAll(async () => {
  redis = await RedisServer.start();
  admin = new Redis(redis.url);
});
afterAll(async () => {
  admin.disconnect();
  await redis.kill();
});
beforeEach(async () => {
  logger = new RecordingLogger();
  Logger.overrideLogger(logger);
  instances = [];
  await admin.flushall();
});

const ofLevel = (level: string) =>
  logger.of('ZimRedis').filter((line) => line.startsWith(`${level} `));

describe('RedisIdempotencyStore after Redis has lost the first of two claims', () => {
  let link: RedisConnection;
  let store: RedisIdempotencyStore;

  beforeEach(async () => {
    link = await RedisConnection.open(redis.url);
    store = new RedisIdempotencyStore(link, 'test:', 60_000);
    expect(await store.claim(wanted('first'), 60_000)).toEqual({ state: 'new' });
    await admin.flushall();
  });
  afterEach(() => {
    link.close();
  });
  const ask = () => store.claim(wanted('asking'), 60_000);

  it('gives the key to the second, whatever the first does, and logs that two calls were made', async () => {
    expect(await store.claim(wanted('second'), 60_000)).toEqual({ state: 'new' });
    await store.release(wanted('first'));
    expect(await ask()).toEqual({ state: 'running' });
    await store.settle(wanted('first'), 'result of the first');
    expect(await ask()).toEqual({ state: 'running' });
    await store.settle(wanted('second'), 'result of the second');
    await store.settle(wanted('first'), 'result of the first');
    await store.release(wanted('first'));
    expect(await ask()).toEqual({ state: 'ended', result: 'result of the second' });
    expect(ofLevel('error')).toHaveLength(2);
    expect(ofLevel('error')[0]).toContain('may have rung twice');
  });

  it('does not make the key new when the second had no effect, for the first has rung', async () => {
    await store.claim(wanted('second'), 60_000);
    await store.settle(wanted('first'), 'result of the first');
    await store.release(wanted('second'));
    expect(await ask()).toEqual({ state: 'forgotten' });
  });

  it.each(['no call has claimed the key since', 'the second has released it'])(
    'keeps the result of the first when %s',
    async (since) => {
      if (since.startsWith('the second')) {
        await store.claim(wanted('second'), 60_000);
        await store.release(wanted('second'));
      }
      await store.settle(wanted('first'), 'result of the first');
      expect(await ask()).toEqual({ state: 'ended', result: 'result of the first' });
      expect(ofLevel('warn')).toHaveLength(1);
    },
  );

  it('reports the key as forgotten to a call that knows of the first, but as new once it was released', async () => {
    expect(await store.claim(wanted('waiting'), 60_000, true)).toEqual({ state: 'forgotten' });
    await store.claim(wanted('second'), 60_000);
    await store.release(wanted('second'));
    expect(await store.claim(wanted('waiting'), 60_000, true)).toEqual({ state: 'new' });
  });
});

async function instance(): Promise<CallInviteService> {
  const all = { appId: 12345, serverSecret: testSecret, baseUrl: server.url, redisUrl: redis.url };
  const builder = Test.createTestingModule({ imports: [ZimCallModule.forRoot(all)] });
  const compiled = await builder.setLogger(logger).compile();
  await compiled.init();
  instances.push(compiled);
  return compiled.get(CallInviteService);
}

async function given(...scripts: Script[]): Promise<CallInviteService> {
  server = await ScriptedServer.start(...scripts);
  return instance();
}

async function stop(): Promise<void> {
  for (const one of instances) await one.close();
  await server.stop();
}

/** The only idempotency key that is stored. */
async function storedKey(): Promise<string> {
  const [key = ''] = await admin.keys('zim-call:*:call:*');
  return key;
}

describe('an idempotency key that Redis loses while its call is under way', () => {
  afterEach(stop);

  it('is unknown to an invite that waits for it on another instance, which does not send it', async () => {
    let answer: () => void = () => undefined;
    const held: Script = (response, request) => {
      answer = () => {
        accepted(response, request);
      };
    };
    const [a, b] = [await given(held, accepted), await instance()];
    const first = a.invite(invite, options);
    await server.received(1);
    const second = failureOf(b.invite(invite, options));
    const before = await admin.info('commandstats');
    const asked = (info: string) => Number(/cmdstat_evalsha:calls=(\d+)/.exec(info)?.[1] ?? 0);
    // b knows that the call is under way once it has asked twice.
    while (asked(await admin.info('commandstats')) < asked(before) + 2);
    await admin.del(await storedKey());
    expect(await second).toMatchObject({ kind: 'connection', outcome: 'unknown' });
    answer();
    const { callId } = await first;
    expect(await b.invite(invite, options)).toMatchObject({ callId, replayed: true });
    expect(server.requests).toHaveLength(1);
    expect(ofLevel('warn').join()).toContain('noeviction');
  });
});

describe('a Redis that is full and evicts nothing', () => {
  afterEach(async () => {
    await admin.config('SET', 'maxmemory', '0');
    await stop();
  });

  it('takes no new key, so the invite is not sent, but stores the result of a call', async () => {
    let fill: () => Promise<void> = () => Promise.resolve();
    const calls = await given((response, request) => {
      void fill().then(() => {
        accepted(response, request);
      });
    });
    fill = async () => {
      await admin.config('SET', 'maxmemory', '1');
    };
    const { callId } = await calls.invite(invite, options);
    const error = await failureOf(calls.invite(invite, { idempotencyKey: 'order-18' }));
    expect(error).toMatchObject({ kind: 'connection', outcome: 'not-sent' });
    expect(await calls.invite(invite, options)).toMatchObject({ callId, replayed: true });
    expect(server.requests).toHaveLength(1);
  });
});

describe('a record under an idempotency key that this package did not write', () => {
  afterEach(stop);
  const done = {
    callId: '1',
    createdAt: new Date(0),
    requestId: '',
    invited: ['bob'],
    failed: [],
    confirmedBy: 'reply',
  };
  const results: unknown[] = [
    'garbage{',
    '',
    'null',
    '[]',
    '7',
    ...Object.keys(done).map((field) => ({ done: { ...done, [field]: { of: 'another type' } } })),
    { done: { ...done, createdAt: 'never' } },
    { done: { ...done, failed: [null] } },
    { done: null },
    { unknown: null },
    { unknown: { kind: 7, message: 'x', attempts: 1 } },
    { unknown: { kind: 'service', message: 'x', attempts: 1, errorUsers: 'bob' } },
    { unknown: { kind: 'service', message: 'x', attempts: 1, vendorCode: {} } },
  ];

  it.each(results.map((one) => (typeof one === 'string' ? one : JSON.stringify(one))))(
    'makes the outcome unknown and sends no invite: %s',
    async (end) => {
      const calls = await given(accepted);
      await calls.invite(invite, options);
      await admin.hset(await storedKey(), 'end', end);
      const error = await failureOf(calls.invite(invite, options));
      expect(error).toMatchObject({ kind: 'connection', outcome: 'unknown', action: 'CallInvite' });
      expect(error.message).toContain('cannot be read');
      expect(server.requests).toHaveLength(1);
    },
  );

  it.each<[string, (key: string) => Promise<unknown>]>([
    ['a text', (key) => admin.set(key, 'garbage{')],
    ['a list', (key) => admin.rpush(key, 'garbage{')],
    ['a hash of another kind', (key) => admin.hset(key, 'some', 'thing')],
  ])('makes the outcome unknown if it is %s', async (_, write) => {
    const calls = await given(accepted);
    await calls.invite(invite, options);
    const key = await storedKey();
    await admin.del(key);
    await write(key);
    const error = await failureOf(calls.invite(invite, options));
    expect(error).toMatchObject({ kind: 'connection', outcome: 'unknown' });
    expect(server.requests).toHaveLength(1);
  });

  it('makes the outcome unknown if its lease cannot be read', async () => {
    const calls = await given(envelope({ Code: 1 }));
    await failureOf(calls.invite(invite, options));
    const key = await storedKey();
    await admin.hdel(key, 'end');
    await admin.hset(key, 'leaseUntilMs', 'garbage{');
    const error = await failureOf(calls.invite(invite, options));
    expect(error).toMatchObject({ kind: 'connection', outcome: 'unknown' });
    expect(server.requests).toHaveLength(1);
  });
});
