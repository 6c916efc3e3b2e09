// What may happen to a backend while it is busy.
import { setTimeout as sleep } from 'node:timers/promises';
import { killChild } from './children.mjs';
import { missingClock } from './faked-clock.mjs';

/**
 * @typedef {object} Incident
 * @property {string} name
 * @property {string} title
 * @property {number} lastsMs how long until everything is as before
 * @property {number} [stoppedProcess] which process stands still meanwhile
 * @property {number} [killedProcess] which process does not come back: what it knew of its calls is lost with it
 * @property {boolean} [hasMovableClock]
 * @property {string} [missing] why it cannot happen on this machine
 * @property {readonly (import('./delaying-proxy.mjs').Delay | undefined)[]} [delays] between each process and
 *   Redis, from start to end
 * @property {(scene: import('./measure.mjs').Scene) => Promise<unknown>} [happen]
 */

/** What has no length of its own is watched for one window of the quota. */
const aWindowMs = 1_000;
/** Until the calls of the overload have ended. */
const untilIdleMs = 8_000;
const stalls = { count: 8, eachMs: 350, betweenMs: 350 };

/** @type {readonly Incident[]} */
export const incidents = [
  {
    name: 'redis-killed',
    title: 'Redis killed, back after 3 s, empty',
    lastsMs: 3_000,
    async happen({ redis }) {
      await redis.kill();
      await sleep(3_000);
      await redis.boot();
    },
  },
  {
    name: 'redis-emptied',
    title: 'FLUSHALL',
    lastsMs: 2 * aWindowMs,
    happen: ({ redis }) => redis.flushAll(),
  },
  {
    name: 'scripts-flushed',
    title: 'SCRIPT FLUSH',
    lastsMs: aWindowMs,
    happen: ({ redis }) => redis.flushScripts(),
  },
  {
    name: 'redis-frozen',
    title: 'Redis is paused for 300 ms',
    lastsMs: 300,
    happen: ({ redis }) => redis.freeze(300),
  },
  {
    name: 'redis-flapping',
    title: 'Redis is paused 8 times for 350 ms',
    lastsMs: stalls.count * (stalls.eachMs + stalls.betweenMs),
    async happen({ redis }) {
      for (let count = 0; count < stalls.count; count += 1) {
        await redis.freeze(stalls.eachMs);
        await sleep(stalls.betweenMs);
      }
    },
  },
  {
    name: 'redis-far',
    title: 'round trips to Redis take 80 ms longer for two processes',
    lastsMs: untilIdleMs,
    delays: [undefined, undefined, () => 40, () => 40],
  },
  {
    name: 'redis-slow',
    title: 'round trips to Redis take 60 to 140 ms',
    lastsMs: untilIdleMs,
    delays: Array.from({ length: 4 }, () => unevenly(30, 70)),
  },
  {
    name: 'process-frozen',
    title: 'one process is paused for 2 s',
    lastsMs: 2_000,
    stoppedProcess: 0,
    async happen({ workers: [worker] }) {
      worker.kill('SIGSTOP');
      await sleep(2_000);
      worker.kill('SIGCONT');
    },
  },
  {
    name: 'process-killed',
    title: 'one process is killed, and does not come back',
    lastsMs: 2 * aWindowMs,
    killedProcess: 0,
    happen: ({ workers: [worker] }) => killChild(worker),
  },
  clockStep('clock-forward', 'clock of Redis set 2 s forward', 2),
  clockStep('clock-back', 'clock of Redis set 2 s back', -2),
];

/** Both slow and quick within a few questions, in an order that is the same in each run. */
function unevenly(leastMs, mostMs) {
  let part = 0;
  return () => {
    part = (part + 0.618) % 1;
    return leastMs + part * (mostMs - leastMs);
  };
}

function clockStep(name, title, seconds) {
  return {
    name,
    title,
    lastsMs: aWindowMs,
    hasMovableClock: true,
    missing: missingClock,
    happen: ({ redis }) => redis.stepClock(seconds),
  };
}
