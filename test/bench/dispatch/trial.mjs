// All plans by both ways at the same time, while processes crash and Redis stops.
import { setTimeout as sleep } from 'node:timers/promises';
import { forkChild, killChild, messageWith } from '../pacing/children.mjs';
import { randomStream } from '../pacing/random.mjs';
import { BenchRedis } from '../pacing/redis.mjs';
import { CallbackRelay } from './callback-relay.mjs';
import { Fleet } from './fleet.mjs';
import { createPlans } from './plans.mjs';
import {
  deadlines,
  deadlineSlackMs,
  killsOfEachProcess,
  plansPerSecond,
  processes,
  redisOutageMs,
  shortestRunMs,
  wayNames,
} from './settings.mjs';

const progressMs = 10_000;
/** How long the plain way is waited for, when ours has ended all plans: a stalled job is repeated after a minute at most. */
const plainWaitMs = 90_000;

/**
 * @typedef {object} Trial
 * @property {import('./plans.mjs').Plan[]} plans
 * @property {Record<string, import('./judge.mjs').Evidence>} evidence of each way
 * @property {CallbackRelay['counts']} callbacks
 * @property {number} kills
 * @property {number} tookMs
 */

/**
 * @param {{ seed: number, plans: number }} choice
 * @param {(text: string) => void} say
 * @returns {Promise<Trial>}
 */
export async function runTrial({ seed, plans: count }, say) {
  const plans = createPlans(seed, count);
  const redis = await BenchRedis.start({ isDurable: true });
  const relay = new CallbackRelay(seed);
  const zim = forkChild('../dispatch/zim.mjs', [JSON.stringify({ seed, plans: count })]);
  const baseUrl = await messageWith(zim, 'url');
  zim.send({ callbackUrls: await relay.listen() });
  const options = { redisUrl: redis.url, baseUrl };
  const fleets = wayNames.map((way) => new Fleet(way, options, relay.targets[way]));
  try {
    for (const fleet of fleets) await fleet.start();
    const startMs = Date.now();
    const spanMs = Math.max(shortestRunMs, (count / plansPerSecond) * 1_000);
    const incidents = { redis, fleets, seed, spanMs, say };
    const stopTelling = tellProgress(fleets, count, say);
    const [outage] = await Promise.all([
      happen(incidents),
      submit(plans, fleets, startMs, spanMs),
    ]).finally(() => say('all plans are submitted, and all incidents are over'));
    await untilEnded(fleets).finally(stopTelling);
    const tookMs = Date.now() - startMs;
    const evidence = await collect(fleets, zim, relay, outage);
    const kills = fleets[0].crashes.length;
    return { plans, evidence, callbacks: relay.counts, kills, tookMs };
  } finally {
    await Promise.all([...fleets.map((fleet) => fleet.close()), killChild(zim)]);
    relay.close();
    await redis.close();
  }
}

async function submit(plans, fleets, startMs, spanMs) {
  const rings = plans.map(async (plan, index) => {
    await sleep(Math.max(0, startMs + (index * spanMs) / plans.length - Date.now()));
    await Promise.all(fleets.map((fleet) => fleet.ring(plan)));
  });
  await Promise.all(rings);
}

/** @returns {Promise<{ fromMs: number, untilMs: number }>} when Redis was stopped */
async function happen({ redis, fleets, seed, spanMs, say }) {
  const random = randomStream(seed, 'incidents');
  const count = processes * killsOfEachProcess;
  const kills = Array.from({ length: count }, async (_, index) => {
    // One after the other: without any process, no deadline could be kept.
    await sleep(((index + 0.3 + 0.5 * random()) / count) * spanMs);
    say(`kill -9 of process ${index % processes} of both ways`);
    await Promise.all(fleets.map((fleet) => fleet.crash(index % processes)));
  });
  const outage = async () => {
    await sleep(spanMs / 2);
    say(`Redis is stopped for ${redisOutageMs / 1_000} s`);
    const fromMs = Date.now();
    await redis.kill();
    await sleep(redisOutageMs);
    await redis.boot();
    return { fromMs, untilMs: Date.now() };
  };
  const [stopped] = await Promise.all([outage(), ...kills]);
  return stopped;
}

/** Bounded by the last deadline; plain jobs have none. */
async function untilEnded([ours, plain]) {
  const isOver = ({ endedCount, ids }) => endedCount === ids.size;
  const lastMs = Date.now() + deadlines.seconds * 1_000 + 2 * deadlineSlackMs;
  while (!isOver(ours) && Date.now() < lastMs) await sleep(200);
  const plainLastMs = Date.now() + plainWaitMs;
  while (!isOver(plain) && Date.now() < plainLastMs) await sleep(200);
}

async function collect(fleets, zim, relay, outage) {
  const answer = messageWith(zim, 'callLog');
  zim.send({ tell: true });
  const callLog = await answer;
  const evidence = wayNames.map(async (way, index) => {
    const fleet = fleets[index];
    const records = await fleet.read();
    const heard = new Set(
      [...fleet.ids].filter(([, id]) => fleet.ended.has(id)).map(([key]) => key),
    );
    const { dropped, ...known } = callLog[way];
    const lostCallbacks = [...relay.lost.filter((lost) => lost.way === way), ...dropped];
    return [way, { ...known, records, heard, lostCallbacks, crashes: [...fleet.crashes, outage] }];
  });
  return Object.fromEntries(await Promise.all(evidence));
}

function tellProgress(fleets, count, say) {
  const timer = globalThis.setInterval(() => {
    const parts = fleets.map(
      ({ ids, endedCount }, index) => `${wayNames[index]}: ${ids.size} taken, ${endedCount} ended`,
    );
    say(`of ${count} plans, ${parts.join('; ')}`);
  }, progressMs);
  return () => globalThis.clearInterval(timer);
}
