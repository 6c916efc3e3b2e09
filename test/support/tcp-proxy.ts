import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Server, type Socket } from 'node:net';

/** A proxy before a server of this machine, which can cut one client off while the others keep the server. */
export class TcpProxy {
  /** What was sent to the server on each connection so far. */
  readonly sent: string[] = [];
  private readonly sockets = new Set<Socket>();
  private open = true;

  private constructor(
    private readonly server: Server,
    private serverPort: number,
    private readonly delayMs: number,
  ) {}

  /** @param delayMs how long it delays what is sent, in each direction */
  static async start(serverPort: number, delayMs = 0): Promise<TcpProxy> {
    const server = createServer();
    const proxy = new TcpProxy(server, serverPort, delayMs);
    server.on('connection', (socket) => {
      proxy.forward(socket);
    });
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    return proxy;
  }

  get port(): number {
    return (this.server.address() as AddressInfo).port;
  }

  /** Breaks every connection, and accepts no new one until `restore()`. */
  cut(): void {
    this.open = false;
    for (const socket of this.sockets) socket.destroy();
  }

  restore(): void {
    this.open = true;
  }

  /** Connects new clients to another server; open connections stay. */
  pointTo(serverPort: number): void {
    this.serverPort = serverPort;
  }

  async stop(): Promise<void> {
    this.cut();
    this.server.close();
    await once(this.server, 'close');
  }

  private forward(socket: Socket): void {
    if (!this.open) {
      socket.destroy();
      return;
    }
    const connection = this.sent.length;
    let sent = '';
    const upstream = connect(this.serverPort, '127.0.0.1');
    this.sent[connection] = sent;
    this.sockets.add(socket);
    socket.on('data', (data) => {
      sent += data.toString();
      this.sent[connection] = sent;
    });
    if (this.delayMs === 0) socket.pipe(upstream).pipe(socket);
    else {
      this.delay(socket, upstream);
      this.delay(upstream, socket);
    }
    for (const side of [socket, upstream]) side.on('error', () => undefined);
    socket.on('close', () => {
      this.sockets.delete(socket);
      upstream.destroy();
    });
  }

  private delay(from: Socket, to: Socket): void {
    from.on('data', (data) => {
      setTimeout(() => to.write(data), this.delayMs);
    });
  }
}
