import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { type JsonObject } from '../core/json.js';
import { type ClientTarget, inviteBody, publicParameters } from './zim-client.js';

/** How a connection ended, as the client sees it. */
export type ConnectionEnd = 'open' | 'FIN' | 'RST';

/** A client that writes raw HTTP and keeps the bytes received. */
export class RawConnection {
  end: ConnectionEnd = 'open';
  private readonly socket: Socket;
  private chunks: Buffer[] = [];

  private constructor(socket: Socket) {
    this.socket = socket;
    socket.on('data', (chunk: Buffer) => this.chunks.push(chunk));
    socket.on('end', () => {
      this.end = 'FIN';
    });
    socket.on('error', (error: NodeJS.ErrnoException) => {
      if (error.code !== 'ECONNRESET') throw error;
      this.end = 'RST';
    });
  }

  static async open({ url }: ClientTarget): Promise<RawConnection> {
    const { port, hostname } = new URL(url);
    // Half open, so that the server's FIN does not close the client's side.
    const socket = connect({ port: Number(port), host: hostname, allowHalfOpen: true });
    await once(socket, 'connect');
    return new RawConnection(socket);
  }

  /** The text received so far. */
  get received(): string {
    return Buffer.concat(this.chunks).toString('latin1');
  }

  /** The head and the body received so far. */
  get parts(): { head: string; body: string } {
    const [head = '', ...rest] = this.received.split('\r\n\r\n');
    return { head, body: rest.join('\r\n\r\n') };
  }

  invite(target: ClientTarget, changes: JsonObject = {}): void {
    this.post(target, 'CallInvite', inviteBody(changes));
  }

  post(target: ClientTarget, action: string, body: JsonObject): void {
    const json = JSON.stringify(body);
    this.chunks = [];
    this.socket.write(
      `POST /?${publicParameters(target, action).toString()} HTTP/1.1\r\nHost: 127.0.0.1\r\n` +
        `Content-Type: application/json\r\nContent-Length: ${Buffer.byteLength(json)}\r\n\r\n${json}`,
    );
  }

  /** Resolves when the condition is true. */
  async until(condition: () => boolean): Promise<void> {
    while (!condition()) await new Promise(setImmediate);
  }

  async ended(): Promise<ConnectionEnd> {
    await this.until(() => this.end !== 'open');
    return this.end;
  }

  close(): void {
    this.socket.destroy();
  }
}
