import { once } from 'node:events';
import {
  createServer,
  type IncomingHttpHeaders,
  type Server,
  type ServerResponse,
} from 'node:http';
import { type AddressInfo } from 'node:net';

export interface Received {
  readonly method: string;
  readonly path: string;
  readonly headers: IncomingHttpHeaders;
  readonly text: string;
  /** The parsed body. */
  readonly json: Record<string, unknown>;
}

type Responder = (response: ServerResponse, received: Received) => void;

/** A callback endpoint that records requests and responds as scripted. */
export class Receiver {
  readonly received: Received[] = [];
  /** Responses to the next requests, one each. */
  readonly script: (number | Responder)[] = [];
  /** Response when the script is used up. */
  defaultResponse: number | Responder = 200;
  readonly url: string;
  private readonly server: Server;

  private constructor(server: Server) {
    this.server = server;
    const { port } = server.address() as AddressInfo;
    this.url = `http://127.0.0.1:${port}/callbacks`;
  }

  static async start(): Promise<Receiver> {
    const server = createServer();
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    const receiver = new Receiver(server);
    server.on('request', (request, response) => {
      const chunks: Buffer[] = [];
      request.on('data', (chunk: Buffer) => chunks.push(chunk));
      request.on('end', () => {
        const text = Buffer.concat(chunks).toString();
        const { method = '', url = '', headers } = request;
        const json = JSON.parse(text.startsWith('%') ? decodeURIComponent(text) : text);
        receiver.respond({ method, path: url, headers, text, json }, response);
      });
    });
    return receiver;
  }

  /** The names of the events, in the order of arrival. */
  get events(): unknown[] {
    return this.received.map(({ json }) => json.event);
  }

  async stop(): Promise<void> {
    this.server.closeAllConnections();
    this.server.close();
    await once(this.server, 'close');
  }

  private respond(received: Received, response: ServerResponse): void {
    this.received.push(received);
    const next = this.script.shift() ?? this.defaultResponse;
    if (typeof next === 'number') response.writeHead(next).end();
    else next(response, received);
  }
}
