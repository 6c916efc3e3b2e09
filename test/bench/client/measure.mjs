import { forkChild, killChild, messageWith } from '../pacing/children.mjs';
import { wayNames } from './ways/index.mjs';

export const concurrencies = [1, 16];

/** The first calls of a process compile it; these are not counted. */
const warmingRounds = 2;
/** A round takes seconds; one that takes so long is stuck. */
const longestRoundMs = 120_000;

/**
 * Every way in a process of its own, all against one server. In each round all of them are measured, one at a time,
 * each round beginning with another one.
 *
 * @param {{ rounds: number, calls: number }} choice
 * @param {(round: import('./summary.mjs').Measured) => void} onRound
 * @returns {Promise<import('./summary.mjs').Measured[]>}
 */
export async function measureAll({ rounds, calls }, onRound) {
  const children = [];
  const fork = (script) => {
    const child = forkChild(`../client/${script}`);
    children.push(child);
    return child;
  };
  try {
    const server = fork('server.mjs');
    const url = `http://127.0.0.1:${await messageWith(server, 'port')}`;
    const workers = new Map(wayNames.map((way) => [way, fork('worker.mjs')]));
    for (const [name, worker] of workers) await ask(worker, { create: { name, url } }, 'ready');
    const measureOne = async (way, concurrency, round) => {
      const question = { round: { calls, concurrency } };
      return { way, concurrency, round, ...(await ask(workers.get(way), question, 'measured')) };
    };
    const measured = [];
    for (let round = -warmingRounds; round < rounds; round++) {
      for (const concurrency of concurrencies) {
        for (const way of startingWith(round + warmingRounds)) {
          const result = await measureOne(way, concurrency, round);
          if (round < 0) continue;
          measured.push(result);
          onRound(result);
        }
      }
    }
    const asked = (rounds + warmingRounds) * concurrencies.length * workers.size * calls;
    const taken = await ask(server, {}, 'count');
    if (taken !== asked) throw new Error(`${asked} calls were made, the server took ${taken}`);
    for (const worker of workers.values()) await ask(worker, { close: {} }, 'closed');
    return measured;
  } finally {
    await Promise.all(children.map(killChild));
  }
}

/** Each way is first in some rounds. */
function startingWith(round) {
  const first = round % wayNames.length;
  return [...wayNames.slice(first), ...wayNames.slice(0, first)];
}

function ask(child, question, field) {
  const answer = messageWith(child, field, longestRoundMs);
  child.send(question);
  return answer;
}
