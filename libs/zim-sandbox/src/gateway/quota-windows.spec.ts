import { type SandboxAssumptions } from '../core/assumptions.js';
import { createQuotaWindow } from './quota-windows.js';

type Kind = SandboxAssumptions['quotaWindow'];

/** Returns how many calls pass at each time. */
function passed(kind: Kind, countRefused: boolean, arrivals: [atMs: number, calls: number][]) {
  const window = createQuotaWindow(kind, { limit: 20, countRefused });
  return arrivals.map(
    ([atMs, calls]) =>
      Array.from({ length: calls }, () => window.take(atMs)).filter(Boolean).length,
  );
}

describe('the sliding window', () => {
  it('passes 20 in any 1000 ms', () => {
    expect(
      passed('sliding', false, [
        [999, 20],
        [1000, 5],
        [1998, 5],
        [1999, 25],
        [2998, 1],
        [2999, 1],
      ]),
    ).toEqual([20, 0, 0, 20, 0, 1]);
  });

  it('frees each slot 1000 ms after its call', () => {
    expect(
      passed('sliding', false, [
        [0, 10],
        [500, 15],
        [1000, 15],
        [1499, 1],
        [1500, 15],
      ]),
    ).toEqual([10, 10, 10, 0, 10]);
  });

  it('stays full under constant load if refused calls count', () => {
    const load: [number, number][] = [
      [0, 20],
      [900, 20],
      [1800, 20],
      [2700, 20],
      [3700, 20],
    ];
    expect(passed('sliding', true, load)).toEqual([20, 0, 0, 0, 20]);
    expect(passed('sliding', false, load)).toEqual([20, 0, 20, 0, 20]);
  });

  it('does not block for an hour when the clock is set back by one', () => {
    expect(
      passed('sliding', false, [
        [3_600_000, 20],
        [0, 20],
        [999, 1],
      ]),
    ).toEqual([20, 20, 0]);
  });
});

describe('the fixed window', () => {
  it('passes at most 40 around the start of a second', () => {
    expect(
      passed('fixed', false, [
        [999, 25],
        [1000, 25],
        [1999, 1],
        [2000, 1],
      ]),
    ).toEqual([20, 20, 0, 1]);
  });

  it('ignores refused calls', () => {
    expect(
      passed('fixed', true, [
        [0, 30],
        [999, 30],
        [1000, 30],
      ]),
    ).toEqual([20, 0, 20]);
  });
});

describe('the token bucket', () => {
  it('passes 20 at once, then one every 50 ms', () => {
    expect(
      passed('token-bucket', false, [
        [0, 25],
        [49, 1],
        [50, 2],
        [100, 2],
        [600, 20],
        [10_000, 25],
      ]),
    ).toEqual([20, 0, 1, 1, 10, 20]);
  });

  it('is emptied by refused calls if they count', () => {
    const load: [number, number][] = [
      [0, 21],
      [40, 1],
      [80, 1],
      [120, 1],
      [170, 1],
    ];
    expect(passed('token-bucket', true, load)).toEqual([20, 0, 0, 0, 1]);
    expect(passed('token-bucket', false, load)).toEqual([20, 0, 1, 1, 1]);
  });

  it('does not refill when the clock is set back', () => {
    expect(
      passed('token-bucket', false, [
        [1000, 20],
        [0, 1],
        [50, 2],
      ]),
    ).toEqual([20, 0, 1]);
  });
});

it.each<[Kind, number[]]>([
  ['sliding', [0, 3, 3, 0]],
  ['fixed', [0, 3, 0, 0]],
  ['token-bucket', [0, 3, 1, 0]],
])('%s reports its use', (kind, expected) => {
  const window = createQuotaWindow(kind, { limit: 20, countRefused: false });
  const seen = [window.used(900)];
  for (let count = 0; count < 3; count++) window.take(900);
  seen.push(window.used(900), window.used(1020), window.used(1900));
  expect(seen).toEqual(expected);
});
