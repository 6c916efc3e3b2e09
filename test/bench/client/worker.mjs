// One way of calling, in a process of its own, so that neither the garbage nor the optimised code of the others counts
// for it. Messages: `{ create }` is answered by `{ ready }`, `{ round }` by `{ measured }`, and `{ close }` by
// `{ closed }`.
import { performance } from 'node:perf_hooks';
import { ways } from './ways/index.mjs';

/** @type {import('./ways/index.mjs').Way | undefined} */
let way;

const handlers = {
  async create({ name, url }) {
    const { create } = await ways[name].load();
    way = await create(url);
    return { ready: true };
  },
  async round({ calls, concurrency }) {
    return { measured: await measure(calls, concurrency) };
  },
  async close() {
    await way?.close();
    return { closed: true };
  },
};

/** So many calls by so many callers, each of whom makes the next when it has its answer. */
async function measure(calls, concurrency) {
  const tookMs = new Float64Array(calls);
  let next = 0;
  const caller = async () => {
    while (next < calls) {
      const index = next++;
      const startMs = performance.now();
      const callId = await way?.call();
      tookMs[index] = performance.now() - startMs;
      if (typeof callId !== 'string') throw new Error('a reply without a CallId');
    }
  };
  const startMs = performance.now();
  const before = process.cpuUsage();
  await Promise.all(Array.from({ length: concurrency }, caller));
  const { user, system } = process.cpuUsage(before);
  const wallMs = performance.now() - startMs;
  return { cpuMicros: user + system, wallMs, tookMs: [...tookMs] };
}

process.on('message', (message) => {
  const [[name, value]] = Object.entries(message);
  handlers[name](value).then(
    (answer) => process.send?.(answer),
    (error) => process.send?.({ failure: `${name}: ${error?.stack ?? error}` }),
  );
});
process.on('disconnect', () => process.exit());
