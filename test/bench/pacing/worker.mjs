// One process of the backend. Loads an engine, and asks it for each call at the moment it is due. Messages:
// `{ load }` is answered by `{ loaded }`; `{ create }` by `{ ready }`; `{ warm }` by `{ warmed }` after some calls;
// `{ start }` by `{ settled }` when every call has its result; `{ report }` by the current `{ report }`.
import { sleepUntil, nowMs } from './clock.mjs';
import { loadEngine } from './engines/index.mjs';

/**
 * @typedef {object} JobResult the result of a call, as the backend saw it; times after the start
 * @property {string} id
 * @property {number} submittedAtMs
 * @property {number} settledAtMs
 * @property {string} outcome `done`, or what the failure says about itself
 * @property {string} [kind]
 * @property {number} [vendorCode]
 */

/** @type {JobResult[]} */
const results = [];
/** @type {import('./engines/index.mjs').Engine | undefined} */
let engine;

const handlers = {
  async load({ name }) {
    await loadEngine(name);
    return { loaded: true };
  },
  async create({ name, ...setting }) {
    const { create } = await loadEngine(name);
    engine = await create(setting);
    return { ready: true };
  },
  async warm({ calls }) {
    for (let index = 0; index < calls; index++) {
      await engine?.submit({ tenant: 'warm', id: `warm-${process.pid}-${index}`, process: 0 });
    }
    return { warmed: true };
  },
  async start({ startMs, jobs, deadlineMs }) {
    await Promise.all(jobs.map((job) => run(job, startMs, deadlineMs)));
    return { settled: true };
  },
  async report() {
    return { report: { results, figures: (await engine?.figures()) ?? {} } };
  },
  async close() {
    await engine?.close();
    return { closed: true };
  },
};

async function run(job, startMs, deadlineMs) {
  await sleepUntil(startMs + job.atMs);
  const submittedAtMs = nowMs() - startMs;
  const outcome = await engine
    ?.submit({ ...job, deadlineMs })
    .catch((error) => ({ outcome: 'broken', kind: String(error?.message ?? error) }));
  results.push({ id: job.id, submittedAtMs, settledAtMs: nowMs() - startMs, ...outcome });
}

process.on('message', (message) => {
  const [[name, value]] = Object.entries(message);
  handlers[name](value).then(
    (answer) => process.send?.(answer),
    (error) => process.send?.({ failure: `${name}: ${error?.stack ?? error}` }),
  );
});
process.on('disconnect', () => process.exit());
