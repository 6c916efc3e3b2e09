import { countOf, isFullRun, seed, seeded } from '../../../../test/support/property.js';
import { NetworkScene, type Network } from '../testing/network-scene.js';

const networks = {
  loopback: { wayMs: 0.4, variesByMs: 0.3, thinkingMs: [0.2, 0.6] },
  region: { wayMs: 8, variesByMs: 3, thinkingMs: [5, 20] },
  continent: { wayMs: 40, variesByMs: 15, thinkingMs: [10, 60] },
  far: {
    wayMs: 110,
    variesByMs: 40,
    thinkingMs: [20, 150],
    lateReplies: { part: 0.01, byMs: 300 },
  },
} satisfies Readonly<Record<string, Network>>;
const calls = 250;
const rounds = countOf({ sample: 1, full: 6 });
const instanceCounts = isFullRun ? [1, 2, 4, 8] : [4];
const longestMs = 120_000;

/** Mulberry32: short, and good enough to spread delays. */
function seededRandom(start: number): () => number {
  let state = start >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

/** A burst after two calls of each instance: its efficiency, measured by a network without jitter, and refusals. */
async function burst(
  network: Network,
  mode: 'strict' | 'efficient',
  instances: number,
  round: number,
): Promise<{ efficiency: number; refused: number }> {
  const scene = new NetworkScene(network, seededRandom(seed + 7_919 * round + instances), {
    instances,
    mode,
  });
  const each = Array.from({ length: instances }, (_, instance) => instance);
  const warming = each.map(async (instance) => {
    await scene.call(instance);
    await scene.call(instance);
  });
  await scene.run(1_500);
  await Promise.all(warming);
  const startMs = scene.runtime.nowMs - scene.startMs;
  const known = scene.arrivals.length;
  const done = Promise.all(Array.from({ length: calls }, (_, index) => scene.call(index)));
  await scene.run(20_000);
  await done;
  const arrivals = scene.arrivals.slice(known);
  expect(arrivals.filter(({ isAccepted }) => isAccepted)).toHaveLength(calls);
  const lastMs = Math.max(...arrivals.map(({ atMs }) => atMs)) - startMs;
  const optimumMs = Math.floor((calls - 1) / 20) * 1_000 + network.wayMs;
  return { efficiency: optimumMs / lastMs, refused: arrivals.length - calls };
}

async function bursts(network: Network, mode: 'strict' | 'efficient') {
  const all: Awaited<ReturnType<typeof burst>>[] = [];
  for (const instances of instanceCounts) {
    for (let round = 0; round < rounds; round++) {
      all.push(await burst(network, mode, instances, round));
    }
  }
  const total = (of: 'efficiency' | 'refused') => all.reduce((sum, one) => sum + one[of], 0);
  return {
    efficiency: total('efficiency') / all.length,
    refused: total('refused'),
    // One more than four of a thousand: a single burst has too few calls for a share.
    tolerated: {
      strict: Math.floor((all.length * calls) / 2_000),
      efficient: 1 + 0.004 * all.length * calls,
    },
  };
}

describe(seeded('a burst over a network whose delays vary'), () => {
  // Strict: at most one of 2,000 is refused. Efficient: about one of a thousand.
  it.each([
    ['loopback', 'strict', 0.98],
    ['region', 'strict', 0.975],
    ['continent', 'strict', 0.95],
    ['far', 'strict', 0.895],
    ['loopback', 'efficient', 0.98],
    ['region', 'efficient', 0.98],
    ['continent', 'efficient', 0.97],
    ['far', 'efficient', 0.935],
  ] as const)(
    '%s, %s: hardly any is refused, efficiency at least %d',
    async (name, mode, least) => {
      const { efficiency, refused, tolerated } = await bursts(networks[name], mode);
      expect(refused).toBeLessThanOrEqual(tolerated[mode]);
      expect(efficiency).toBeGreaterThanOrEqual(least);
    },
    longestMs,
  );
});
