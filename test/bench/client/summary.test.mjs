// The figures of the benchmark, against cases computed by hand.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { figuresOf, judge, median } from './summary.mjs';

const measured = (way, round, cpuMicros, fields = {}) => ({
  way,
  round,
  concurrency: 1,
  cpuMicros,
  wallMs: 10,
  tookMs: [1, 2],
  ...fields,
});

test('a median of many values, in whatever order', () => {
  assert.equal(median([7]), 7);
  assert.equal(median([9, 1, 5]), 5);
  assert.equal(median([10, 1, 2, 4]), 3);
});

test('figures are those of one call, in the median round', () => {
  const rounds = [
    measured('ours', 0, 200, { tookMs: [1, 3], wallMs: 4 }),
    measured('ours', 1, 600, { tookMs: [2, 4], wallMs: 8 }),
    measured('ours', 2, 400, { tookMs: [9, 9], wallMs: 2 }),
  ];
  assert.deepEqual(figuresOf(rounds, 'ours', 1), {
    way: 'ours',
    concurrency: 1,
    cpuMicros: 200,
    p50Ms: 2,
    p99Ms: 4,
    perSecond: 500,
    cpuRatio: 1,
  });
});

test('a ratio compares what ran in the same round', () => {
  const rounds = [
    measured('ours', 0, 100),
    measured('fetch', 0, 200),
    // The machine was slow here, for both.
    measured('ours', 1, 500),
    measured('fetch', 1, 1_000),
    measured('ours', 2, 100),
    measured('fetch', 2, 400),
    measured('ours', 2, 9_999, { concurrency: 16 }),
  ];
  assert.equal(figuresOf(rounds, 'fetch', 1).cpuRatio, 0.5);
});

test('a target is met by less, not by as much', () => {
  const figures = (way, cpuRatio) => ({ way, concurrency: 16, cpuRatio });
  assert.deepEqual(
    judge([
      figures('ours', 1),
      figures('http-service', 0.99),
      figures('fetch', 1),
      figures('undici', 2),
    ]),
    [
      { isMet: true, text: 'less CPU than http-service at concurrency 16 (ratio 0.99)' },
      { isMet: false, text: 'less CPU than fetch at concurrency 16 (ratio 1.00)' },
    ],
  );
});
