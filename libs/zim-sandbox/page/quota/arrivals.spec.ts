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
