import { ManualStop } from '../testing/manual-stop.js';
import { Controller, Get, type INestApplication, Module } from '@nestjs/common';
import { ExpressAdapter } from '@nestjs/platform-express';
import { HealthCheck, HealthCheckService, TerminusModule } from '@nestjs/terminus';
import { Test } from '@nestjs/testing';
import type { AddressInfo } from 'node:net';
import { CallRunner } from '../client/call-runner.js';
import { ZIM_RUNTIME } from '../time/runtime.js';
import type { ZimCallOptions } from '../config/zim-call-options.js';
import { resolveRateLimit } from '../config/resolve-options.js';
import { MemorySlidingWindow, memoryLimiters } from '../rate-limit/memory-sliding-window.js';
import { RateLimiter } from '../rate-limit/rate-limiter.js';
import { type PermitRequest, RateLimitRefusal } from '../rate-limit/permit.js';
import type { LimiterFactory } from '../rate-limit/sliding-window-limiter.js';
import { testSecret } from '../testing/create-client.js';
import { ManualRuntime } from '../testing/manual-runtime.js';
import { accepted, ScriptedServer } from '../testing/scripted-server.js';
import { ZimCallModule } from '../zim-call.module.js';
import { InjectZimHealth } from '../zim-call.tokens.js';
import { ZimHealthIndicator } from './zim-health.indicator.js';

/** Limiters of a Redis that is unavailable; counts the attempts to reach it. */
class UnavailableRedis implements LimiterFactory {
  probes = 0;

  figures = () => ({ state: 'unavailable', instances: 3, roundTrips: 0 }) as const;
  create = () => new MemorySlidingWindow(runtime, resolveRateLimit());
  onState = () => undefined;
  close = () => Promise.resolve();
  probeRedis = () => {
    this.probes++;
  };
}

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
  // No probe calls ZIM.
  expect(server.requests).toEqual([]);
});
afterAll(() => server.stop());

/** An application with two modules, the second of which is called eu. */
async function given(
  options: Pick<ZimCallOptions, 'rateLimit'> = {},
  limiters: LimiterFactory = memoryLimiters(runtime, resolveRateLimit()),
): Promise<void> {
  const common = { appId: 1, serverSecret: testSecret, baseUrl: server.url };
  @Module({
    imports: [
      TerminusModule.forRoot({ logger: false }),
      ZimCallModule.forRoot(common),
      ZimCallModule.forRoot({ ...common, ...options, appId: 2, name: 'eu' }),
    ],
    controllers: [HealthController],
  })
  class AppModule {}
  const compiled = Test.createTestingModule({ imports: [AppModule] })
    .overrideProvider(ZIM_RUNTIME)
    .useValue(runtime)
    .overrideProvider(RateLimiter)
    .useFactory({
      factory: () => new RateLimiter(limiters, { rateLimit: resolveRateLimit() }, runtime),
    });
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

const up = { status: 'up', state: 'local', instances: 1, queued: 0 };

describe('ZimHealthIndicator', () => {
  it('is up, for each module by its name', async () => {
    await given();
    expect(await probe()).toEqual([200, { zim: up, 'zim-eu': up }]);
  });

  it.each(['degrade', 'open'] as const)(
    'is up while Redis is unavailable and calls are sent: %s',
    async (p) => {
      const limiters = new UnavailableRedis();
      await given({ rateLimit: { whenRedisIsUnavailable: p } }, limiters);
      const unavailable = { ...up, state: 'unavailable', instances: 3 };
      expect(await probe()).toEqual([200, { zim: unavailable, 'zim-eu': unavailable }]);
      expect(limiters.probes).toBe(0);
    },
  );

  it('is down while Redis is unavailable and no call is sent, and tries to reach Redis', async () => {
    const limiters = new UnavailableRedis();
    await given({ rateLimit: { whenRedisIsUnavailable: 'closed' } }, limiters);
    const unavailable = { ...up, state: 'unavailable', instances: 3 };
    const reason = 'Redis is unavailable, and rateLimit.whenRedisIsUnavailable is closed';
    expect(await probe()).toEqual([
      503,
      { zim: unavailable, 'zim-eu': { ...unavailable, status: 'down', reason } },
    ]);
    expect(limiters.probes).toBe(1);
  });

  it('reports how many calls wait', async () => {
    await given();
    const limiter = app.get(ZimHealthIndicator)['limiter'];
    const call = (): PermitRequest => ({
      action: 'CallInvite',
      lane: 'bulk',
      tenant: '',
      bytes: 1,
      leaveByMs: runtime.nowMs + 60_000,
      deadline: new ManualStop(),
    });
    const sent = Array.from({ length: 23 }, async () => {
      const permit = await limiter.acquire(call());
      if (permit instanceof RateLimitRefusal) return;
      permit.sent();
      permit.answered();
    });
    await Promise.all(sent.slice(0, 20));
    expect(await probe()).toEqual([200, { zim: { ...up, queued: 3 }, 'zim-eu': up }]);
    await limiter.close(0);
    await Promise.all(sent);
  });

  it('is down while the module closes', async () => {
    await given();
    const [runner] = app.get(CallRunner, { strict: false, each: true });
    await runner?.beforeApplicationShutdown();
    const zim = { ...up, status: 'down', reason: 'the module is closing' };
    expect(await probe()).toEqual([503, { zim, 'zim-eu': up }]);
  });
});
