import { resolveRateLimit } from '../config/resolve-options.js';
import type { ZimRateLimitOptions } from '../config/zim-call-options.js';
import { ManualRuntime } from '../testing/manual-runtime.js';
import { ManualStop } from '../testing/manual-stop.js';
import { memoryLimiters } from './memory-sliding-window.js';
import { RateLimiter } from './rate-limiter.js';
import { type PermitRequest, type ZimRateLimitEvent, RateLimitRefusal } from './permit.js';

function givenRateLimiter(options: ZimRateLimitOptions = {}) {
  const runtime = new ManualRuntime();
  const rateLimit = resolveRateLimit(options);
  const limiter = new RateLimiter(memoryLimiters(runtime, rateLimit), { rateLimit }, runtime);
  const call = (more: Partial<PermitRequest> = {}): PermitRequest => ({
    action: 'CallInvite',
    lane: 'normal',
    tenant: '',
    bytes: 100,
    leaveByMs: runtime.nowMs + 10_000,
    deadline: new ManualStop(),
    ...more,
  });
  const send = async (more: Partial<PermitRequest> = {}) => {
    const permit = await limiter.acquire(call(more));
    if (permit instanceof RateLimitRefusal) return permit.reason;
    permit.sent();
    permit.answered();
    return 'sent';
  };
  return { runtime, limiter, call, send };
}

describe('RateLimiter', () => {
  it.each([
    ['action', 40],
    ['app', 20],
  ] as const)('has a quota for each %s', async (scope, atOnce) => {
    const { send, limiter } = givenRateLimiter({ scope });
    for (let index = 0; index < 20; index++) {
      void send();
      void send({ action: 'CallAccept' });
    }
    for (let times = 0; times < 50; times++) await new Promise(setImmediate);
    expect(limiter.figures().lanes.normal.sent).toBe(atOnce);
    expect(limiter.figures().lanes.normal.queued).toBe(40 - atOnce);
  });

  it('counts events by lane, and calls the listeners', async () => {
    const { send, limiter, runtime } = givenRateLimiter({ limit: 1, maxQueued: 2 });
    const events: ZimRateLimitEvent[] = [];
    limiter.onEvent(() => {
      throw new Error('a broken listener');
    });
    const stop = limiter.onEvent((event) => events.push(event));
    await send({ lane: 'urgent' });
    const waiting = send({ lane: 'bulk' });
    expect(await send({ lane: 'bulk' })).toBe('full');
    expect(await send({ lane: 'urgent', leaveByMs: runtime.nowMs + 10 })).toBe('too-late');
    limiter.reportThrottled('CallInvite');
    const figures = limiter.figures();
    expect(figures).toMatchObject({
      state: 'local',
      instances: 1,
      forfeited: 0,
      throttled: 1,
      roundTrips: 0,
      lanes: {
        urgent: { queued: 0, sent: 1, shed: { 'too-late': 1 } },
        bulk: { queued: 1, sent: 0, shed: { full: 1 } },
      },
    });
    expect(events.map(({ type }) => type)).toEqual([
      'queued',
      'sent',
      'queued',
      'shed',
      'shed',
      'throttled',
    ]);
    stop();
    await limiter.close(0);
    expect(await waiting).toBe('closed');
    expect(limiter.figures().lanes.bulk.shed.closed).toBe(1);
    expect(events).toHaveLength(6);
    expect(await send()).toBe('closed');
    expect(runtime.pendingTimers).toBe(0);
  });
});
