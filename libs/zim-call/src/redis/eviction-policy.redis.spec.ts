import { Test, type TestingModule } from '@nestjs/testing';
import { Redis } from 'ioredis';
import { type ZimCallOptions } from '../config/zim-call-options.js';
import { ZimCallModule } from '../zim-call.module.js';
import { ZimHealthIndicator } from '../telemetry/zim-health.indicator.js';
import { testSecret } from '../testing/create-client.js';
import { RecordingLogger } from '../testing/recording-logger.js';
import { failureOf } from '../testing/scripted-zim.js';
import { clusterOptions, RedisServer } from '../../../../test/support/redis-server.js';

let redis: RedisServer;
let logger: RecordingLogger;
let backend: TestingModule | undefined;

async function start(options: Partial<ZimCallOptions> = {}): Promise<void> {
  logger = new RecordingLogger();
  const all = { appId: 12345, serverSecret: testSecret, redisUrl: redis.url, ...options };
  const builder = Test.createTestingModule({ imports: [ZimCallModule.forRoot(all)] });
  backend = await builder.setLogger(logger).compile();
  await backend.init();
}

async function setPolicy(policy: string): Promise<void> {
  const admin = new Redis(redis.url);
  await admin.config('SET', 'maxmemory-policy', policy);
  admin.disconnect();
}

const errors = () => logger.of('ZimRedis').filter((line) => line.startsWith('error'));
const health = () => backend?.get(ZimHealthIndicator).check()['zim'];

beforeAll(async () => {
  redis = await RedisServer.start();
});
afterAll(() => redis.kill());
afterEach(async () => {
  await backend?.close();
  backend = undefined;
});

describe.each(['volatile-lru', 'allkeys-lru'])('a Redis with maxmemory-policy %s', (policy) => {
  beforeEach(() => setPolicy(policy));

  it('is reported at boot with its fix, in the log and in the health indicator', async () => {
    await start();
    expect(errors()).toHaveLength(1);
    expect(errors()[0]).toContain(policy);
    expect(errors()[0]).toContain('Set maxmemory-policy to noeviction');
    expect(health()).toMatchObject({ status: 'up', evictionPolicy: policy });
    expect(health()?.warning).toContain('Set maxmemory-policy to noeviction');
  });

  it('is refused with requireNoEviction', async () => {
    const error = await failureOf(start({ requireNoEviction: true }));
    expect(error.kind).toBe('config');
    expect(error.message).toContain('requireNoEviction');
    expect(error.message).toContain('noeviction');
  });
});

describe('a Redis that evicts nothing', () => {
  beforeEach(() => setPolicy('noeviction'));

  it('is accepted, also with requireNoEviction', async () => {
    await start({ requireNoEviction: true });
    expect(errors()).toEqual([]);
    expect(health()).toMatchObject({ status: 'up', evictionPolicy: 'noeviction' });
    expect(health()).not.toHaveProperty('warning');
  });

  it('is read by CONFIG GET where INFO is forbidden, and refused with requireNoEviction where both are', async () => {
    const admin = new Redis(redis.url);
    await admin.acl('SETUSER', 'no-info', 'on', '>pw', '~*', '&*', '+@all', '-info');
    await admin.acl('SETUSER', 'neither', 'on', '>pw', '~*', '&*', '+@all', '-info', '-config');
    admin.disconnect();
    const as = (user: string) => redis.url.replace('//', `//${user}:pw@`);
    await start({ redisUrl: as('no-info'), requireNoEviction: true });
    expect(health()).toMatchObject({ evictionPolicy: 'noeviction' });
    await backend?.close();
    const error = await failureOf(start({ redisUrl: as('neither'), requireNoEviction: true }));
    expect(error.message).toContain('cannot be read');
    await start({ redisUrl: as('neither') });
    expect(health()).not.toHaveProperty('evictionPolicy');
  });
});

describe('a cluster', () => {
  it('is refused with requireNoEviction if a node evicts', async () => {
    const node = await RedisServer.start([
      ...clusterOptions(),
      '--maxmemory-policy',
      'allkeys-lru',
    ]);
    const redisUrl = [await node.formCluster()];
    const error = await failureOf(start({ redisUrl, requireNoEviction: true }));
    expect(error.message).toContain('allkeys-lru');
    await node.kill();
  });
});
