// All invites by one way, in a process of its own, so that it shows whether anything is left when it has closed.
// Messages: after `{ start }` asks `{ prepare }` and gets `{ prepared }` before each batch, says `{ over }` after it
// and `{ settled }` meanwhile, and at the end `{ finished }`. Then nothing but this channel keeps it alive, and it lets go.
import { performance } from 'node:perf_hooks';
import { setImmediate } from 'node:timers/promises';
import { Heartbeat } from './heartbeat.mjs';
import { createPlan } from './plan.mjs';
import { batchSize, deadlineMs, warmUp } from './settings.mjs';
import { ways } from './ways/index.mjs';

/** @type {Map<number, () => void>} */
const waiting = new Map();

async function run({ name, seed, count, concurrency, origins }) {
  const { create } = await ways[name].load();
  const way = await create(origins);
  await invitePlainly(way);
  const heartbeat = new Heartbeat();
  const results = await inviteAll(createPlan(seed, count), concurrency, way, heartbeat);
  heartbeat.stop();
  await way.close();
  // What has been destroyed is gone after a turn or two.
  for (let turn = 0; turn < 3; turn++) await setImmediate();
  return { results, left: leftOpen() };
}

/** The first calls of two processes compile them, which would take the time that the planned ones have. */
async function invitePlainly(way) {
  const { id, calls, concurrency } = warmUp;
  let left = calls;
  const caller = async () => {
    while (left-- > 0) await way.invite({ id, lane: 'main' });
  };
  await Promise.all(Array.from({ length: concurrency }, caller));
}

/** So many callers, each of whom makes the next call when it knows about the last. */
async function inviteAll(plan, concurrency, way, heartbeat) {
  const results = plan.map(({ id }) => ({ id, settled: 0 }));
  const batches = new Batches(plan.length);
  let next = 0;
  let settled = 0;
  const caller = async () => {
    while (next < plan.length) {
      const index = next++;
      await batches.prepared(index);
      const startMs = performance.now();
      const ending = await way.invite(plan[index]);
      const endMs = performance.now();
      Object.assign(results[index], ending, {
        tookMs: endMs - startMs,
        lateMs: lateMs(startMs + deadlineMs, endMs, heartbeat),
        settled: results[index].settled + 1,
      });
      batches.settled(index);
      settled += 1;
      if (settled % 100 === 0) process.send?.({ settled });
    }
  };
  await Promise.all(Array.from({ length: concurrency }, caller));
  return results;
}

/** By how much a call went on after its deadline, without the time that the machine had for others. */
function lateMs(deadlineAtMs, endMs, heartbeat) {
  if (endMs <= deadlineAtMs) return 0;
  return endMs - deadlineAtMs - heartbeat.stolenMs(deadlineAtMs, endMs);
}

/** Asks for the rules of each batch in time, and says when they are of no more use. */
class Batches {
  #prepared = new Map();
  #left = new Map();
  #count;

  constructor(count) {
    this.#count = count;
  }

  prepared(index) {
    const batch = Math.floor(index / batchSize);
    const known = this.#prepared.get(batch);
    if (known !== undefined) return known;
    const prepared = new Promise((resolve) => waiting.set(batch, resolve));
    this.#prepared.set(batch, prepared);
    this.#left.set(batch, Math.min(batchSize, this.#count - batch * batchSize));
    process.send?.({ prepare: batch });
    return prepared;
  }

  settled(index) {
    const batch = Math.floor(index / batchSize);
    const left = this.#left.get(batch) - 1;
    this.#left.set(batch, left);
    if (left === 0) process.send?.({ over: batch });
  }
}

/** Sockets, timers and what else keeps a process alive, but for the channel to its parent and a terminal. */
function leftOpen() {
  return process.getActiveResourcesInfo().filter((name) => !['PipeWrap', 'TTYWrap'].includes(name));
}

process.on('message', ({ start, prepared }) => {
  if (prepared !== undefined) waiting.get(prepared)?.();
  if (start === undefined) return;
  run(start).then(
    (finished) => process.send?.({ finished }, () => process.disconnect?.()),
    (error) => process.send?.({ failure: String(error?.stack ?? error) }),
  );
});
process.send?.({ ready: true });
