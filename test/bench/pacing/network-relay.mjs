// Stands between the backend and the server, and takes the time that a network would.
import { once } from 'node:events';
import { connect, createServer } from 'node:net';
import { nowMs } from './clock.mjs';
import { PreciseQueue } from './precise-queue.mjs';

/**
 * @typedef {object} Delays each is drawn once for each request and reply
 * @property {() => number} requestDelayMs
 * @property {() => number} replyDelayMs
 */

/**
 * Forwards bytes between the connections of HTTP clients and a server. A connection carries one request at a time, so
 * the first bytes after a reply begin a request, and the first bytes after a request begin a reply. All bytes of a
 * request have the same delay, and those of a reply: a request arrives as a whole.
 */
export class NetworkRelay {
  #queue = new PreciseQueue();
  #sockets = new Set();
  #server;

  /** The delays that were drawn, in order. */
  journal = { requestDelaysMs: [], replyDelaysMs: [] };

  /** @param {import('node:net').Server} server */
  constructor(server) {
    this.#server = server;
  }

  /**
   * @param {number} serverPort on 127.0.0.1
   * @param {Delays} delays
   */
  static async start(serverPort, delays) {
    const server = createServer({ noDelay: true, allowHalfOpen: true });
    const relay = new NetworkRelay(server);
    server.on('connection', (client) => relay.#forward(client, serverPort, delays));
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    return relay;
  }

  get port() {
    return this.#server.address().port;
  }

  /** When each piece of data was forwarded, and how much later than drawn, in milliseconds. */
  get forwarded() {
    return this.#queue.history;
  }

  close() {
    this.#queue.clear();
    for (const socket of this.#sockets) socket.destroy();
    this.#server.close();
  }

  #forward(client, serverPort, delays) {
    const server = connect({
      port: serverPort,
      host: '127.0.0.1',
      noDelay: true,
      allowHalfOpen: true,
    });
    const { requestDelaysMs, replyDelaysMs } = this.journal;
    const toServer = { to: server, delayMs: 0, dueMs: 0 };
    const toClient = { to: client, delayMs: 0, dueMs: 0 };
    let isRequest = false;
    client.on('data', (data) => {
      if (!isRequest) requestDelaysMs.push((toServer.delayMs = delays.requestDelayMs()));
      isRequest = true;
      this.#later(toServer, () => server.write(data));
    });
    server.on('data', (data) => {
      if (isRequest) replyDelaysMs.push((toClient.delayMs = delays.replyDelayMs()));
      isRequest = false;
      this.#later(toClient, () => client.write(data));
    });
    this.#endTogether(client, toServer);
    this.#endTogether(server, toClient);
  }

  /** The end travels as data does: what a client sent before it gave up still arrives. */
  #endTogether(from, way) {
    this.#sockets.add(from);
    from.on('error', () => undefined);
    from.once('end', () => this.#later(way, () => way.to.end()));
    from.once('close', () => {
      this.#sockets.delete(from);
      this.#later(way, () => way.to.destroySoon());
    });
  }

  /** In order on each connection. */
  #later(way, action) {
    way.dueMs = Math.max(way.dueMs, nowMs() + way.delayMs);
    this.#queue.at(way.dueMs, () => {
      if (!way.to.destroyed) action();
    });
  }
}
