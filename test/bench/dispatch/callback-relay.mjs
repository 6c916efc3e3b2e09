import { Buffer } from 'node:buffer';
import { createServer } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import { randomStream } from '../pacing/random.mjs';
import { callbackPath, longestHoldMs, shares, wayNames } from './settings.mjs';

const forwardTimeoutMs = 3_000;

/**
 * What stands between ZIM and the processes: passes each callback to one of them, as a load balancer does, and loses,
 * doubles and reorders some. Of a lost one ZIM learns that it has arrived, so it does not repeat it.
 */
export class CallbackRelay {
  /** The addresses of the processes that run. @type {Record<string, Set<string>>} */
  targets = Object.fromEntries(wayNames.map((way) => [way, new Set()]));
  /** @type {{ way: string, event: string, callId: string, userIds: readonly string[] }[]} */
  lost = [];
  /** Of ours. */
  counts = { callbacks: 0, lost: 0, doubled: 0, held: 0, failed: 0 };
  #seen = new Map();
  #server;
  #random;
  #seed;

  constructor(seed) {
    this.#seed = seed;
    this.#random = randomStream(seed, 'targets');
    this.#server = createServer((request, response) => void this.#serve(request, response));
  }

  /** @returns {Promise<Record<string, string>>} the URL for each way */
  async listen() {
    await new Promise((resolve) => this.#server.listen(0, '127.0.0.1', resolve));
    const { port } = this.#server.address();
    return Object.fromEntries(wayNames.map((way) => [way, `http://127.0.0.1:${port}/${way}`]));
  }

  close() {
    this.#server.close();
    this.#server.closeAllConnections();
  }

  async #serve(request, response) {
    const parts = [];
    for await (const part of request) parts.push(part);
    response.statusCode = await this.#take(request.url.slice(1), Buffer.concat(parts).toString());
    response.end();
  }

  async #take(way, text) {
    const {
      event,
      call_id: callId,
      user_id: userId,
      user_ids: userIds = [userId],
    } = JSON.parse(text);
    const { isLost, isDoubled, heldMs } = this.#fateOf(`${way} ${event} ${userIds.join()}`);
    if (way === 'ours') {
      this.counts.callbacks += 1;
      this.counts.lost += isLost ? 1 : 0;
      this.counts.doubled += isDoubled && !isLost ? 1 : 0;
      this.counts.held += heldMs > 0 && !isLost ? 1 : 0;
    }
    if (isLost) {
      this.lost.push({ way, event, callId, userIds });
      return 200;
    }
    await sleep(heldMs);
    const status = await this.#forward(way, text);
    if (way === 'ours' && status >= 300) this.counts.failed += 1;
    if (isDoubled) void this.#forward(way, text);
    return status;
  }

  /** Both ways meet the same, however their callbacks mix. */
  #fateOf(name) {
    const [, content] = /^\S+ (.*)$/.exec(name);
    const count = (this.#seen.get(name) ?? 0) + 1;
    this.#seen.set(name, count);
    const random = randomStream(this.#seed, `${content} ${count}`);
    const [isLost, isDoubled, isHeld] = [
      random() < shares.lostCallback,
      random() < shares.doubled,
      random() < shares.held,
    ];
    return { isLost, isDoubled, heldMs: isHeld ? longestHoldMs * random() : 0 };
  }

  async #forward(way, body) {
    const urls = [...this.targets[way]];
    const url = urls[Math.floor(urls.length * this.#random())];
    if (url === undefined) return 503;
    try {
      const { status, body: reply } = await fetch(url + callbackPath, {
        method: 'POST',
        body,
        headers: { 'Content-Type': 'application/json' },
        signal: globalThis.AbortSignal.timeout(forwardTimeoutMs),
      });
      await reply?.cancel();
      return status;
    } catch {
      return 502;
    }
  }
}
