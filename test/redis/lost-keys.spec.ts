import { Logger } from '@nestjs/common';
import { Test, type TestingModule } from '@nestjs/testing';
import { Redis } from 'ioredis';
import { CallInviteService, ZimCallModule } from 'nestjs-zim-call';
import { RedisIdempotencyStore } from '../../libs/zim-call/src/stores/redis-idempotency-store.js';
import { RedisConnection } from '../../libs/zim-call/src/redis/redis-connection.js';
import { testSecret } from '../../libs/zim-call/src/testing/create-client.js';
import { RecordingLogger } from '../../libs/zim-call/src/testing/recording-logger.js';
import {
  accepted,
  envelope,
  type Script,
  ScriptedServer,
} from '../../libs/zim-call/src/testing/scripted-server.js';
import { failureOf, invite } from '../../libs/zim-call/src/testing/scripted-zim.js';
import { RedisServer } from '../support/redis-server.js';

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

describe('RedisIdempotencyStore, of two claims after Redis has lost the first', () => {
  let link: RedisConnection;
  let memory: RedisIdempotencyStore;

  beforeEach(async () => {
    link = await RedisConnection.open(redis.url);
    memory = new RedisIdempotencyStore(link, 'test:', 60_000);
    expect(await memory.claim(wanted('first'), 60_000)).toEqual({ state: 'new' });
    await admin.flushall();
  });
  afterEach(() => {
    link.close();
  });
  const ask = () => memory.claim(wanted('asking'), 60_000);

  it('gives the key to the second, whatever the first does, and says that two calls were made', async () => {
    expect(await memory.claim(wanted('second'), 60_000)).toEqual({ state: 'new' });
    await memory.release(wanted('first'));
    expect(await ask()).toEqual({ state: 'running' });
    await memory.settle(wanted('first'), 'end of the first');
    expect(await ask()).toEqual({ state: 'running' });
    await memory.settle(wanted('second'), 'end of the second');
    await memory.settle(wanted('first'), 'end of the first');
    await memory.release(wanted('first'));
    expect(await ask()).toEqual({ state: 'ended', result: 'end of the second' });
    expect(ofLevel('error')).toHaveLength(2);
    expect(ofLevel('error')[0]).toContain('may have rung twice');
  });

  it('does not free the key when the second did nothing, for the first has rung', async () => {
    await memory.claim(wanted('second'), 60_000);
    await memory.settle(wanted('first'), 'end of the first');
    await memory.release(wanted('second'));
    expect(await ask()).toEqual({ state: 'forgotten' });
  });

  it.each(['nobody has claimed it since', 'the second has released it'])(
    'keeps the end of the first when %s',
    async (since) => {
      if (since.startsWith('the second')) {
        await memory.claim(wanted('second'), 60_000);
        await memory.release(wanted('second'));
      }
      await memory.settle(wanted('first'), 'end of the first');
      expect(await ask()).toEqual({ state: 'ended', result: 'end of the first' });
      expect(ofLevel('warn')).toHaveLength(1);
    },
  );

  it('tells whoever knows of the first that the key was forgotten, and not that it was released', async () => {
    expect(await memory.claim(wanted('waiting'), 60_000, true)).toEqual({ state: 'forgotten' });
    await memory.claim(wanted('second'), 60_000);
    await memory.release(wanted('second'));
    expect(await memory.claim(wanted('waiting'), 60_000, true)).toEqual({ state: 'new' });
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

  it('is unknown to whoever waits for it on another instance, and rings nobody again', async () => {
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
    // b was told at least once that the call is under way.
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

  it('takes no key, so the invite is not sent; but what a call came to is stored', async () => {
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

describe('what somebody else has written under an idempotency key', () => {
  afterEach(stop);
  const done = {
    callId: '1',
    createdAt: new Date(0),
    requestId: '',
    invited: ['bob'],
    failed: [],
    confirmedBy: 'reply',
  };
  const ends: unknown[] = [
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

  it.each(ends.map((end) => (typeof end === 'string' ? end : JSON.stringify(end))))(
    'is answered with unknown, and rings nobody: %s',
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
  ])('is answered with unknown if it is %s', async (_, write) => {
    const calls = await given(accepted);
    await calls.invite(invite, options);
    const key = await storedKey();
    await admin.del(key);
    await write(key);
    const error = await failureOf(calls.invite(invite, options));
    expect(error).toMatchObject({ kind: 'connection', outcome: 'unknown' });
    expect(server.requests).toHaveLength(1);
  });

  it('is answered with unknown if nobody can tell how long its call may take', async () => {
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
