// Which figures miss a target.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { missedTargets } from './targets.mjs';

const good = {
  calls: 250,
  sent: 250,
  accepted: 250,
  refused: 0,
  rang: 250,
  arrived: 250,
  done: true,
  maxInWindow: 20,
  makespanMs: 12_100,
  efficiency: 0.985,
  ownEfficiency: 0.99,
  behindMs: 50,
  waitMs: { p50: 20, p95: 100, max: 200 },
  tenantWaitMs: { B: 1_000, C: 1_000, D: 1_000 },
  jain: 1,
};

function row(changes = {}, metrics = {}, result = {}) {
  const results = [
    {
      seed: 27,
      strays: [],
      wastedShare: 0,
      roundTrips: 1,
      metrics: { ...good, ...metrics },
      ...result,
    },
  ];
  const plan = { engine: 'ours', processes: 4, workload: 'burst', profile: 'region', busy: 0 };
  return { ...plan, results, ...changes };
}

test('a good run misses nothing', () => {
  for (const engine of ['ours', 'ours-efficient', 'ours-memory']) {
    for (const workload of ['burst', 'skew', 'poisson', 'cold']) {
      assert.deepEqual(missedTargets(row({ engine, workload })), [], `${engine}, ${workload}`);
    }
  }
});

test('a row that did not run', () => {
  assert.deepEqual(missedTargets(row({ failure: 'no Redis', results: [] })), [
    'did not run: no Redis',
  ]);
});

test('strict: one refusal, or 21 in a second', () => {
  assert.deepEqual(missedTargets(row({}, { refused: 1, sent: 251 })), ['1 refused']);
  assert.deepEqual(missedTargets(row({}, { maxInWindow: 21 })), ['21 in one second']);
});

test('efficient: refusals up to their share, over all seeds', () => {
  const efficient = { engine: 'ours-efficient' };
  const one = row(efficient, { refused: 1, sent: 251, maxInWindow: 21 });
  assert.deepEqual(missedTargets(one), ['1 refused']);
  const several = { ...one, results: [...one.results, row().results[0], row().results[0]] };
  assert.deepEqual(missedTargets(several), []);
});

test('strict: efficiency below the target, unless it is near the profile’s own optimum', () => {
  const low = { efficiency: 0.95, ownEfficiency: 0.97 };
  assert.deepEqual(missedTargets(row({}, low)), [
    "efficiency 95.0 %, 97.0 % of the profile's own optimum",
  ]);
  assert.deepEqual(missedTargets(row({}, { ...low, ownEfficiency: 0.98 })), []);
  assert.deepEqual(missedTargets(row({ profile: 'far' }, low)), []);
});

test('efficient: only the optimum without jitter counts', () => {
  const efficient = { engine: 'ours-efficient', profile: 'continent' };
  assert.equal(missedTargets(row(efficient, { efficiency: 0.97, ownEfficiency: 1 })).length, 1);
});

test('with busy cores efficiency may be lower, and costs do not count', () => {
  const poor = [{ efficiency: 0.94, ownEfficiency: 0.94, jain: 0.9 }, { wastedShare: 0.1 }];
  assert.deepEqual(missedTargets(row({ busy: 2 }, ...poor)), []);
  assert.deepEqual(missedTargets(row({ busy: 2 }, { efficiency: 0.92 })), ['efficiency 92.0 %']);
  assert.deepEqual(missedTargets(row({ busy: 2 }, { refused: 1 })), ['1 refused']);
  assert.equal(missedTargets(row({}, ...poor)).length, 3);
});

test('a call that never rang, and one that failed', () => {
  assert.deepEqual(missedTargets(row({}, { rang: 249 })), ['1 calls did not ring in time']);
  assert.deepEqual(missedTargets(row({}, {}, { strays: ['1× unknown'] })), [
    'failed calls: 1× unknown',
  ]);
});

test('Redis is asked once for each call, and slots are used', () => {
  assert.deepEqual(missedTargets(row({}, {}, { roundTrips: 1.06 })), [
    '1.06 round trips for each call',
  ]);
  assert.deepEqual(missedTargets(row({}, {}, { wastedShare: 0.04 })), [
    '4.0 % of the slots wasted',
  ]);
});

test('random arrivals wait little longer than under the optimum and the round trip', () => {
  const poisson = { workload: 'poisson' };
  const far = { waitMs: { p50: 20, p95: 5_000, max: 6_000 } };
  assert.match(missedTargets(row(poisson, far))[0], /^p95 wait 5000 ms, the optimum's is \d+ ms$/);
});

test('with several seeds a miss says with how many, and names the first', () => {
  const missed = row({}, { rang: 249 });
  const both = { ...missed, results: [row().results[0], { ...missed.results[0], seed: 3 }] };
  assert.deepEqual(missedTargets(both), [
    '1 of 2 seeds, with seed 3: 1 calls did not ring in time',
  ]);
});
