import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import type { ClientRequest, IncomingMessage } from 'node:http';
import type { Socket } from 'node:net';

const arrived = 'http.server.request.start';
const left = 'http.client.request.start';

/** Observes every request that a server of this process receives, and every connection that `node:http` sends one on. */
export class WireTap {
  /** Every signature that a server saw. */
  readonly signatures = new Set<string>();
  private readonly clientSockets = new Set<Socket>();
  private readonly waiters = new Set<() => void>();
  private requests = 0;

  private constructor() {
    subscribe(arrived, this.onArrived);
    subscribe(left, this.onLeft);
  }

  static start(): WireTap {
    return new WireTap();
  }

  /** Connections that were used to send, open or not. */
  get connections(): number {
    return this.clientSockets.size;
  }

  /** Those that the sending side has not closed. */
  get openConnections(): number {
    return [...this.clientSockets].filter((socket) => !socket.destroyed).length;
  }

  /** Resolves when so many signed requests have arrived. */
  received(count: number): Promise<void> {
    return this.until(() => this.requests >= count);
  }

  /** Resolves when the sending side has closed all its connections. */
  abandoned(): Promise<void> {
    return this.until(() => this.openConnections === 0);
  }

  stop(): void {
    unsubscribe(arrived, this.onArrived);
    unsubscribe(left, this.onLeft);
  }

  private until(isSo: () => boolean): Promise<void> {
    return new Promise((resolve) => {
      const look = () => {
        if (!isSo()) return;
        this.waiters.delete(look);
        resolve();
      };
      this.waiters.add(look);
      look();
    });
  }

  private readonly changed = (): void => {
    for (const look of [...this.waiters]) look();
  };

  private readonly onArrived = (message: unknown): void => {
    const { request } = message as { readonly request: IncomingMessage };
    const query = new URL(request.url ?? '', 'http://any.host').searchParams;
    const signature = query.get('Signature');
    if (signature === null) return;
    this.signatures.add(signature);
    this.requests++;
    this.changed();
  };

  private readonly onLeft = (message: unknown): void => {
    const { socket } = (message as { readonly request: ClientRequest }).request;
    if (socket === null || this.clientSockets.has(socket)) return;
    this.clientSockets.add(socket);
    socket.once('close', this.changed);
  };
}
