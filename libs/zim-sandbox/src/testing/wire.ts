import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { type JsonObject } from '../core/json.js';
import { type ClientTarget, inviteBody, publicParameters } from './zim-client.js';

/** How a connection ended, as its client sees it. */
export type WireEnd = 'open' | 'FIN' | 'RST';

/** A client that writes HTTP by hand and keeps what arrives, byte by byte. */
export class Wire {
  end: WireEnd = 'open';
  readonly #socket: Socket;
  #chunks: Buffer[] = [];

  private constructor(socket: Socket) {
    this.#socket = socket;
    socket.on('data', (chunk: Buffer) => this.#chunks.push(chunk));
    socket.on('end', () => {
      this.end = 'FIN';
    });
    socket.on('error', (error: NodeJS.ErrnoException) => {
      if (error.code !== 'ECONNRESET') throw error;
      this.end = 'RST';
    });
  }

  static async open({ url }: ClientTarget): Promise<Wire> {
    const { port, hostname } = new URL(url);
    // Half open: the test sees the server's FIN, and decides itself about its own.
    const socket = connect({ port: Number(port), host: hostname, allowHalfOpen: true });
    await once(socket, 'connect');
    return new Wire(socket);
  }

  /** What has arrived so far. */
  get received(): string {
    return Buffer.concat(this.#chunks).toString('latin1');
  }

  /** The head and the body of what has arrived so far. */
  get parts(): { head: string; body: string } {
    const [head = '', ...rest] = this.received.split('\r\n\r\n');
    return { head, body: rest.join('\r\n\r\n') };
  }

  invite(target: ClientTarget, changes: JsonObject = {}): void {
    this.post(target, 'CallInvite', inviteBody(changes));
  }

  post(target: ClientTarget, action: string, body: JsonObject): void {
    const json = JSON.stringify(body);
    this.#chunks = [];
    this.#socket.write(
      `POST /?${publicParameters(target, action).toString()} HTTP/1.1\r\nHost: 127.0.0.1\r\n` +
        `Content-Type: application/json\r\nContent-Length: ${Buffer.byteLength(json)}\r\n\r\n${json}`,
    );
  }

  /** Waits until something has come true; if it never does, the test runs out of time. */
  async until(isTrue: () => boolean): Promise<void> {
    while (!isTrue()) await new Promise(setImmediate);
  }

  async ended(): Promise<WireEnd> {
    await this.until(() => this.end !== 'open');
    return this.end;
  }

  close(): void {
    this.#socket.destroy();
  }
}
