import { sampleEntry } from '../testing/samples.js';
import { arrivalsOf, secondsShown, summaryOf } from './arrivals.js';

const now = Date.parse('2026-01-01T00:02:00.500Z');

const entry = (agoMs: number, action?: string, code = 0) =>
  sampleEntry({ at: new Date(now - agoMs).toISOString(), action, code });

const invites = (...agoMs: number[]) => agoMs.map((ago) => entry(ago, 'CallInvite'));

it('always includes CallInvite', () => {
  expect(arrivalsOf([], now)).toMatchObject([{ action: 'CallInvite', lastSecond: 0 }]);
  expect(arrivalsOf([], now)[0]?.seconds).toHaveLength(secondsShown);
});

it('counts only the last 1000 ms as the last second', () => {
  const [arrivals] = arrivalsOf(invites(1001, 1000, 999, 500, 0, -20), now);
  expect(arrivals?.lastSecond).toBe(4);
});

it('groups requests by the seconds of the clock', () => {
  const [arrivals] = arrivalsOf(invites(59_500, 1500, 501, 500, 0, -700), now);
  const filled = arrivals?.seconds.flatMap(({ arrived }, index) =>
    arrived ? [[index, arrived]] : [],
  );
  expect(filled).toEqual([
    [0, 1],
    [58, 2],
    [59, 3],
  ]);
});

it('leaves out requests older than a minute, and includes new ones that were journaled late', () => {
  const entries = [...invites(200_000, 61_000, 2000), entry(70_000, 'CallInvite'), ...invites(10)];
  const [arrivals] = arrivalsOf(entries, now);
  expect(arrivals && summaryOf(arrivals)).toEqual({ total: 2, refused: 0, uncounted: 0, peak: 1 });
});

it('reads past old requests that were journaled late', () => {
  const late = Array.from({ length: 99 }, () => entry(3_600_000, 'CallInvite'));
  const [arrivals] = arrivalsOf([...invites(2000), ...late, ...invites(10), ...late], now);
  expect(arrivals && summaryOf(arrivals).total).toBe(2);
});

it('stops reading after 100 old requests in a row', () => {
  const unread = Object.defineProperty(entry(0), 'at', {
    get: () => {
      throw new Error('This entry must not be read.');
    },
  });
  const old = Array.from({ length: 100 }, () => entry(61_000, 'CallInvite'));
  expect(arrivalsOf([unread, ...old, ...invites(10)], now)).toMatchObject([
    { action: 'CallInvite', lastSecond: 1 },
  ]);
});

it('always returns the Actions in the same order', () => {
  const order = (...names: string[]) =>
    arrivalsOf(
      names.map((name) => entry(10, name)),
      now,
    ).map(({ action }) => action);
  const expected = ['CallInvite', 'CallAccept', 'UserRegister'];
  expect(order('CallAccept', 'UserRegister')).toEqual(expected);
  expect(order('UserRegister', 'CallAccept')).toEqual(expected);
});

it('leaves out unknown Actions', () => {
  const entries = [entry(10, 'callInvite', 100000007), entry(20, '<b>', 100000007)];
  expect(arrivalsOf(entries, now).map(({ action }) => action)).toEqual(['CallInvite']);
});

it('counts each Action, and its refusals by the quota, separately', () => {
  const at = new Date(now - 10).toISOString();
  const entries = [
    sampleEntry({ at, code: 660300005, cause: 'quota-exceeded' }),
    sampleEntry({ at, code: 660900003 }),
    sampleEntry({ at, action: 'UserRegister', code: 660700001, cause: 'quota-exceeded' }),
    entry(10),
  ];
  expect(arrivalsOf(entries, now).map((one) => [one.action, summaryOf(one)])).toEqual([
    ['CallInvite', { total: 2, refused: 1, uncounted: 0, peak: 2 }],
    ['UserRegister', { total: 1, refused: 1, uncounted: 0, peak: 1 }],
  ]);
});

it('counts refusals by their cause, not their code: an injected throttle uses no quota', () => {
  const at = new Date(now - 10).toISOString();
  const throttled = { at, code: 660300005 };
  const [arrivals] = arrivalsOf(
    [
      sampleEntry({
        ...throttled,
        signature: 'unchecked',
        fault: { kind: 'code', when: 'before', id: 1 },
      }),
      // Executed; only the reply is replaced.
      sampleEntry({ ...throttled, fault: { kind: 'code', when: 'after', id: 1 } }),
      sampleEntry({ ...throttled, cause: 'quota-exceeded', fault: { kind: 'reset', id: 1 } }),
    ],
    now,
  );
  expect(arrivals).toMatchObject({ lastSecond: 2 });
  expect(arrivals && summaryOf(arrivals)).toEqual({
    total: 3,
    refused: 1,
    uncounted: 1,
    peak: 3,
  });
});

it('does not count requests that were refused before the quota check', () => {
  const at = new Date(now - 10).toISOString();
  const [arrivals] = arrivalsOf(
    [
      sampleEntry({ at, code: 100000005, signature: 'refused' }),
      sampleEntry({ at, code: 100000008, cause: 'nonce-reused' }),
    ],
    now,
  );
  expect(arrivals).toMatchObject({ lastSecond: 0 });
  expect(arrivals && summaryOf(arrivals)).toMatchObject({ total: 2, uncounted: 2 });
});
