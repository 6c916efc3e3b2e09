import { resolveRateLimit } from '../config/resolve-rate-limit.js';
import type { ZimRateLimitOptions } from '../config/zim-call-options.js';
import { ManualRuntime } from '../testing/manual-runtime.js';
import { ManualStop } from '../testing/manual-stop.js';
import { MemoryRings } from './memory-ring.js';
import { Pacer } from './pacer.js';
import type { RateLimitEvent } from './pacing-events.js';
import { type PermitRequest, RateLimitRefusal } from './quota-pacer.js';

function givenPacer(options: ZimRateLimitOptions = {}) {
  const runtime = new ManualRuntime(0);
  const rateLimit = resolveRateLimit(options);
  const pacer = new Pacer(new MemoryRings(runtime, rateLimit), rateLimit, runtime);
  const call = (more: Partial<PermitRequest> = {}): PermitRequest => ({
    action: 'CallInvite',
    lane: 'normal',
    tenant: '',
    bytes: 100,
    leaveByMs: runtime.nowMs + 10_000,
    stop: new ManualStop(),
    ...more,
  });
  const send = async (more: Partial<PermitRequest> = {}) => {
    const turn = await pacer.take(call(more));
    if (turn instanceof RateLimitRefusal) return turn.reason;
    turn.sent();
    turn.answered();
    return 'sent';
  };
  return { runtime, pacer, call, send };
}

describe('Pacer', () => {
  it.each([
    ['action', 40],
    ['app', 20],
  ] as const)('has a quota for each %s', async (scope, atOnce) => {
    const { send, pacer } = givenPacer({ scope });
    for (let index = 0; index < 20; index++) {
      void send();
      void send({ action: 'CallAccept' });
    }
    for (let turns = 0; turns < 500; turns++) await Promise.resolve();
    expect(pacer.figures().lanes.normal.sent).toBe(atOnce);
    expect(pacer.figures().lanes.normal.queued).toBe(40 - atOnce);
  });

  it('counts what happens, by lane, and tells it', async () => {
    const { send, pacer, runtime } = givenPacer({ limit: 1, maxQueued: 2 });
    const events: RateLimitEvent[] = [];
    pacer.onEvent(() => {
      throw new Error('whoever watches');
    });
    const stop = pacer.onEvent((event) => events.push(event));
    await send({ lane: 'urgent' });
    const waiting = send({ lane: 'bulk' });
    expect(await send({ lane: 'bulk' })).toBe('full');
    expect(await send({ lane: 'urgent', leaveByMs: runtime.nowMs + 10 })).toBe('too-late');
    pacer.throttled('CallInvite');
    const figures = pacer.figures();
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
    await pacer.close(0);
    expect(await waiting).toBe('closed');
    expect(pacer.figures().lanes.bulk.shed.closed).toBe(1);
    expect(events).toHaveLength(6);
    expect(await send()).toBe('closed');
    expect(runtime.pendingTimers).toBe(0);
  });
});
