// What plans cost that wait for their start: in the memory of a process, and in Redis.
import { forkChild, killChild, messageWith } from '../pacing/children.mjs';
import { BenchRedis } from '../pacing/redis.mjs';

const longestMs = 600_000;
const drivers = ['memory', 'redis'];

/**
 * @typedef {object} WaitingRow
 * @property {string} driver
 * @property {number} plans
 * @property {number} processBytes of heap and buffers, for each plan
 * @property {number} [redisBytes] of memory, for each plan
 * @property {number} enqueuedPerSecond
 * @property {number} due
 * @property {number} takenPerSecond from the time at which all of them were due
 */

/**
 * @param {{ seed: number, waiting: number }} choice
 * @param {(text: string) => void} say
 * @returns {Promise<WaitingRow[]>}
 */
export async function measureWaiting({ seed, waiting: plans }, say) {
  const sandbox = { seed, plans: 0, callsPerSecond: 1_000_000 };
  const zim = forkChild('../dispatch/zim.mjs', [JSON.stringify(sandbox)]);
  const redis = await BenchRedis.start({ isDurable: true });
  try {
    const baseUrl = await messageWith(zim, 'url');
    const rows = [];
    for (const driver of drivers) {
      const redisUrl = driver === 'redis' ? redis.url : undefined;
      rows.push(await measure({ driver, redisUrl, baseUrl, plans }, redis, say));
    }
    return rows;
  } finally {
    await killChild(zim);
    await redis.close();
  }
}

async function measure({ driver, ...options }, redis, say) {
  const worker = forkChild('../dispatch/waiting-worker.mjs', [JSON.stringify(options)]);
  worker.on('message', ({ progress }) => {
    if (progress !== undefined) say(`${driver}: ${progress}`);
  });
  try {
    await messageWith(worker, 'ready', 60_000);
    const before = await redis.figure('used_memory');
    const answer = messageWith(worker, 'waiting', longestMs);
    worker.send({ go: true });
    const waiting = await answer;
    const after = await redis.figure('used_memory');
    const taken = messageWith(worker, 'taken', longestMs);
    worker.send({ go: true });
    const { plans, redisUrl } = options;
    const inRedis = redisUrl !== undefined && { redisBytes: (after - before) / plans };
    return { driver, plans, ...waiting, ...inRedis, ...(await taken) };
  } finally {
    await killChild(worker);
  }
}
