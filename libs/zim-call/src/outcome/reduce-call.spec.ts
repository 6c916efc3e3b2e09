import type { CallEvent } from '../stores/call-event-store.js';
import type { CalleeState } from './call-outcome.js';
import { reduceCall } from './reduce-call.js';

const at = new Date(1_700_000_000_000);
const invited: CallEvent = { type: 'invited', userIds: ['b', 'c'], at };
const created: CallEvent = { type: 'created', userIds: ['b'], at };
const accepted = (userId: string): CallEvent => ({ type: 'accepted', userIds: [userId], at });
const rejected = (userId: string): CallEvent => ({ type: 'rejected', userIds: [userId], at });
const timedOut = (...userIds: string[]): CallEvent => ({ type: 'timed-out', userIds, at });
const cancelled = (reason: string, ...userIds: string[]): CallEvent => ({
  type: 'cancelled',
  userIds,
  reason,
  at,
});

type Case = [
  name: string,
  events: CallEvent[],
  b: CalleeState,
  c: CalleeState,
  ended: boolean,
  result: string | undefined,
];

const cases: Case[] = [
  ['nothing yet', [], 'ringing', 'ringing', false, undefined],
  ['one accepts', [accepted('b')], 'accepted', 'ringing', false, 'accepted'],
  ['one rejects', [rejected('b')], 'rejected', 'ringing', false, undefined],
  ['both accept', [accepted('b'), accepted('c')], 'accepted', 'accepted', true, 'accepted'],
  ['one of each', [rejected('b'), accepted('c')], 'rejected', 'accepted', true, 'accepted'],
  ['both reject', [rejected('b'), rejected('c')], 'rejected', 'rejected', true, 'rejected'],
  [
    'no callee answers, caller online',
    [cancelled('timeout_cancel', 'b', 'c')],
    'timed-out',
    'timed-out',
    true,
    'timed-out',
  ],
  [
    'no callee answers, caller offline',
    [timedOut('b', 'c')],
    'timed-out',
    'timed-out',
    true,
    'timed-out',
  ],
  [
    'one rejects, one is silent',
    [rejected('b'), timedOut('c')],
    'rejected',
    'timed-out',
    true,
    'timed-out',
  ],
  [
    'one accepts, one is silent',
    [accepted('b'), timedOut('c')],
    'accepted',
    'timed-out',
    true,
    'accepted',
  ],
  [
    'the caller cancels',
    [cancelled('caller_cancel', 'b', 'c')],
    'cancelled',
    'cancelled',
    true,
    'cancelled',
  ],
  [
    'one rejects, then the caller cancels',
    [rejected('b'), cancelled('caller_cancel', 'c')],
    'rejected',
    'cancelled',
    true,
    'cancelled',
  ],
];

function permutations<T>(items: readonly T[]): T[][] {
  if (items.length === 0) return [[]];
  return items.flatMap((item, index) =>
    permutations(items.toSpliced(index, 1)).map((rest) => [item, ...rest]),
  );
}

describe.each(cases)('%s', (_, events, b, c, ended, result) => {
  const orders = permutations([invited, created, ...events]);

  it.each(orders.map((order) => [order.map(({ type }) => type).join(' '), order] as const))(
    'has the same state after %s',
    (__, order) => {
      for (const events of [order, [...order, ...order]]) {
        const progress = reduceCall(events);
        const states = Object.fromEntries(progress.callees.map((one) => [one.userId, one.state]));
        expect({ ...progress, callees: states }).toMatchObject({ callees: { b, c }, ended });
        expect(progress.result).toBe(result);
      }
    },
  );
});

describe.each(cases)('%s, with any one event missing', (_, events, _b, _c, _ended, result) => {
  const all = [invited, created, ...events];

  it.each(all.map((event, index) => [event.type, index] as const))(
    'has no wrong result without %s',
    (__, index) => {
      const reduced = reduceCall(all.toSpliced(index, 1)).result;
      expect([result, undefined, 'unknown']).toContain(reduced);
    },
  );
});

describe('missing callbacks', () => {
  it.each([
    ['the rejection', [invited, timedOut('c')], 'answered', 'timed-out', 'unknown'],
    ['the acceptance', [invited, timedOut('c')], 'answered', 'timed-out', 'unknown'],
    [
      'the rejection before a cancel',
      [invited, cancelled('caller_cancel', 'c')],
      'answered',
      'cancelled',
      'unknown',
    ],
    ['the end', [invited, rejected('b')], 'rejected', 'ringing', undefined],
    ['both answers', [invited], 'ringing', 'ringing', undefined],
    [
      'an answer, but another callee accepted',
      [invited, accepted('c')],
      'ringing',
      'accepted',
      'accepted',
    ],
  ] as const)('%s: the result is not guessed', (_, events, b, c, result) => {
    const progress = reduceCall(events);
    expect(progress.callees.map(({ state }) => state)).toEqual([b, c]);
    expect(progress.result).toBe(result);
  });

  it('does not take the first answer for the last while not all callees are known', () => {
    expect(reduceCall([rejected('b')])).toMatchObject({ ended: false });
    expect(reduceCall([rejected('b')]).result).toBeUndefined();
  });

  it('reads the events once, not once for each user: a callback can name very many', () => {
    const users = Array.from({ length: 100 }, (_, index) => `u${index}`);
    let passes = 0;
    const event = {
      ...timedOut(),
      get userIds() {
        passes++;
        return users;
      },
    };
    expect(reduceCall([event]).callees).toHaveLength(users.length);
    expect(passes).toBe(1);
  });
});
