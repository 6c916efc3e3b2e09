import type { PlanEvent } from '../plan/ring-event.js';
import type { PlanRecord, RingPolicy } from '../plan/ring-plan.js';
import { planState } from './next-step.js';

const nextStep = (...plan: Parameters<typeof planState>) => planState(...plan).decision;
const startMs = 1_700_000_000_000;
const byCallbacks = { callbacks: true, clientReports: false, trustWithdrawal: false };

/** Bob and Carol in turn, each for 30 s, with 5 s between them. */
const recordWith = (
  policy: RingPolicy = byCallbacks,
  onUnknown: 'end' | 'continue' = 'end',
): PlanRecord => ({
  ...{ version: 1, id: 'id', nonce: 'nonce', fingerprint: '', policy },
  plan: {
    ...{ version: 1, fromUserId: 'alice', onUnknown, deadlineSeconds: 600 },
    steps: [
      { userIds: ['bob'], ringSeconds: 30, pauseSeconds: 0 },
      { userIds: ['carol'], ringSeconds: 30, pauseSeconds: 5 },
    ],
  },
  ...{ createdAtMs: startMs, startAtMs: startMs, deadlineAtMs: startMs + 600_000 },
});

const started: PlanEvent = { type: 'step-started', step: 0, attempt: 1, atMs: startMs };
const ringing: PlanEvent = {
  ...{ type: 'ringing', step: 0, attempt: 1, callId: 'call', userIds: ['bob'], failed: [] },
  ...{ confirmedBy: 'reply', atMs: startMs },
};
const rings: readonly PlanEvent[] = [started, ringing];
const withdrawing: PlanEvent = {
  ...{ type: 'withdrawing', step: 0, attempt: 1, atMs: startMs + 33_000 },
};
const withdrawnAs = (
  result: 'withdrawn' | 'timed-out' | 'already-answered',
): readonly PlanEvent[] => [
  ...rings,
  withdrawing,
  {
    ...{ type: 'withdrawn', step: 0, attempt: 1, users: [{ userId: 'bob', result }] },
    atMs: startMs + 33_000,
  },
];
const unclear: readonly PlanEvent[] = [
  started,
  { type: 'unclear', step: 0, attempt: 1, reason: 'lost', atMs: startMs + 10_000 },
];
const at = (seconds: number) => startMs + seconds * 1000;
const waitUntil = (seconds: number) => ({ do: 'wait', untilMs: at(seconds) });

describe('nextStep', () => {
  it('waits for the result of an invite, then finds it out by its key, then waits it out', () => {
    const record = recordWith();
    expect(nextStep(record, [started], at(1))).toEqual(waitUntil(15));
    expect(nextStep(record, [started], at(15))).toMatchObject({
      ...{ do: 'ring', step: 0, attempt: 2 },
    });
    // The key may be forgotten by now: 15 s for the request, 30 s ring time, 70 s for callbacks.
    expect(nextStep(record, [started], at(45))).toEqual(waitUntil(15 + 30 + 70));
  });

  it('waits for the ring time and all repeats of callbacks if an invite is unclear', () => {
    expect(nextStep(recordWith(), unclear, at(20))).toEqual(waitUntil(15 + 30 + 70));
    expect(nextStep(recordWith(), unclear, at(115))).toMatchObject({
      ...{ do: 'end', result: { result: 'unknown' } },
    });
    const record = recordWith(byCallbacks, 'continue');
    expect(nextStep(record, unclear, at(115))).toEqual(waitUntil(120));
    expect(nextStep(record, unclear, at(120))).toMatchObject({ do: 'ring', step: 1 });
  });

  it('withdraws 3 s after the ring time with callbacks, and at its end without', () => {
    expect(nextStep(recordWith(), rings, at(30))).toEqual(waitUntil(33));
    expect(nextStep(recordWith(), rings, at(33))).toMatchObject({ do: 'withdraw', callId: 'call' });
    const reports = { callbacks: false, clientReports: true, trustWithdrawal: false };
    expect(nextStep(recordWith(reports), rings, at(29))).toEqual(waitUntil(30));
    expect(nextStep(recordWith(reports), rings, at(30))).toMatchObject({ do: 'withdraw' });
  });

  it('rings the next step after a confirmed withdrawal and the pause', () => {
    const history = withdrawnAs('withdrawn');
    expect(nextStep(recordWith(), history, at(33))).toEqual(waitUntil(38));
    expect(nextStep(recordWith(), history, at(38))).toMatchObject({ do: 'ring', step: 1 });
  });

  it.each(['timed-out', 'already-answered'] as const)(
    'waits for late reports if ZIM refuses a withdrawal as %s and its codes are not trusted',
    (result) => {
      const history = withdrawnAs(result);
      expect(nextStep(recordWith(), history, at(34))).toEqual(waitUntil(33 + 70));
      expect(nextStep(recordWith(), history, at(103))).toMatchObject({
        ...{ do: 'end', result: { result: 'unknown' } },
      });
    },
  );

  it('takes the codes of a withdrawal for answers if they are trusted', () => {
    const trusted = { ...byCallbacks, trustWithdrawal: true };
    expect(nextStep(recordWith(trusted), withdrawnAs('timed-out'), at(38))).toMatchObject({
      ...{ do: 'ring', step: 1 },
    });
    const answered = withdrawnAs('already-answered');
    // A callback may still say that he has rejected.
    expect(nextStep(recordWith(trusted), answered, at(34))).toEqual(waitUntil(103));
    expect(nextStep(recordWith(trusted), answered, at(103))).toMatchObject({
      ...{ do: 'end', result: { result: 'accepted', acceptedBy: ['bob'] } },
    });
    const only = { callbacks: false, clientReports: false, trustWithdrawal: true };
    expect(nextStep(recordWith(only), answered, at(33))).toMatchObject({
      ...{ do: 'end', result: { result: 'accepted', acceptedBy: ['bob'] } },
    });
  });

  it('ends as accepted and stops what rings if an earlier step turns out to be accepted', () => {
    const accepted: PlanEvent = {
      ...{ type: 'answer', step: 0, callId: 'call', userId: 'bob', state: 'accepted' },
      ...{ reportedBy: 'callback', atMs: at(50) },
    };
    const second: PlanEvent = {
      ...{ ...ringing, step: 1, callId: 'second', userIds: ['carol'], atMs: at(40) },
    };
    const history = [
      ...withdrawnAs('withdrawn'),
      { ...started, step: 1, atMs: at(40) },
      second,
      accepted,
    ];
    expect(nextStep(recordWith(), history, at(50))).toMatchObject({
      do: 'end',
      result: { result: 'accepted', acceptedBy: ['bob'], step: 0 },
      leftRinging: [{ callId: 'second', userIds: ['carol'] }],
    });
  });

  it('does not ring after it was cancelled, and brings a ringing call to its end', () => {
    const cancelling: PlanEvent = { type: 'cancelling', atMs: at(5) };
    expect(nextStep(recordWith(), [cancelling], at(5))).toMatchObject({
      ...{ do: 'end', result: { result: 'cancelled' } },
    });
    expect(nextStep(recordWith(), [started, cancelling], at(15))).toEqual(waitUntil(115));
    expect(nextStep(recordWith(), [...rings, cancelling], at(5))).toMatchObject({ do: 'withdraw' });
  });
});
