import type { CallEvent } from '../stores/call-event-store.js';
import type { CalleeState } from './call-outcome.js';
import { reduceCall } from './reduce-call.js';

const at = new Date(1_700_000_000_000);
const invited: CallEvent = { type: 'invited', userIds: ['b', 'c'], at };
const of =
  (type: CallEvent['type'], extra: Partial<CallEvent> = {}) =>
  (...userIds: string[]): CallEvent => ({ type, userIds, at, ...extra });
const accepted = of('accepted');
const rejected = of('rejected');
const timedOut = of('timed-out');
const withdrawing = of('withdrawing');
const withdrawn = of('withdrawn');
const notWithdrawn = of('not-withdrawn');
const callerCancels = of('cancelled', { reason: 'caller_cancel' });
const reportedAccepted = of('accepted', { reportedBy: 'client' });
const reportedRejected = of('rejected', { reportedBy: 'client' });

function permutations<T>(items: readonly T[]): T[][] {
  if (items.length === 0) return [[]];
  return items.flatMap((item, index) =>
    permutations(items.toSpliced(index, 1)).map((rest) => [item, ...rest]),
  );
}

/** Checks every order of the events, each of them also twice over. */
function expectInAnyOrder(events: readonly CallEvent[], expected: object): void {
  for (const order of permutations(events)) {
    for (const stored of [order, [...order, ...order]]) {
      const { callees, ended, result, reason } = reduceCall(stored);
      const states = Object.fromEntries(callees.map(({ userId, state }) => [userId, state]));
      expect([order, { ...states, ended, result, reason }]).toEqual([order, expected]);
    }
  }
}

interface Case {
  readonly name: string;
  readonly events: readonly CallEvent[];
  /** The states of both callees, and what is known of the call. */
  readonly expected: object;
}

function given(
  name: string,
  events: readonly CallEvent[],
  [b, c]: readonly [CalleeState, CalleeState],
  ended: boolean,
  result?: string,
  reason?: string,
): Case {
  return { name, events, expected: { b, c, ended, result, reason } };
}

const both = ['cancelled', 'cancelled'] as const;
const withdrawals: Case[] = [
  given('under way', [withdrawing('b', 'c')], ['ringing', 'ringing'], false),
  given(
    'ZIM has taken both, and sends no callbacks',
    [withdrawing('b', 'c'), withdrawn('b'), withdrawn('c')],
    both,
    true,
    'cancelled',
    'withdrawn',
  ),
  given(
    'callbacks come before the replies, or the replies are lost',
    [withdrawing('b', 'c'), rejected('b'), rejected('c')],
    both,
    true,
    'cancelled',
    'withdrawn',
  ),
  given(
    'replies and callbacks',
    [withdrawing('b', 'c'), withdrawn('b'), withdrawn('c'), rejected('b'), rejected('c')],
    both,
    true,
    'cancelled',
    'withdrawn',
  ),
  given('one reply only', [withdrawing('b', 'c'), withdrawn('b')], ['cancelled', 'ringing'], false),
  given(
    'a callee accepts first',
    [withdrawing('b', 'c'), accepted('b'), notWithdrawn('b'), withdrawn('c')],
    ['accepted', 'cancelled'],
    true,
    'accepted',
  ),
  given(
    'a callee accepts first, and the reply about it is lost',
    [withdrawing('b', 'c'), accepted('b'), withdrawn('c'), rejected('c')],
    ['accepted', 'cancelled'],
    true,
    'accepted',
  ),
  given(
    'a callee has rejected before, and is no part of it',
    [rejected('b'), withdrawing('c'), withdrawn('c')],
    ['rejected', 'cancelled'],
    true,
    'cancelled',
    'withdrawn',
  ),
  given(
    'a callee has rejected before, and ZIM says so',
    [withdrawing('b', 'c'), rejected('b'), notWithdrawn('b'), withdrawn('c')],
    ['rejected', 'cancelled'],
    true,
    'cancelled',
    'withdrawn',
  ),
  given(
    'it fails, and both reject later',
    [withdrawing('b', 'c'), notWithdrawn('b'), notWithdrawn('c'), rejected('b'), rejected('c')],
    ['rejected', 'rejected'],
    true,
    'rejected',
  ),
  given(
    'the first has an unknown result, and the second finds that it worked',
    [withdrawing('b'), withdrawing('b'), notWithdrawn('b'), rejected('b'), rejected('c')],
    ['cancelled', 'rejected'],
    true,
    'cancelled',
    'withdrawn',
  ),
  given(
    'of one phone, and the other rings until the timeout',
    [withdrawing('b'), withdrawn('b'), rejected('b'), timedOut('c')],
    ['cancelled', 'timed-out'],
    true,
    'timed-out',
  ),
  given(
    'of one phone, and then the caller cancels',
    [withdrawing('b'), withdrawn('b'), callerCancels('c')],
    ['cancelled', 'cancelled'],
    true,
    'cancelled',
    'caller_cancel',
  ),
  given(
    'comes too late: the phones have timed out',
    [withdrawing('b', 'c'), notWithdrawn('b'), timedOut('b', 'c')],
    ['timed-out', 'timed-out'],
    true,
    'timed-out',
  ),
  given(
    'also of a user whom the call did not invite',
    [withdrawing('b', 'c', 'x'), notWithdrawn('x'), withdrawn('b'), withdrawn('c')],
    both,
    true,
    'cancelled',
    'withdrawn',
  ),
];

it.each(withdrawals)('a withdrawal, in any order: $name', ({ events, expected }) => {
  expectInAnyOrder([invited, ...events], expected);
});

it.each(withdrawals)(
  'a withdrawal, with any one callback or reply missing, has no wrong result: $name',
  ({ events, expected }) => {
    for (const [index, { type }] of events.entries()) {
      if (type === 'withdrawing' || type === 'not-withdrawn') continue;
      const { result } = reduceCall([invited, ...events.toSpliced(index, 1)]);
      expect([{ result: undefined }, { result: 'unknown' }, expected]).toContainEqual(
        expect.objectContaining({ result }),
      );
    }
  },
);

it('a callee who has accepted stays accepted even if ZIM takes the rejection of a withdrawal', () => {
  expectInAnyOrder([invited, withdrawing('b'), accepted('b'), withdrawn('b'), rejected('b')], {
    ...{ b: 'accepted', c: 'ringing', ended: false },
    ...{ result: 'accepted', reason: undefined },
  });
});

it('the withdrawal of a call that was made elsewhere does not end it: callees may be missing', () => {
  const progress = reduceCall([withdrawing('b'), withdrawn('b')]);
  expect(progress).toMatchObject({ ended: false, callees: [{ userId: 'b', state: 'cancelled' }] });
  expect(reduceCall([withdrawing('b')]).callees).toEqual([]);
});

const reports: Case[] = [
  given('one accepts', [reportedAccepted('b')], ['accepted', 'ringing'], false, 'accepted'),
  given(
    'both reject',
    [reportedRejected('b'), reportedRejected('c')],
    ['rejected', 'rejected'],
    true,
    'rejected',
  ),
  given(
    'and the callback says the same',
    [reportedRejected('b'), rejected('b'), reportedRejected('c'), rejected('c')],
    ['rejected', 'rejected'],
    true,
    'rejected',
  ),
  given(
    'accepted, but the callback says rejected',
    [reportedAccepted('b'), rejected('b')],
    ['rejected', 'ringing'],
    false,
  ),
  given(
    'rejected, but the callback says accepted',
    [reportedRejected('b'), accepted('b')],
    ['accepted', 'ringing'],
    false,
    'accepted',
  ),
  given(
    'both, of one callee',
    [reportedRejected('b'), reportedAccepted('b')],
    ['accepted', 'ringing'],
    false,
    'accepted',
  ),
  given(
    'accepted, but ZIM names the callee as silent',
    [reportedAccepted('b'), timedOut('b', 'c')],
    ['timed-out', 'timed-out'],
    true,
    'timed-out',
  ),
  given(
    'rejected, and ZIM does not name the callee among the silent ones',
    [reportedRejected('b'), timedOut('c')],
    ['rejected', 'timed-out'],
    true,
    'timed-out',
  ),
  given(
    'accepted, but ZIM has taken the rejection of a withdrawal',
    [withdrawing('b', 'c'), reportedAccepted('b'), withdrawn('b'), withdrawn('c')],
    both,
    true,
    'cancelled',
    'withdrawn',
  ),
  given(
    'rejected while a withdrawal is under way: it is the callee who has rejected',
    [withdrawing('b'), reportedRejected('b')],
    ['rejected', 'ringing'],
    false,
  ),
  given(
    'of a user whom the invite does not name',
    [reportedAccepted('x')],
    ['ringing', 'ringing'],
    false,
  ),
];

it.each(reports)('reports of clients, in any order: $name', ({ events, expected }) => {
  expectInAnyOrder([invited, ...events], expected);
});

it('a report counts before the invite is known, because it may arrive before the reply to it', () => {
  expect(reduceCall([reportedAccepted('b')]).result).toBe('accepted');
});
