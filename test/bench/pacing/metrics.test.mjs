// The figures of the benchmark, against cases computed by hand.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { jainIndex, maxInWindow, measure, percentile, waitOfProcesses } from './metrics.mjs';
import { optimaOf, optimalArrivals, optimumOf } from './optimum.mjs';
import { createWorkload, steadily, workloadNames } from './workloads.mjs';

const times = (count, atMs) => Array.from({ length: count }, () => atMs);

test('the optimum sends twenty at once and the next when the window has passed', () => {
  assert.deepEqual(optimalArrivals([0, 0, 0, 0, 0], 2, 1_000), [0, 0, 1_000, 1_000, 2_000]);
});

test('the optimum never sends before a call is due', () => {
  assert.deepEqual(optimalArrivals([0, 500, 600, 3_000], 2, 1_000), [0, 500, 1_000, 3_000]);
});

test('250 calls at once take twelve seconds', () => {
  const { makespanMs, waitsMs } = optimumOf(times(250, 0));
  assert.equal(makespanMs, 12_000);
  assert.equal(percentile(waitsMs, 0.5), 6_000);
  assert.equal(percentile(waitsMs, 0.95), 11_000);
});

test('a network delays the optimum by its mean delay, and the profile’s own also by its jitter', () => {
  const { unjittered, own } = optimaOf(times(250, 0), { delayMs: 110, jitterMs: 80 });
  assert.deepEqual([unjittered.makespanMs, unjittered.arrivalsMs[20]], [12_110, 1_110]);
  assert.deepEqual([own.makespanMs, own.arrivalsMs[20]], [110 + 12 * 1_080, 1_190]);
  assert.equal(percentile(own.waitsMs, 0), 110);
});

test('the optimum counts from the first call', () => {
  assert.equal(optimumOf([500, 700], { delayMs: 40 }).makespanMs, 240);
});

test('the optimum does not depend on the order of its input', () => {
  assert.deepEqual(optimumOf([300, 0]), { makespanMs: 300, arrivalsMs: [0, 300], waitsMs: [0, 0] });
});

test('a window holds what lies less than a second apart', () => {
  assert.equal(maxInWindow([]), 0);
  assert.equal(maxInWindow([1_000, 0]), 1);
  assert.equal(maxInWindow([999.9, 0, 500, 1_500]), 3);
});

test('a percentile is one of the values', () => {
  assert.equal(percentile([], 0.5), undefined);
  assert.equal(percentile([4, 1, 3, 2], 0.5), 2);
  assert.equal(percentile([4, 1, 3, 2], 0.95), 4);
  assert.equal(percentile([7], 0), 7);
});

test("Jain's index is 1 for equal shares and 1/n for a single winner", () => {
  assert.equal(jainIndex([5, 5, 5, 5]), 1);
  assert.equal(jainIndex([12, 0, 0, 0]), 0.25);
  assert.equal(jainIndex([3, 1]), 0.8);
  assert.equal(jainIndex([0, 0]), undefined);
});

test('a run is measured by what the receiver saw', () => {
  const jobs = [0, 0, 1_000].map((atMs, index) => ({
    atMs,
    process: index % 2,
    tenant: index === 2 ? 'B' : 'A',
    id: `j${index}`,
  }));
  const arrivals = [
    { ...jobs[0], atMs: 10, accepted: true },
    { ...jobs[1], atMs: 20, accepted: false },
    { ...jobs[2], atMs: 2_000, accepted: true },
  ];
  assert.deepEqual(measure(jobs, arrivals, 2), {
    calls: 3,
    sent: 3,
    accepted: 2,
    refused: 1,
    rang: 2,
    arrived: 3,
    done: true,
    maxInWindow: 2,
    makespanMs: 2_000,
    efficiency: 0.5,
    ownEfficiency: 0.5,
    // the optimum's arrivals: 0 and 1000
    behindMs: 505,
    waitMs: { p50: 10, p95: 1_000, max: 1_000 },
    tenantWaitMs: { B: 1_000, C: undefined, D: undefined },
    // until 1000 ms only process 0 got something through
    jain: 0.5,
  });
  assert.equal(measure(jobs, arrivals.slice(0, 2), 2).done, false);
  assert.equal(measure(jobs, [], 2).efficiency, undefined);
});

test('over a network, a run is measured by both optima', () => {
  const jobs = createWorkload('burst', 1, 1);
  const network = { delayMs: 40, jitterMs: 30 };
  const { arrivalsMs } = optimaOf(times(250, 0), network).own;
  const arrivals = jobs.map((job, index) => ({ ...job, atMs: arrivalsMs[index], accepted: true }));
  const metrics = measure(jobs, arrivals, 1, network);
  assert.equal(metrics.ownEfficiency, 1);
  assert.equal(metrics.efficiency, 12_040 / 12_400);
  // 20 calls in each window but the last, which has 10; each window is 30 ms later than the one before.
  assert.equal(metrics.behindMs, (30 * (20 * 66 + 10 * 12)) / 250);
});

test('time counts from the first call', () => {
  const jobs = createWorkload('burst', 1, 1).map((job) => ({ ...job, atMs: 5_000 }));
  const arrivals = jobs.map((job, index) => ({
    ...job,
    atMs: 5_000 + 1_000 * Math.floor(index / 20),
    accepted: true,
  }));
  const { makespanMs, efficiency } = measure(jobs, arrivals, 1);
  assert.deepEqual([makespanMs, efficiency], [12_000, 1]);
});

test('a call that rings after it was refused has rung', () => {
  const jobs = createWorkload('burst', 1, 1).slice(0, 2);
  const arrivals = [
    { ...jobs[0], atMs: 10, accepted: true },
    { ...jobs[1], atMs: 11, accepted: false },
    { ...jobs[1], atMs: 1_010, accepted: true },
  ];
  const { refused, rang } = measure(jobs, arrivals, 1);
  assert.deepEqual([refused, rang], [1, 2]);
  assert.equal(measure(jobs, arrivals.slice(0, 2), 1).rang, 1);
});

test('the wait of some processes, and under the optimum', () => {
  const jobs = [
    ...createWorkload('burst', 1, 1).slice(0, 20),
    { id: 'new', atMs: 100, process: 1, tenant: 'N' },
  ];
  const arrivals = jobs.map((job) => ({ ...job, atMs: job.atMs + 1_500, accepted: true }));
  assert.deepEqual(
    waitOfProcesses(jobs, arrivals, (process) => process === 1, { delayMs: 40 }),
    { p95Ms: 1_500, optimalP95Ms: 940 },
  );
});

test('refused calls do not make a run look efficient', () => {
  const jobs = createWorkload('burst', 4, 1);
  const arrivals = jobs.map((job, index) => ({ ...job, atMs: 1, accepted: index < 20 }));
  const { efficiency, refused } = measure(jobs, arrivals, 4);
  assert.equal(refused, 230);
  assert.equal(efficiency, 0);
});

for (const name of workloadNames) {
  test(`${name} is the same for the same seed, in order, with ids of its own`, () => {
    const jobs = createWorkload(name, 4, 7);
    assert.deepEqual(createWorkload(name, 4, 7), jobs);
    assert.equal(new Set(jobs.map((job) => job.id)).size, jobs.length);
    assert.deepEqual(
      jobs.toSorted((a, b) => a.atMs - b.atMs),
      jobs,
    );
  });
}

const countsOf = (jobs) =>
  Array.from({ length: 8 }, (_, index) => jobs.filter(({ process }) => process === index).length);

test('the workloads hold what their titles say', () => {
  const burst = createWorkload('burst', 8, 1);
  assert.equal(burst.length, 250);
  assert.deepEqual(countsOf(burst), [32, 32, 31, 31, 31, 31, 31, 31]);
  assert.equal(createWorkload('skew', 4, 1).length, 240);
  const cold = createWorkload('cold', 8, 1);
  assert.deepEqual(countsOf(cold), [54, 54, 54, 54, 5, 5, 5, 5]);
  assert.ok(cold.every(({ process, atMs }) => process < 4 || atMs === 2_500));
  const { length } = createWorkload('poisson', 4, 1);
  assert.ok(length > 220 && length < 320, String(length));
});

test('a steady load has even distances', () => {
  const jobs = steadily({ perSecond: 4, forMs: 1_000, fromMs: 500, processes: 2 });
  assert.deepEqual(
    jobs.map(({ atMs, process }) => [atMs, process]),
    [
      [500, 0],
      [750, 1],
      [1_000, 0],
      [1_250, 1],
    ],
  );
});
