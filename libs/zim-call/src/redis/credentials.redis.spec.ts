import { Logger } from '@nestjs/common';
import { Test, type TestingModule } from '@nestjs/testing';
import { Redis } from 'ioredis';
import { inspect } from 'node:util';
import { ZimCallModule } from '../zim-call.module.js';
import { RedisConnection } from './redis-connection.js';
import { testSecret } from '../testing/create-client.js';
import { RecordingLogger } from '../testing/recording-logger.js';
import { clusterOptions, RedisServer } from '../../../../test/support/redis-server.js';
import { TcpProxy } from '../../../../test/support/tcp-proxy.js';

const password = 'canary-right';
let redis: RedisServer;
let logger: RecordingLogger;
let instance: TestingModule | undefined;

beforeEach(() => {
  logger = new RecordingLogger();
  Logger.overrideLogger(logger);
});
afterEach(async () => {
  await instance?.close();
  instance = undefined;
  Logger.overrideLogger(false);
  await redis.kill();
});

async function protect(): Promise<void> {
  const admin = new Redis(redis.url);
  await admin.config('SET', 'requirepass', password);
  admin.disconnect();
}

const urlWith = (given: string) => redis.url.replace('//', `//:${given}@`);

async function start(redisUrl: string | readonly string[]): Promise<void> {
  const options = { appId: 12345, serverSecret: testSecret, redisUrl };
  instance = await Test.createTestingModule({ imports: [ZimCallModule.forRoot(options)] })
    .setLogger(logger)
    .compile();
  await instance.init();
}

/** Resolves with the first line that says this. */
async function line(text: string): Promise<string> {
  for (;;) {
    const found = logger.lines.find((one) => one.includes(text));
    if (found !== undefined) return found;
    await new Promise(setImmediate);
  }
}

describe('a Redis that refuses the credentials of a backend', () => {
  it.each([
    ['a wrong password', () => urlWith('canary-wrong'), 'Redis is unavailable (WRONGPASS'],
    ['no password', () => redis.url, 'Redis is unavailable (NOAUTH'],
  ])('is logged with its own message: %s', async (_, url, words) => {
    redis = await RedisServer.start();
    await protect();
    await start(url());
    expect(logger.lines.join('\n')).toContain(words);
    expect(logger.lines.join('\n')).not.toContain('canary');
  });

  it('is logged with its own message if it is a cluster', async () => {
    redis = await RedisServer.start(clusterOptions());
    await redis.formCluster();
    await protect();
    await start([urlWith('canary-wrong')]);
    expect(logger.lines.join('\n')).toContain('Redis is unavailable (WRONGPASS');
    expect(logger.lines.join('\n')).not.toContain('canary');
  });

  it('is logged once when its password changes while it is in use', async () => {
    redis = await RedisServer.start();
    const proxy = await TcpProxy.start(redis.port);
    await start(`redis://127.0.0.1:${proxy.port}`);
    await protect();
    proxy.cut();
    proxy.restore();
    expect(await line('NOAUTH')).toContain('the password of redisUrl');
    const attempts = proxy.sent.length;
    while (proxy.sent.length < attempts + 3) await new Promise(setImmediate);
    expect(logger.lines.filter((one) => one.includes('NOAUTH'))).toHaveLength(1);
    await instance?.close();
    await proxy.stop();
  });

  it('shows no password in the errors of commands, even where Redis repeats the arguments of AUTH', async () => {
    redis = await RedisServer.start([
      ...['--rename-command', 'AUTH', ''],
      ...['--rename-command', 'HELLO', ''],
    ]);
    const link = await RedisConnection.open(urlWith('canary%2Dright'));
    const failed = link.run((client) => client.get('key'));
    const error: unknown = await failed.catch((reason: unknown) => reason);
    link.close();
    expect(inspect(error, { depth: 6 })).toContain('unknown command');
    expect(inspect([error, link], { depth: 6 })).not.toContain('canary');
  });
});
