import { once } from 'node:events';
import { performance } from 'node:perf_hooks';
import { setTimeout as sleep } from 'node:timers/promises';
import { ZimSandbox } from 'zim-sandbox';
import { appId, serverSecret } from '../client/ways/support.mjs';
import { freePort } from '../free-port.mjs';
import { forkChild, killChild, messageWith } from '../pacing/children.mjs';
import { createPlan, rulesOf } from './plan.mjs';
import { batchSize, usualConcurrency, warmUp } from './settings.mjs';

/** A run takes a minute or so; one that takes so long is stuck. */
const longestRunMs = 600_000;
/** A process that has nothing left to do ends at once. */
const longestExitMs = 2_000;
/** Whose rules stay in force although all of their invites are over. */
const batchesKept = 4;
/** For what has been sent but not yet read. */
const lastReadMs = 300;
/** Of the sandbox's time: longer than any fault holds a request back. */
const lastFaultMs = 5_000;

/**
 * @typedef {object} JournalEntry a request that reached the sandbox
 * @property {string} id of the invite
 * @property {number} attempt
 * @property {boolean} executed
 * @property {string} [callId]
 * @property {number} [code]
 * @property {string} [fault] its kind
 */

/**
 * @typedef {object} Trial
 * @property {readonly (import('./ways/index.mjs').Ending & { id: string, settled: number, tookMs: number, lateMs: number })[]} results in
 * the order of the plan
 * @property {readonly JournalEntry[]} journal
 * @property {readonly string[]} left what the process still had open after all was closed
 * @property {number} [exitCode] if it ended by itself
 * @property {number} wallMs
 */

/**
 * One way through the whole plan, against a sandbox of its own.
 *
 * @param {string} name of the way
 * @param {{ seed: number, invites: number, concurrency?: number }} choice
 * @param {(settled: number) => void} onProgress
 * @returns {Promise<Trial>}
 */
export async function runTrial(name, choice, onProgress) {
  const { seed, invites: count, concurrency = usualConcurrency } = choice;
  const plan = createPlan(seed, count);
  const sandbox = await ZimSandbox.start({
    apps: [{ appId, serverSecret }],
    users: ['caller', warmUp.id, ...calleesOf(plan)],
    callsPerSecond: 1_000_000,
    maxJournalEntries: 1_000_000,
  });
  const worker = forkChild('../faults/worker.mjs');
  try {
    serveRules(worker, sandbox, plan);
    worker.on('message', ({ settled }) => {
      if (settled !== undefined) onProgress(settled);
    });
    await messageWith(worker, 'ready');
    const dead = `http://127.0.0.1:${await freePort()}`;
    const { url } = sandbox;
    const origins = { main: url, idle: url, clocks: url, dead };
    const exit = once(worker, 'exit');
    const startMs = performance.now();
    const answer = messageWith(worker, 'finished', longestRunMs);
    worker.send({ start: { name, seed, count, concurrency, origins } });
    const { results, left } = await answer;
    const wallMs = performance.now() - startMs;
    const [exitCode] = await Promise.race([exit, sleep(longestExitMs, [], { ref: false })]);
    await sleep(lastReadMs);
    await sandbox.clock.advance(lastFaultMs);
    return { results, journal: journalOf(sandbox), left, exitCode, wallMs };
  } finally {
    await killChild(worker);
    await sandbox.stop();
  }
}

function calleesOf(plan) {
  return plan.filter(({ steps: [{ isRegistered }] }) => isRegistered).map(({ id }) => id);
}

/** Few rules at a time, for the sandbox tries them one by one; but a request may be read after its call is over. */
function serveRules(worker, sandbox, plan) {
  const active = new Map();
  const ended = [];
  worker.on('message', ({ prepare, over }) => {
    if (prepare !== undefined) {
      const rules = plan
        .slice(prepare * batchSize, (prepare + 1) * batchSize)
        .flatMap(rulesOf)
        .map((rule) => sandbox.faults.add(rule));
      active.set(prepare, rules);
      worker.send({ prepared: prepare });
    }
    if (over === undefined || ended.push(over) <= batchesKept) return;
    for (const { id } of active.get(ended.shift())) sandbox.faults.remove(id);
  });
}

function journalOf(sandbox) {
  return sandbox.journal.entries().map(({ body, attempt, executed, callId, code, fault }) => ({
    id: body?.UserIds?.[0],
    attempt,
    executed,
    callId,
    code,
    fault: fault?.kind,
  }));
}
