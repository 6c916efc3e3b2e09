import type { INestApplication } from '@nestjs/common';
import { ModuleRef, ModulesContainer } from '@nestjs/core';
import {
  systemRuntime,
  ZimConfigError,
  ZimConnectionError,
  ZimIdempotencyError,
} from 'nestjs-zim-call';
import {
  RingDispatcher,
  type RingEvent,
  type RingEvents,
  ringInTurn,
  type RingPlanInput,
  ZimDispatchModule,
} from 'nestjs-zim-dispatch';
import { inspect } from 'node:util';
import { randomUUID } from 'node:crypto';
import { filter, firstValueFrom, skip } from 'rxjs';
import { ZimSandbox } from 'zim-sandbox';
import { callbacksOf, startDispatchApp, takeCallbacks } from '../support/dispatch-app.js';
import { DispatchProcess } from '../support/dispatch-process.js';
import { RedisServer } from '../support/redis-server.js';

let redis: RedisServer;
let sandbox: ZimSandbox;
let app: INestApplication;
let dispatcher: RingDispatcher;
const started: { stop(): Promise<void> }[] = [];

beforeAll(async () => {
  redis = await RedisServer.start();
  sandbox = await ZimSandbox.start({ users: ['alice', 'bob', 'carol', 'dave'] });
});
beforeEach(async () => {
  app = await startInstance();
  dispatcher = app.get(RingDispatcher);
  takeCallbacks(sandbox, app);
});
afterEach(async () => {
  await Promise.all([app.close(), ...started.splice(0).map((one) => one.stop())]);
  sandbox.reset();
});
afterAll(async () => {
  await sandbox.stop();
  await redis.kill();
});

function startInstance(): Promise<INestApplication> {
  const calls = { ...callbacksOf(sandbox), correlation: {}, redisUrl: redis.url };
  return startDispatchApp(sandbox, {
    calls,
    dispatch: { redisUrl: redis.url },
    runtime: systemRuntime,
  });
}

async function startProcess(): Promise<DispatchProcess> {
  const instance = await DispatchProcess.start(sandbox, redis.url);
  started.push(instance);
  return instance;
}

const plan = (userIds: readonly string[], rest: Partial<RingPlanInput> = {}): RingPlanInput => ({
  version: 1,
  fromUserId: 'alice',
  steps: ringInTurn(userIds, { ringSeconds: 60 }),
  ...rest,
});

function nth<T extends RingEvent['type']>(id: string, type: T, count = 1): Promise<RingEvents[T]> {
  const isWanted = (event: RingEvent): event is RingEvents[T] => event.type === type;
  return firstValueFrom(dispatcher.events(id).pipe(filter(isWanted), skip(count - 1)));
}

const callsOf = (callees: readonly string[]) =>
  sandbox.calls
    .list()
    .filter((call) => call.callees.some(({ userId }) => callees.includes(userId)));

describe('plans in Redis', () => {
  it('ring each step once, however many instances look at them', async () => {
    const others = await Promise.all([startInstance(), startInstance()]);
    started.push(...others.map((other) => ({ stop: () => other.close() })));
    const dispatchers = [app, ...others].map((one) => one.get(RingDispatcher));
    const ids = await Promise.all(
      Array.from({ length: 12 }, async (_, index) => {
        const one = dispatchers[index % dispatchers.length] ?? dispatcher;
        return one.ring(plan(['bob', 'carol']));
      }),
    );
    for (const id of ids) await answerInTurn(id);
    expect(sandbox.calls.list()).toHaveLength(24);
  });

  it('go on when the instance that rang them is killed', async () => {
    const other = await startProcess();
    const id = await other.ring(plan(['bob', 'carol']));
    await other.rings();
    await other.kill();
    await answerInTurn(id);
    expect(sandbox.calls.list()).toHaveLength(2);
  });

  it('ring no phone twice when the instance is killed in the middle of an invite', async () => {
    await app.close();
    const id = await ringAndDie();
    // No callback shows the call either.
    sandbox.callbacks.setUrl(undefined);
    app = await startInstance();
    dispatcher = app.get(RingDispatcher);
    const unclear = await nth(id, 'unclear');
    expect(unclear.reason).toMatch(/the instance that made the call .* is gone|still under way/);
    expect(sandbox.calls.list()).toHaveLength(1);
    expect(await dispatcher.status(id)).toMatchObject({ state: 'ringing' });
  }, 60_000);

  it('go on with the call of an instance that was killed in the middle of its invite, if a callback shows it', async () => {
    const id = await ringAndDie();
    const { callId } = await nth(id, 'ringing');
    sandbox.devices.accept({ userId: 'bob', callId });
    expect(await dispatcher.result(id)).toMatchObject({ result: 'accepted', step: 0, callId });
    expect(sandbox.calls.list()).toHaveLength(1);
  }, 60_000);

  it('are taken over within a second when an instance is shut down', async () => {
    const other = await startProcess();
    const id = await other.ring(plan(['bob']));
    await other.rings();
    await other.stop();
    const { callId } = await nth(id, 'ringing');
    const startMs = performance.now();
    sandbox.devices.accept({ userId: 'bob', callId });
    expect(await dispatcher.result(id)).toMatchObject({ result: 'accepted' });
    expect(performance.now() - startMs).toBeLessThan(1_000);
  });

  it('with one idempotency key are one plan', async () => {
    const keyed = plan(['dave'], { idempotencyKey: randomUUID() });
    const ids = await Promise.all([dispatcher.ring(keyed), dispatcher.ring(keyed)]);
    expect(ids[1]).toBe(ids[0]);
    const other = { ...keyed, fromUserId: 'bob' };
    await expect(dispatcher.ring(other)).rejects.toThrow(ZimIdempotencyError);
    await nth(ids[0], 'ringing');
    expect(callsOf(['dave'])).toHaveLength(1);
    expect((await dispatcher.list()).map(({ id }) => id)).toContain(ids[0]);
    await dispatcher.cancel(ids[0]);
    expect(await dispatcher.result(ids[0])).toMatchObject({ result: 'cancelled' });
  });

  it('are refused while Redis is unavailable, and ring again when it is back', async () => {
    const other = await startInstance();
    await redis.kill();
    // A closing instance does not wait for it.
    await other.close();
    await expect(dispatcher.ring(plan(['bob']))).rejects.toThrow(ZimConnectionError);
    await expect(dispatcher.status('id')).rejects.toThrow(/Redis that stores ring plans/);
    await redis.boot();
    const id = await eventually(() => dispatcher.ring(plan(['bob'])));
    await nth(id, 'ringing');
  });

  it('are kept by services that can be printed without a password', async () => {
    const redisUrl = redis.url.replace('redis://', 'redis://default:canary@');
    const instance = await startDispatchApp(sandbox, {
      calls: { ...callbacksOf(sandbox), redisUrl },
      dispatch: { redisUrl },
      runtime: systemRuntime,
    });
    const services = [...instance.get(ModulesContainer).values()]
      .filter(({ metatype }) => metatype === ZimDispatchModule)
      .flatMap(({ providers }) => [...providers.values()])
      // Nest's own, and the options as the user has given them.
      .filter(({ token }) => token !== ModuleRef && !String(token).endsWith('_MODULE_OPTIONS'));
    const printed = services.map(({ instance: service }) => inspect(service, { depth: 6 }));
    await instance.close();
    expect(printed.length).toBeGreaterThan(6);
    expect(printed.filter((text) => text.includes('canary'))).toEqual([]);
  });

  it('need a ZimCallModule with Redis', async () => {
    const start = startDispatchApp(sandbox, {
      calls: callbacksOf(sandbox),
      dispatch: { redisUrl: redis.url },
      runtime: systemRuntime,
    });
    await expect(start).rejects.toThrow(ZimConfigError);
  });
});

/** Bob rejects, then Carol accepts. */
async function answerInTurn(id: string): Promise<void> {
  const first = await nth(id, 'ringing');
  sandbox.devices.reject({ userId: 'bob', callId: first.callId });
  const second = await nth(id, 'ringing', 2);
  sandbox.devices.accept({ userId: 'carol', callId: second.callId });
  expect(await dispatcher.result(id)).toMatchObject({ result: 'accepted', step: 1 });
}

/** Starts a plan in a process that is killed when the first phone rings, before it has the reply. */
async function ringAndDie(): Promise<string> {
  const instance = await startProcess();
  sandbox.faults.add({
    match: { action: 'CallInvite' },
    times: 1,
    fault: { kind: 'hang', when: 'after' },
  });
  const ringing = firstRing();
  const id = await instance.ring(plan(['bob', 'carol']));
  await ringing;
  await instance.kill();
  return id;
}

/** Tries until it succeeds. */
async function eventually<T>(work: () => Promise<T>): Promise<T> {
  for (;;) {
    try {
      return await work();
    } catch (error) {
      if (!(error instanceof ZimConnectionError)) throw error;
      await new Promise(setImmediate);
    }
  }
}

/** Resolves when the next phone rings. */
function firstRing(): Promise<void> {
  return new Promise((resolve) => {
    const stop = sandbox.calls.onChange(() => {
      stop();
      resolve();
    });
  });
}
