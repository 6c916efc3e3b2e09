import { Logger } from '@nestjs/common';
import { Test, type TestingModule } from '@nestjs/testing';
import { CallInviteService, ZimCallModule } from 'nestjs-zim-call';
import { testSecret } from '../../libs/zim-call/src/testing/create-client.js';
import {
  accepted,
  type Script,
  ScriptedServer,
} from '../../libs/zim-call/src/testing/scripted-server.js';
import { failureOf, invite } from '../../libs/zim-call/src/testing/scripted-zim.js';
import { RedisIdempotencyMemory } from '../../libs/zim-call/src/redis/redis-idempotency-memory.js';
import { RedisLink } from '../../libs/zim-call/src/redis/redis-link.js';
import { RedisProxy } from '../support/redis-proxy.js';
import { RedisServer } from '../support/redis-server.js';

let redis: RedisServer;
let server: ScriptedServer;
let instances: TestingModule[];
let keys = 0;
const reset: Script = (response) => response.socket?.resetAndDestroy();

/** An instance of a backend. */
async function instance(redisUrl = redis.url): Promise<CallInviteService> {
  const options = { appId: 12345, serverSecret: testSecret, baseUrl: server.url, redisUrl };
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

describe('an idempotency key over two instances', () => {
  it('rings once, and gives both the same result', async () => {
    const options = await given(accepted);
    const [a, b] = [await instance(), await instance()];
    const [first, second] = await Promise.all([
      a.invite(invite, options),
      b.invite(invite, options),
    ]);
    expect(second).toEqual(first);
    expect(await b.invite(invite, options)).toEqual(first);
    expect(server.requests).toHaveLength(1);
  });

  it('stays unknown on both', async () => {
    const options = await given(reset, accepted);
    const [a, b] = [await instance(), await instance()];
    const first = await failureOf(a.invite(invite, options));
    const second = await failureOf(b.invite(invite, options));
    expect(second.toJSON()).toEqual(first.toJSON());
    expect(second).toMatchObject({ kind: 'connection', outcome: 'unknown' });
    expect(server.requests).toHaveLength(1);
  });

  it('is refused for another invite on the other', async () => {
    const options = await given(accepted);
    const [a, b] = [await instance(), await instance()];
    await a.invite(invite, options);
    const other = { ...invite, extendedData: 'other' };
    expect((await failureOf(b.invite(other, options))).kind).toBe('idempotency');
    expect(server.requests).toHaveLength(1);
  });

  it('gives the true result when Redis goes while the invite is under way', async () => {
    const proxy = await RedisProxy.start(redis.port);
    const options = await given((response, request) => {
      proxy.cut();
      accepted(response, request);
    });
    const [a, b] = [await instance(proxy.url), await instance()];
    expect((await a.invite(invite, options)).invited).toEqual(['bob']);
    const impatient = { ...options, deadlineMs: 300 };
    expect((await failureOf(b.invite(invite, impatient))).outcome).toBe('unknown');
    expect(server.requests).toHaveLength(1);
    await proxy.stop();
  });
});

describe('the claim of an instance that is gone', () => {
  it('is lost after its lease, and never free', async () => {
    await given(accepted);
    const link = await RedisLink.open(redis.url);
    const memory = new RedisIdempotencyMemory(link, 'test:', 60_000);
    expect(await memory.claim('key', 'call', 60_000)).toEqual({ state: 'new' });
    expect(await memory.claim('key', 'call', 60_000)).toEqual({ state: 'running' });
    expect(await memory.claim('over', 'call', -1)).toEqual({ state: 'new' });
    expect(await memory.claim('over', 'call', 60_000)).toEqual({ state: 'lost' });
    expect(await memory.claim('over', 'call', 60_000)).toEqual({ state: 'lost' });
    link.close();
  });
});
