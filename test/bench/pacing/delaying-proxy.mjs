// Stands between one process and Redis, and makes the way longer.
import { once } from 'node:events';
import { connect, createServer } from 'node:net';
import { setTimeout } from 'node:timers';
import { nowMs } from './clock.mjs';

/** @typedef {() => number} Delay one way, in milliseconds; asked for each piece of data */

export class DelayingProxy {
  #server;
  #sockets = new Set();

  /**
   * @param {import('node:net').Server} server
   * @param {string} path the unix socket it listens on
   */
  constructor(server, path) {
    this.#server = server;
    this.path = path;
  }

  /**
   * @param {string} path
   * @param {string} redisPath
   * @param {Delay} delayMs
   */
  static async start(path, redisPath, delayMs) {
    const server = createServer();
    const proxy = new DelayingProxy(server, path);
    server.on('connection', (socket) => proxy.#forward(socket, redisPath, delayMs));
    server.listen(path);
    await once(server, 'listening');
    return proxy;
  }

  close() {
    for (const socket of this.#sockets) socket.destroy();
    this.#server.close();
  }

  #forward(socket, redisPath, delayMs) {
    const upstream = connect(redisPath);
    delayed(socket, upstream, delayMs);
    delayed(upstream, socket, delayMs);
    for (const [side, other] of [
      [socket, upstream],
      [upstream, socket],
    ]) {
      this.#sockets.add(side);
      side.on('error', () => undefined);
      side.on('close', () => {
        this.#sockets.delete(side);
        other.destroy();
      });
    }
  }
}

/** In order: what comes later never overtakes. */
function delayed(from, to, delayMs) {
  let dueMs = 0;
  from.on('data', (data) => {
    dueMs = Math.max(dueMs, nowMs() + delayMs());
    setTimeout(() => to.write(data), dueMs - nowMs());
  });
}
