import { Controller, Get, type INestApplication, Module } from '@nestjs/common';
import { ExpressAdapter } from '@nestjs/platform-express';
import { HealthCheck, HealthCheckService, TerminusModule } from '@nestjs/terminus';
import { Test } from '@nestjs/testing';
import type { AddressInfo } from 'node:net';
import { ZimApiClient } from '../client/zim-api.client.js';
import { ZIM_RUNTIME } from '../client/runtime.js';
import type { ZimCallOptions } from '../options/zim-call-options.js';
import { testSecret } from '../testing/create-client.js';
import { ManualRuntime } from '../testing/manual-runtime.js';
import { accepted, ScriptedServer } from '../testing/scripted-server.js';
import { ZimCallModule } from '../zim-call.module.js';
import { InjectZimHealth } from '../zim-call.tokens.js';
import { ZimHealthIndicator } from './zim-health.indicator.js';

/** Nothing listens there. */
const redisUrl = 'redis://127.0.0.1:1';

@Controller('health')
class HealthController {
  constructor(
    private readonly health: HealthCheckService,
    private readonly zim: ZimHealthIndicator,
    @InjectZimHealth('eu') private readonly eu: ZimHealthIndicator,
  ) {}

  @HealthCheck()
  @Get()
  check() {
    return this.health.check([() => this.zim.check(), () => this.eu.check('zim-eu')]);
  }
}

let server: ScriptedServer;
let app: INestApplication;
const runtime = new ManualRuntime();

beforeAll(async () => {
  server = await ScriptedServer.start(accepted);
});
afterEach(async () => {
  await app.close();
  // Nobody has called ZIM, whatever was asked.
  expect(server.requests).toEqual([]);
});
afterAll(() => server.stop());

/** An application with two modules, of which the one called eu has options of the test. */
async function given(options: Partial<ZimCallOptions> = {}): Promise<void> {
  const common = { appId: 1, serverSecret: testSecret, baseUrl: server.url };
  @Module({
    imports: [
      TerminusModule.forRoot({ logger: false }),
      ZimCallModule.forRoot(common),
      ZimCallModule.forRoot({ ...common, appId: 2, ...options, name: 'eu' }),
    ],
    controllers: [HealthController],
  })
  class AppModule {}
  const compiled = Test.createTestingModule({ imports: [AppModule] })
    .overrideProvider(ZIM_RUNTIME)
    .useValue(runtime);
  app = (await compiled.compile()).createNestApplication(new ExpressAdapter(), {
    logger: false,
  });
  await app.listen(0, '127.0.0.1');
}

async function probe() {
  const { port } = app.getHttpServer().address() as AddressInfo;
  const response = await fetch(`http://127.0.0.1:${port}/health`);
  const { details } = (await response.json()) as { details: Record<string, unknown> };
  return [response.status, details];
}

const up = { status: 'up', state: 'alone', instances: 1, queued: 0 };

describe('ZimHealthIndicator', () => {
  it('is up, for each module by its name', async () => {
    await given();
    expect(await probe()).toEqual([200, { zim: up, 'zim-eu': up }]);
  });

  it.each(['degrade', 'open'] as const)('is up without Redis, where calls leave: %s', async (p) => {
    await given({ redisUrl, pacing: { whenRedisIsAway: p } });
    expect(await probe()).toEqual([200, { zim: up, 'zim-eu': { ...up, state: 'away' } }]);
  });

  it('is down without Redis where no call leaves then, and looks for Redis', async () => {
    await given({ redisUrl, pacing: { whenRedisIsAway: 'closed' } });
    const eu = {
      ...up,
      status: 'down',
      reason: 'Redis is away, and pacing.whenRedisIsAway is closed',
      state: 'away',
    };
    const looks: number[] = [];
    runtime.onTimer = (delayMs) => looks.push(delayMs);
    expect(await probe()).toEqual([503, { zim: up, 'zim-eu': eu }]);
    expect(looks).toContain(250);
  });

  it('is down while the module closes', async () => {
    await given();
    await app.get(ZimApiClient).beforeApplicationShutdown();
    const zim = { ...up, status: 'down', reason: 'the module is closing' };
    expect(await probe()).toEqual([503, { zim, 'zim-eu': up }]);
  });
});
