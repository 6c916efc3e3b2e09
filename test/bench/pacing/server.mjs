import { constants, setPriority } from 'node:os';
import { forkChild, killChild, messageWith } from './children.mjs';
import { hasNetwork } from './profiles.mjs';

/** The server that judges arrivals, and the network in front of it; each is a process of its own. */
export class BenchServer {
  #children = [];
  #profile;
  #seed;

  /**
   * @param {import('./profiles.mjs').ProfileName} profile
   * @param {number} seed of all delays
   */
  constructor(profile, seed) {
    this.#profile = profile;
    this.#seed = String(seed);
  }

  /** @returns {Promise<string>} the URL to which a backend sends */
  async start() {
    let port = await this.#fork('receiver.mjs');
    if (hasNetwork(this.#profile)) port = await this.#fork('relay.mjs', String(port));
    return `http://127.0.0.1:${port}`;
  }

  /**
   * What the server and the network saw; times as of `nowMs()`.
   *
   * @returns {Promise<{ log: import('./metrics.mjs').Arrival[], network?: { requestDelaysMs: number[], replyDelaysMs: number[], forwarded: { atMs: number, lateMs: number }[] } }>}
   */
  async journal() {
    const [receiver, relay] = this.#children;
    return {
      log: await ask(receiver, 'log'),
      network: relay === undefined ? undefined : await ask(relay, 'network'),
    };
  }

  async kill() {
    await Promise.all(this.#children.map(killChild));
  }

  #fork(script, ...args) {
    const child = forkChild(script, [this.#profile, this.#seed, ...args]);
    this.#children.push(child);
    favour(child);
    return messageWith(child, 'port');
  }
}

/** Elsewhere they are machines of their own, which busy cores of the backend do not delay. */
function favour({ pid }) {
  try {
    setPriority(pid, constants.priority.PRIORITY_HIGH);
  } catch {
    // Only an administrator may. How late the network was is reported either way.
  }
}

function ask(child, field) {
  const answer = messageWith(child, field);
  child.send({});
  return answer;
}
