import { once } from 'node:events';
import { type AddressInfo, createServer, type Server, type Socket } from 'node:net';

/** A request as bytes. */
export interface RawRequest {
  /** Head and body, one character for each byte. */
  readonly bytes: string;
  readonly body: string;
}

/** What a raw server does with a request. */
export type RawAnswer = (socket: Socket, request: RawRequest) => void;

/** A TCP server on loopback that knows where an HTTP request ends, and no more of HTTP. */
export class RawServer {
  private readonly sockets = new Set<Socket>();
  /** How many connections there were. */
  connections = 0;
  readonly requests: RawRequest[] = [];
  private readonly waiters = new Set<() => void>();

  private constructor(private readonly server: Server) {}

  static async start(answer: RawAnswer): Promise<RawServer> {
    const server = createServer();
    const raw = new RawServer(server);
    server.on('connection', (socket) => {
      raw.follow(socket, answer);
    });
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    return raw;
  }

  get port(): number {
    return (this.server.address() as AddressInfo).port;
  }

  get url(): string {
    return `http://127.0.0.1:${this.port}`;
  }

  get openSockets(): number {
    return this.sockets.size;
  }

  /** Resolves when so many requests have arrived. */
  received(count: number): Promise<void> {
    return this.until(() => this.requests.length >= count);
  }

  /** Resolves when there have been so many connections. */
  connected(count: number): Promise<void> {
    return this.until(() => this.connections >= count);
  }

  /** Resolves when the clients have closed all connections. */
  abandoned(): Promise<void> {
    return this.until(() => this.sockets.size === 0);
  }

  /** May be called again. */
  async stop(): Promise<void> {
    if (!this.server.listening) return;
    for (const socket of this.sockets) socket.destroy();
    this.server.close();
    await once(this.server, 'close');
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

  private changed(): void {
    for (const look of this.waiters) look();
  }

  private follow(socket: Socket, answer: RawAnswer): void {
    this.connections++;
    this.sockets.add(socket);
    this.changed();
    let received = '';
    socket.setNoDelay(true);
    socket.setEncoding('latin1');
    socket.on('data', (chunk: string) => {
      received += chunk;
      const request = completeRequest(received);
      if (request === undefined) return;
      received = received.slice(request.bytes.length);
      this.requests.push(request);
      answer(socket, request);
      this.changed();
    });
    // The client may break its connection.
    socket.on('error', () => undefined);
    socket.on('close', () => {
      this.sockets.delete(socket);
      this.changed();
    });
  }
}

function completeRequest(received: string): RawRequest | undefined {
  const headEnd = received.indexOf('\r\n\r\n');
  if (headEnd === -1) return undefined;
  const length = /^content-length: *(\d+)/im.exec(received.slice(0, headEnd))?.[1] ?? '0';
  const end = headEnd + 4 + Number(length);
  if (received.length < end) return undefined;
  return { bytes: received.slice(0, end), body: received.slice(headEnd + 4, end) };
}

/** Returns the bytes of a reply with its true length. */
export function httpReply(body: string, head = 'HTTP/1.1 200 OK'): string {
  return `${head}\r\nContent-Type: application/json\r\nContent-Length: ${Buffer.byteLength(body)}\r\n\r\n${body}`;
}

/** Returns the body of a successful CallInvite. */
export function acceptedBody(callId = '12261423186766631832'): string {
  return `{"Code":0,"Message":"success","RequestId":"343649807833778782","CallId":"${callId}","CreateTime":1713249504000,"ErrorUsers":[]}`;
}
