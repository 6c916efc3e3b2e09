import fc from 'fast-check';
import { countOf, seed, seeded } from '../../../../test/support/property.js';
import { eventsOf } from '../plan/ring-event.js';
import type { PlanRecord, RingPolicy } from '../plan/ring-plan.js';
import { endMarginMs } from '../plan/timing.js';
import { type InviteFate, type Phone, PlanWorld, type Scenario } from '../testing/plan-world.js';
import { planState } from './next-step.js';

const createdAtMs = 1_700_000_000_000;

const policy: fc.Arbitrary<RingPolicy> = fc
  .record({ callbacks: fc.boolean(), clientReports: fc.boolean(), trustWithdrawal: fc.boolean() })
  .filter((one) => one.callbacks || one.clientReports || one.trustWithdrawal);

const phone: fc.Arbitrary<Phone> = fc.record({
  answer: fc.option(
    fc.record({
      state: fc.constantFrom('accepted' as const, 'rejected' as const),
      afterMs: fc.integer({ min: 0, max: 45_000 }),
    }),
    { nil: undefined, freq: 2 },
  ),
  fails: fc.integer({ min: 0, max: 9 }).map((value) => value === 0),
  reportDelaysMs: fc.array(fc.constantFrom(0, 10, 900, 2_500, 10_000, 69_000), { maxLength: 3 }),
});

const fate: fc.Arbitrary<InviteFate> = fc.oneof(
  { weight: 3, arbitrary: fate_('known', true) },
  { weight: 1, arbitrary: fate_('known', true, 14_900) },
  { weight: 1, arbitrary: fate_('unclear', true) },
  { weight: 1, arbitrary: fate_('unclear', false) },
  { weight: 1, arbitrary: fate_('dies', true) },
  { weight: 1, arbitrary: fate_('dies', false) },
  { weight: 1, arbitrary: fate_('not-sent', false) },
  { weight: 1, arbitrary: fate_('refused', false) },
  { weight: 1, arbitrary: fate_('rejected', false) },
);

function fate_(result: InviteFate['result'], isExecuted: boolean, takesMs = 50) {
  return fc.constant({ result, isExecuted, takesMs });
}

const scenario: fc.Arbitrary<Scenario> = fc
  .array(
    fc.record({
      // ZIM says no to an invite that reaches no callee.
      phones: fc
        .array(phone, { minLength: 1, maxLength: 3 })
        .map(([first, ...others]) => [...(first ? [{ ...first, fails: false }] : []), ...others]),
      fates: fc.array(fate, { minLength: 1, maxLength: 4 }),
      ringSeconds: fc.integer({ min: 1, max: 40 }),
      pauseSeconds: fc.integer({ min: 0, max: 5 }),
    }),
    { minLength: 1, maxLength: 4 },
  )
  .chain((steps) =>
    fc.record({
      record: fc
        .record({
          policy,
          onUnknown: fc.constantFrom('end' as const, 'continue' as const),
          deadlineSeconds: fc.constantFrom(40, 300, 5_000, 5_000),
          startAfterMs: fc.constantFrom(0, 0, 20_000),
        })
        .map(({ policy, onUnknown, deadlineSeconds, startAfterMs }): PlanRecord => ({
          version: 1,
          id: 'plan',
          nonce: 'nonce',
          fingerprint: '',
          plan: {
            version: 1,
            fromUserId: 'alice',
            onUnknown,
            deadlineSeconds,
            steps: steps.map(({ phones, ringSeconds, pauseSeconds }, step) => ({
              userIds: phones.map((_, index) => `user-${step}-${index}`),
              ringSeconds,
              pauseSeconds,
            })),
          },
          policy,
          createdAtMs,
          startAtMs: createdAtMs + startAfterMs,
          deadlineAtMs: createdAtMs + startAfterMs + deadlineSeconds * 1000,
        })),
      fates: fc.constant(steps.map(({ fates }) => fates)),
      phones: fc.constant(steps.map(({ phones }) => phones)),
      withdrawals: fc.array(
        fc.record({ fails: fc.boolean(), takesMs: fc.constantFrom(0, 100, 9_000) }),
        { minLength: 1, maxLength: 4 },
      ),
      cancelMs: fc.constantFrom(undefined, undefined, undefined, 1, 8_000, 50_000),
      extraLooksMs: fc.array(fc.integer({ min: 0, max: 120_000 }), { maxLength: 5 }),
      foundAfterMs: fc.option(fc.integer({ min: 0, max: 60_000 }), { nil: undefined }),
    }),
  );

/** Runs a scenario and checks what must hold for each. */
function check(one: Scenario): void {
  const world = new PlanWorld(one);
  world.run();
  const { record } = one;
  const { result, history, violations } = world;
  // With `continue`, a call of which nothing is known may ring, or may have been accepted, while the next step rings.
  expect(violations).toEqual([]);
  if (result === undefined) throw new Error('the plan has not ended');

  // No result claims more than is true.
  const accepted = world.acceptedPhones;
  if (result.result === 'accepted') {
    expect(result.acceptedBy.length).toBeGreaterThan(0);
    for (const userId of result.acceptedBy) expect(accepted).toContain(userId);
  } else {
    expect(result.acceptedBy).toEqual([]);
    if (result.result !== 'unknown') expect(accepted).toEqual([]);
  }

  // Steps ring in order, and none is skipped that could ring.
  const steps = eventsOf(history, 'step-started').map(({ step }) => step);
  expect(steps).toEqual([...steps].sort((a, b) => a - b));
  if (result.result === 'no-answer') {
    for (const step of record.plan.steps.keys()) {
      const rang = world.calls.some((call) => call.step === step);
      expect(rang || world.finallyRejected.has(step)).toBe(true);
    }
  }

  // Nothing begins after the plan was stopped, and it ends in time.
  const stopMs = Math.min(
    record.deadlineAtMs - endMarginMs,
    ...eventsOf(history, 'cancelling').map(({ atMs }) => atMs),
  );
  for (const { atMs } of eventsOf(history, 'step-started')) expect(atMs).toBeLessThan(stopMs);
  expect(world.nowMs).toBeLessThanOrEqual(record.deadlineAtMs);
}

describe('planState', () => {
  it(seeded('never lets two calls ring, skips no step, and always ends with a true result'), () => {
    const numRuns = countOf({ sample: 300, full: 10_000 });
    fc.assert(fc.property(scenario, check), { numRuns, seed });
  });

  it(seeded('decides the same from reports that are repeated or in another order'), () => {
    const numRuns = countOf({ sample: 100, full: 2_000 });
    const shuffled = scenario.chain((one) => {
      const world = new PlanWorld(one);
      world.run();
      const history = world.history.filter(({ type }) => type !== 'ended');
      const answers = history.filter(({ type }) => type === 'answer');
      const others = history.filter(({ type }) => type !== 'answer');
      return fc.record({
        record: fc.constant(one.record),
        history: fc.constant(history),
        other: fc
          .shuffledSubarray([...answers, ...answers], {
            minLength: 2 * answers.length,
          })
          .map((reports) => [...reports, ...others]),
        afterMs: fc.integer({ min: 0, max: 300_000 }),
      });
    });
    fc.assert(
      fc.property(shuffled, ({ record, history, other, afterMs }) => {
        const nowMs = createdAtMs + afterMs;
        expect(planState(record, other, nowMs)).toEqual(planState(record, history, nowMs));
      }),
      { numRuns, seed },
    );
  });
});
