import { sampleEntry } from '../testing/sample-entry.js';
import { arrivalsOf, secondsShown, summaryOf } from './arrivals.js';

const now = Date.parse('2026-01-01T00:02:00.500Z');

const entry = (agoMs: number, action?: string, code = 0) =>
  sampleEntry({ at: new Date(now - agoMs).toISOString(), action, code });

const invites = (...agoMs: number[]) => agoMs.map((ago) => entry(ago, 'CallInvite'));

it('has CallInvite, whatever comes', () => {
  expect(arrivalsOf([], now)).toMatchObject([{ action: 'CallInvite', lastSecond: 0 }]);
  expect(arrivalsOf([], now)[0]?.seconds).toHaveLength(secondsShown);
});

it('counts the last 1000 ms, and no more', () => {
  const [arrivals] = arrivalsOf(invites(1001, 1000, 999, 500, 0, -20), now);
  expect(arrivals?.lastSecond).toBe(4);
});

it('puts each into its second of the clock', () => {
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

it('leaves out what is older than a minute, and finds what was journaled late', () => {
  const entries = [...invites(200_000, 61_000, 2000), entry(70_000, 'CallInvite'), ...invites(10)];
  const [arrivals] = arrivalsOf(entries, now);
  expect(arrivals && summaryOf(arrivals)).toEqual({ total: 2, refused: 0, peak: 1 });
});

it('is not misled by requests that were delayed for long', () => {
  const late = Array.from({ length: 99 }, () => entry(3_600_000, 'CallInvite'));
  const [arrivals] = arrivalsOf([...invites(2000), ...late, ...invites(10), ...late], now);
  expect(arrivals && summaryOf(arrivals).total).toBe(2);
});

it('ends with the past', () => {
  const unread = Object.defineProperty(entry(0), 'at', {
    get: () => {
      throw new Error('This is long past.');
    },
  });
  const past = Array.from({ length: 100 }, () => entry(61_000, 'CallInvite'));
  expect(arrivalsOf([unread, ...past, ...invites(10)], now)).toMatchObject([
    { action: 'CallInvite', lastSecond: 1 },
  ]);
});

it('keeps one order, whatever comes last', () => {
  const order = (...names: string[]) =>
    arrivalsOf(
      names.map((name) => entry(10, name)),
      now,
    ).map(({ action }) => action);
  const expected = ['CallInvite', 'CallAccept', 'UserRegister'];
  expect(order('CallAccept', 'UserRegister')).toEqual(expected);
  expect(order('UserRegister', 'CallAccept')).toEqual(expected);
});

it('gives no quota to what is no Action', () => {
  const entries = [entry(10, 'callInvite', 100000007), entry(20, '<b>', 100000007)];
  expect(arrivalsOf(entries, now).map(({ action }) => action)).toEqual(['CallInvite']);
});

it('keeps the actions apart, and those refused by the quota', () => {
  const entries = [
    entry(10, 'CallInvite', 660300005),
    entry(10, 'CallInvite', 660900003),
    entry(10, 'UserRegister', 660700001),
    entry(10),
  ];
  expect(arrivalsOf(entries, now).map((one) => [one.action, summaryOf(one)])).toEqual([
    ['CallInvite', { total: 2, refused: 1, peak: 2 }],
    ['UserRegister', { total: 1, refused: 1, peak: 1 }],
  ]);
});
