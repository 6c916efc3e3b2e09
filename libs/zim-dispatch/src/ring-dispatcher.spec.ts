import { Injectable } from '@nestjs/common';
import {
  ZimCallNotFoundError,
  ZimConfigError,
  ZimConnectionError,
  ZimIdempotencyError,
  ZimRateLimitError,
} from 'nestjs-zim-call';
import { OnRing } from './run/on-ring.js';
import { DispatchScene, planFor, settled } from './testing/dispatch-scene.js';

let scene: DispatchScene;
beforeEach(() => {
  scene = new DispatchScene();
});
afterEach(() => scene.close());

const refused = {
  type: 'not-rung',
  outcome: 'not-sent',
  reason: 'no connection',
  failed: [],
  retryAfterMs: 0,
} as const;

it('rings with one idempotency key for each step, and passes on what the plan says', async () => {
  await scene.start();
  const id = await scene.dispatcher.ring(planFor(['bob', 'carol'], { extendedData: 'hi' }));
  await scene.nth(id, 'ringing');
  scene.calls.answer('call-1', 'bob', 'rejected');
  await scene.nth(id, 'ringing', 2);
  const [first, second] = scene.calls.invites;
  expect(first?.invite).toEqual({
    ...{ fromUserId: 'alice', userIds: ['bob'], timeoutSeconds: 30, extendedData: 'hi' },
  });
  expect(second?.invite.userIds).toEqual(['carol']);
  expect(second?.key).not.toBe(first?.key);
});

it('sends an invite again of which ZIM did nothing, later each time, with the same key', async () => {
  scene.calls.reports.push(refused, refused);
  await scene.start();
  const id = await scene.dispatcher.ring(planFor(['bob']));
  await scene.nth(id, 'not-rung');
  scene.runtime.advance(999);
  await settled();
  expect(scene.calls.invites).toHaveLength(1);
  scene.runtime.advance(1);
  await scene.nth(id, 'not-rung', 2);
  scene.runtime.advance(1_999);
  await settled();
  expect(scene.calls.invites).toHaveLength(2);
  scene.runtime.advance(1);
  await scene.nth(id, 'ringing');
  expect(new Set(scene.calls.invites.map(({ key }) => key)).size).toBe(1);
});

it('ends as expired if ZIM does nothing until the deadline', async () => {
  scene.calls.reports.push(...Array.from({ length: 20 }, () => refused));
  await scene.start();
  const id = await scene.dispatcher.ring(planFor(['bob'], { deadlineSeconds: 60 }));
  const result = scene.dispatcher.result(id);
  expect(await scene.runtime.advanceUntilSettled(result, 120_000)).toMatchObject({
    result: 'expired',
    calls: [{ outcome: 'not-rung', reason: 'no connection' }],
  });
  expect(scene.calls.invites.length).toBe(6);
});

it('waits for the withdrawal before the next step, and repeats it if it fails', async () => {
  await scene.start();
  const fail = jest
    .spyOn(scene.calls, 'withdraw')
    .mockResolvedValueOnce([{ userId: 'bob', result: 'failed' }]);
  const id = await scene.dispatcher.ring(planFor(['bob', 'carol']));
  await scene.nth(id, 'ringing');
  scene.runtime.advance(33_000);
  await scene.nth(id, 'withdrawn');
  expect(scene.calls.invites).toHaveLength(1);
  scene.runtime.advance(1_000);
  await scene.nth(id, 'ringing', 2);
  expect(fail).toHaveBeenCalledTimes(2);
});

it('goes on with a call that a late callback shows', async () => {
  scene.calls.reports.push({ type: 'unclear', reason: 'lost' });
  await scene.start();
  const id = await scene.dispatcher.ring(planFor(['bob', 'carol']));
  await scene.nth(id, 'unclear');
  await settled();
  scene.calls.found.set(scene.calls.invites[0]?.key ?? '', 'late');
  scene.runtime.advance(30_000);
  expect(await scene.nth(id, 'ringing')).toMatchObject({
    ...{ callId: 'late', confirmedBy: 'callback' },
  });
  scene.calls.answer('late', 'bob', 'accepted');
  expect(await scene.dispatcher.result(id)).toMatchObject({ result: 'accepted', step: 0 });
});

it('does not ring what was cancelled before its start', async () => {
  await scene.start();
  const startAt = new Date(scene.runtime.nowMs + 60_000).toISOString();
  const id = await scene.dispatcher.ring(planFor(['bob'], { startAt }));
  await scene.dispatcher.cancel(id);
  expect(await scene.dispatcher.result(id)).toMatchObject({ result: 'cancelled', calls: [] });
  expect(scene.calls.invites).toEqual([]);
  expect(scene.runtime.pendingTimers).toBe(0);
});

it('starts a plan with one idempotency key once, and refuses another plan with it', async () => {
  await scene.start();
  const plan = planFor(['bob'], { idempotencyKey: 'key' });
  const id = await scene.dispatcher.ring(plan);
  expect(await scene.dispatcher.ring(plan)).toBe(id);
  await scene.nth(id, 'ringing');
  expect(scene.calls.invites).toHaveLength(1);
  const other = scene.dispatcher.ring({ ...plan, fromUserId: 'dave' });
  await expect(other).rejects.toThrow(ZimIdempotencyError);
});

it('refuses more plans than maxOpenPlans, until one has ended', async () => {
  await scene.start({ maxOpenPlans: 1 });
  const id = await scene.dispatcher.ring(planFor(['bob']));
  await expect(scene.dispatcher.ring(planFor(['carol']))).rejects.toThrow(ZimRateLimitError);
  await scene.dispatcher.cancel(id);
  await scene.dispatcher.result(id);
  await scene.dispatcher.ring(planFor(['carol']));
});

it('forgets a plan an hour after its end', async () => {
  await scene.start();
  const id = await scene.dispatcher.ring(planFor(['bob']));
  await scene.dispatcher.cancel(id);
  await scene.dispatcher.result(id);
  expect(await scene.dispatcher.list({ state: 'ended' })).toHaveLength(1);
  scene.runtime.advance(3_600_001);
  expect(await scene.dispatcher.list({ state: 'ended' })).toEqual([]);
  await expect(scene.dispatcher.status(id)).rejects.toThrow(ZimCallNotFoundError);
  await expect(scene.dispatcher.result('other')).rejects.toThrow(ZimCallNotFoundError);
});

it('ends all waits when the module closes, and says how many plans are lost', async () => {
  await scene.start();
  const id = await scene.dispatcher.ring(planFor(['bob']));
  const result = scene.dispatcher.result(id);
  const ended = expect(result).rejects.toThrow(ZimConnectionError);
  await settled();
  await scene.close();
  await ended;
  expect(scene.logger.of('ZimDispatch').join()).toMatch(
    /memory of this process.*1 plans have not/s,
  );
});

it('calls the handlers of the end again if one fails, at most five times', async () => {
  @Injectable()
  class Handlers {
    readonly calls: string[] = [];

    @OnRing('ended')
    @OnRing('ringing')
    onEvent(id: string, { type }: { type: string }): void {
      this.calls.push(type);
      throw new Error(`cannot store ${id}`);
    }
  }
  await scene.start({}, [Handlers]);
  const { calls } = scene.module.get(Handlers);
  const id = await scene.dispatcher.ring(planFor(['bob']));
  await scene.nth(id, 'ringing');
  scene.calls.answer('call-1', 'bob', 'accepted');
  await scene.dispatcher.result(id);
  for (let times = 0; times < 40; times++) {
    await settled();
    scene.runtime.advance(1_000);
  }
  expect(calls).toEqual(['ringing', 'ended', 'ended', 'ended', 'ended', 'ended']);
  expect(scene.logger.of('ZimDispatch').at(-1)).toMatch(/failed 5 times .*not called again/);
});

it('refuses wrong options, and a module that would never learn who answers', async () => {
  const bad = { maxOpenPlans: 0, redisUrl: 'http://x:secret@y', other: 1 };
  await expect(scene.start(bad)).rejects.toThrow(
    /^ZimDispatchModule is misconfigured: other is not a known property; redisUrl must be [^@]*; maxOpenPlans must be [^@]*$/,
  );
  scene.calls.sources = { callbacks: false, clientReports: false };
  await expect(scene.start()).rejects.toThrow(ZimConfigError);
  await scene.start({ trustWithdrawal: true });
});
