import { Logger } from '@nestjs/common';
import { Test } from '@nestjs/testing';
import { Redis } from 'ioredis';
import { once } from 'node:events';
import { CallInviteService } from '../invite/call-invite.service.js';
import { isZimCallError } from '../errors/errors.js';
import { ZimCallModule } from '../zim-call.module.js';
import { systemRuntime, type ZimRuntime } from '../time/runtime.js';
import { resolveZimCallOptions } from '../config/resolve-options.js';
import { RedisConnection } from './redis-connection.js';
import { openSharedState } from '../shared-state.js';
import { testSecret } from '../testing/create-client.js';
import { ManualRuntime } from '../testing/manual-runtime.js';
import { accepted, ScriptedServer } from '../testing/scripted-server.js';
import { invite } from '../testing/scripted-zim.js';
import { ownDirectory, RedisServer } from '../../../../test/support/redis-server.js';
import { TcpProxy } from '../../../../test/support/tcp-proxy.js';

const event = { type: 'accepted', userIds: ['bob'], at: new Date(0) } as const;

let primary: RedisServer;
let standby: RedisServer;
let proxy: TcpProxy;
let url: string;
let closers: (() => unknown)[];

beforeEach(async () => {
  closers = [];
  Logger.overrideLogger(false);
  [primary, standby] = await Promise.all([
    RedisServer.start(ownDirectory()),
    RedisServer.start(ownDirectory()),
  ]);
  await command(standby, 'REPLICAOF', '127.0.0.1', String(primary.port));
  proxy = await TcpProxy.start(primary.port);
  url = `redis://127.0.0.1:${proxy.port}`;
});
afterEach(async () => {
  for (const close of closers) await close();
  await proxy.stop();
  await Promise.all([primary.kill(), standby.kill()]);
});

async function openLink(timers?: ZimRuntime): Promise<RedisConnection> {
  const link = await RedisConnection.open(url, timers);
  closers.push(() => {
    link.close();
  });
  return link;
}

async function command(server: RedisServer, name: string, ...args: string[]): Promise<void> {
  const admin = new Redis(server.url);
  await admin.call(name, ...args);
  admin.disconnect();
}

/** The standby becomes the primary behind the same address. No connection breaks. */
async function failOver(): Promise<void> {
  await command(standby, 'REPLICAOF', 'NO', 'ONE');
  await command(primary, 'REPLICAOF', '127.0.0.1', String(standby.port));
  proxy.pointTo(standby.port);
}

describe('a failover behind one address', () => {
  it('does not stop invites with a key: an instance connects to the new primary', async () => {
    const zim = await ScriptedServer.start(accepted);
    const options = { appId: 12345, serverSecret: testSecret, baseUrl: zim.url, redisUrl: url };
    const module = await Test.createTestingModule({
      imports: [ZimCallModule.forRoot(options)],
    }).compile();
    await module.init();
    closers.push(
      () => module.close(),
      () => zim.stop(),
    );
    const service = module.get(CallInviteService);
    await service.invite(invite, { idempotencyKey: 'before' });
    await failOver();
    const untilMs = systemRuntime.monotonicMs() + 10_000;
    let result;
    while (result === undefined && systemRuntime.monotonicMs() < untilMs) {
      await new Promise(setImmediate);
      result = await service.invite(invite, { idempotencyKey: 'after' }).catch((error: unknown) => {
        expect(isZimCallError(error) && error.outcome).toBe('not-sent');
        return undefined;
      });
    }
    expect(result?.invited).toEqual(['bob']);
  });

  it.each([
    ['a write', (redis: RedisConnection['redis']) => redis.set('key', 'value')],
    [
      'a transaction',
      (redis: RedisConnection['redis']) => redis.multi().set('key', 'value').exec(),
    ],
    ['a script', (redis: RedisConnection['redis']) => redis.eval("redis.call('SET', 'key', 1)", 0)],
  ])('is noticed by %s', async (_, write) => {
    const link = await openLink();
    await failOver();
    const back = once(link.redis, 'ready');
    await expect(link.run<unknown>(write)).rejects.toThrow();
    expect(link.fault).toContain('READONLY');
    await back;
    await link.run<unknown>(write);
    expect(link.fault).toBeUndefined();
  });

  it('is noticed by an instance that only reads and whose server has lost its primary', async () => {
    const link = await openLink();
    await command(primary, 'CONFIG', 'SET', 'replica-serve-stale-data', 'no');
    await command(standby, 'REPLICAOF', 'NO', 'ONE');
    const nowhere = await TcpProxy.start(standby.port);
    closers.push(() => nowhere.stop());
    nowhere.cut();
    await command(primary, 'REPLICAOF', '127.0.0.1', String(nowhere.port));
    proxy.pointTo(standby.port);
    const back = once(link.redis, 'ready');
    await expect(link.run((redis) => redis.get('key'))).rejects.toThrow('MASTERDOWN');
    await back;
    expect(await link.run((redis) => redis.get('key'))).toBeNull();
  });

  it('moves the subscriber, too: changes that others publish on the new primary are received', async () => {
    const callbacks = { path: '/zim/callbacks', secret: testSecret };
    const given = { appId: 12345, serverSecret: testSecret, callbacks };
    const open = async (redisUrl: string) => {
      const options = resolveZimCallOptions({ ...given, redisUrl });
      const state = await openSharedState(options, systemRuntime);
      closers.push(() => {
        state.onApplicationShutdown();
      });
      return state.callEvents;
    };
    const instance = await open(url);
    await failOver();
    await command(primary, 'REPLICAOF', '127.0.0.1', '1');
    const other = await open(standby.url);
    const received = new Promise<void>((resolve) => {
      instance.onChange((callId) => {
        if (callId === undefined) void other.append('other', event);
        if (callId === 'other') resolve();
      });
    });
    await instance.append('own', event);
    await received;
  });

  it('reconnects at most every half second while the address leads to a replica', async () => {
    const runtime = new ManualRuntime();
    const link = await openLink({ ...systemRuntime, monotonicMs: () => runtime.nowMs });
    await failOver();
    proxy.pointTo(primary.port);
    const back = once(link.redis, 'ready');
    const write = () => link.run((redis) => redis.set('key', 'value'));
    await expect(write()).rejects.toThrow('READONLY');
    await back;
    const connections = proxy.sent.length;
    await expect(write()).rejects.toThrow('READONLY');
    await expect(write()).rejects.toThrow('READONLY');
    expect(proxy.sent).toHaveLength(connections);
    runtime.nowMs += 500;
    const again = once(link.redis, 'ready');
    await expect(write()).rejects.toThrow('READONLY');
    await again;
    expect(proxy.sent).toHaveLength(connections + 1);
  });
});
