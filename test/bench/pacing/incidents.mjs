// What may happen to a backend while it is busy.
import { setTimeout as sleep } from 'node:timers/promises';
import { missingClock } from './faked-clock.mjs';

/**
 * @typedef {object} Incident
 * @property {string} name
 * @property {string} title
 * @property {number} lastsMs how long until everything is as before
 * @property {number} [stoppedProcess] which process stands still meanwhile
 * @property {boolean} [hasMovableClock]
 * @property {string} [missing] why it cannot happen on this machine
 * @property {(scene: import('./measure.mjs').Scene) => Promise<unknown>} happen
 */

/** What has no length of its own is watched for one window of the quota. */
const aWindowMs = 1_000;

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
    name: 'scripts-flushed',
    title: 'SCRIPT FLUSH',
    lastsMs: aWindowMs,
    happen: ({ redis }) => redis.flushScripts(),
  },
  {
    name: 'redis-frozen',
    title: 'Redis stands still for 300 ms',
    lastsMs: 300,
    happen: ({ redis }) => redis.freeze(300),
  },
  {
    name: 'process-frozen',
    title: 'one process stands still for 2 s',
    lastsMs: 2_000,
    stoppedProcess: 0,
    async happen({ workers: [worker] }) {
      worker.kill('SIGSTOP');
      await sleep(2_000);
      worker.kill('SIGCONT');
    },
  },
  clockStep('clock-forward', 'clock of Redis set 2 s forward', 2),
  clockStep('clock-back', 'clock of Redis set 2 s back', -2),
];

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
