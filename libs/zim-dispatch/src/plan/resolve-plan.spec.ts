import { ZimInvalidRequestError } from 'nestjs-zim-call';
import { ManualRuntime } from 'nestjs-zim-call/testing';
import { planFor } from '../testing/dispatch-scene.js';
import { resolvePlan } from './resolve-plan.js';
import { escalate, ringAll, ringInTurn, type RingPlanInput } from './ring-plan.dto.js';

const policy = { callbacks: true, clientReports: false, trustWithdrawal: false };
const runtime = new ManualRuntime();
const resolve = (plan: RingPlanInput) => resolvePlan(plan, policy, runtime);

function problemsOf(plan: unknown): readonly string[] {
  try {
    resolve(plan as RingPlanInput);
  } catch (error) {
    if (error instanceof ZimInvalidRequestError) return error.errors.map(({ message }) => message);
    throw error;
  }
  return [];
}

describe('resolvePlan', () => {
  it('adds the defaults', () => {
    expect(resolve(planFor(['bob']))).toMatchObject({
      version: 1,
      plan: {
        steps: [{ userIds: ['bob'], ringSeconds: 30, pauseSeconds: 0 }],
        onUnknown: 'end',
        deadlineSeconds: 30 + 70 + 15 + 600,
      },
      startAtMs: runtime.nowMs,
      deadlineAtMs: runtime.nowMs + 715_000,
    });
  });

  it('keeps an idempotency key out of what it stores', () => {
    const record = resolve(planFor(['bob'], { idempotencyKey: 'order-17' }));
    expect(JSON.stringify(record)).not.toContain('order-17');
    expect(resolve(planFor(['bob'], { idempotencyKey: 'order-17' })).id).toBe(record.id);
  });

  it.each<[string, unknown, RegExp]>([
    ['another version', { ...planFor(['bob']), version: 2 }, /version must be 1/],
    ['no steps', planFor([]), /steps must have at least 1 step/],
    ['too many steps', planFor(Array<string>(21).fill('bob')), /at most 20 steps/],
    ['an unknown field', { ...planFor(['bob']), retries: 3 }, /retries is not a known property/],
    [
      'a callee twice',
      planFor([], { steps: ringAll(['bob', 'bob']) }),
      /must not name a callee twice/,
    ],
    ['ten callees', planFor([], { steps: ringAll('abcdefghij'.split('')) }), /at most 9 callees/],
    ['a long ring', planFor([], { steps: ringAll(['bob'], { ringSeconds: 591 }) }), /590/],
    [
      'a time without a zone',
      planFor(['bob'], { startAt: '2030-01-01T00:00:00' }),
      /with its zone/,
    ],
    ['a time that is none', planFor(['bob'], { startAt: '2030-13-01T00:00:00Z' }), /that exists/],
    ['a distant start', planFor(['bob'], { startAt: '2093-01-01T00:00:00Z' }), /7 days ahead/],
    [
      'a deadline that leaves no time for the last step',
      planFor(['bob', 'carol'], { deadlineSeconds: 59 }),
      /deadlineSeconds must be at least 62, for the steps ring and pause for 60 s/,
    ],
  ])('refuses %s', (_what, plan, message) => {
    expect(problemsOf(plan).join()).toMatch(message);
  });
});

describe('the helpers', () => {
  it('return steps', () => {
    const times = { ringSeconds: 20, pauseSeconds: 5 };
    expect(ringAll(['a', 'b'])).toEqual([{ userIds: ['a', 'b'] }]);
    expect(ringInTurn(['a', 'b'], times)).toEqual([
      { userIds: ['a'], ringSeconds: 20 },
      { userIds: ['b'], ringSeconds: 20, pauseSeconds: 5 },
    ]);
    expect(escalate([['a'], ['b', 'c']])).toEqual([{ userIds: ['a'] }, { userIds: ['b', 'c'] }]);
  });
});
