import { clearTimeout, setTimeout } from 'node:timers';
import { setTimeout as sleep } from 'node:timers/promises';
import { forkChild, killChild, messageWith } from '../pacing/children.mjs';
import { processes, restartAfterMs } from './settings.mjs';

const retryMs = 200;
const ringTimeoutMs = 15_000;

/** The processes of one way. Plans are given to any of them, again until one has confirmed it, as a client does. */
export class Fleet {
  /** Ids of plans by their keys. @type {Map<string, string>} */
  ids = new Map();
  /** Ids of plans whose end the application was notified of. @type {Set<string>} */
  ended = new Set();
  /** @type {{ fromMs: number, untilMs: number }[]} */
  crashes = [];
  #workers = [];
  #waiting = new Map();
  #options;
  #targets;
  #isClosed = false;

  /**
   * @param {string} way
   * @param {object} options
   * @param {Set<string>} targets gets the addresses of those that run
   */
  constructor(way, options, targets) {
    this.#options = JSON.stringify({ ...options, way });
    this.#targets = targets;
  }

  async start() {
    await Promise.all(Array.from({ length: processes }, (_, index) => this.#boot(index)));
  }

  /** As a crash does it; then starts another in its place. */
  async crash(index) {
    const worker = this.#workers[index];
    if (worker === undefined) return;
    const fromMs = Date.now();
    this.#targets.delete(worker.url);
    this.#workers[index] = undefined;
    await killChild(worker.child);
    await sleep(restartAfterMs);
    await this.#boot(index);
    this.crashes.push({ fromMs, untilMs: Date.now() });
  }

  /** Resolves when a process has confirmed the plan. */
  async ring(plan) {
    for (let attempt = 0; !this.#isClosed; attempt++) {
      const running = this.#workers.filter((worker) => worker !== undefined);
      const worker = running[(Number(plan.key.slice(1)) + attempt) % running.length];
      const id = worker && (await this.#ask(worker.child, { ring: plan }, `rung ${plan.key}`));
      if (id !== undefined) return void this.ids.set(plan.key, id);
      await sleep(retryMs);
    }
  }

  /** @returns {Promise<Map<string, import('./judge.mjs').PlanRecord>>} by the keys of the plans */
  async read() {
    const worker = this.#workers.find((one) => one !== undefined);
    const answer = messageWith(worker.child, 'records', 120_000);
    worker.child.send({ read: [...this.ids] });
    return new Map(await answer);
  }

  /** How many of the plans have ended, as far as the application was notified. */
  get endedCount() {
    return [...this.ids.values()].filter((id) => this.ended.has(id)).length;
  }

  async close() {
    this.#isClosed = true;
    await Promise.all(this.#workers.map((worker) => worker && killChild(worker.child)));
  }

  async #boot(index) {
    const child = forkChild('../dispatch/worker.mjs', [this.#options]);
    // Each plan that it is asked for waits for its end, too.
    child.setMaxListeners(0);
    child.on('message', ({ ended, rung, id }) => {
      if (ended !== undefined) this.ended.add(ended);
      if (rung !== undefined) this.#waiting.get(`rung ${rung}`)?.(id);
    });
    const url = await messageWith(child, 'url', 60_000);
    this.#targets.add(url);
    this.#workers[index] = { child, url };
  }

  /** Resolves with nothing if the process fails, ends, or is silent. */
  #ask(child, message, name) {
    return new Promise((resolve) => {
      const settle = (id) => {
        clearTimeout(timer);
        child.off('exit', onExit);
        this.#waiting.delete(name);
        resolve(id);
      };
      const onExit = () => settle();
      const timer = setTimeout(settle, ringTimeoutMs, undefined);
      child.once('exit', onExit);
      this.#waiting.set(name, settle);
      if (child.connected) child.send(message, () => undefined);
      else settle();
    });
  }
}
