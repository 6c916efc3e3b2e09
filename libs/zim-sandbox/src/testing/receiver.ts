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
  /** Of a JSON body. */
  readonly json: Record<string, unknown>;
}

type Behaviour = (response: ServerResponse, received: Received) => void;

/** Your app, as far as callbacks go: it keeps what comes, and answers as told. */
export class Receiver {
  readonly received: Received[] = [];
  /** What happens to the next requests, one each; after that, all is well. */
  readonly script: (number | Behaviour)[] = [];
  /** What happens once the script is used up. */
  otherwise: number | Behaviour = 200;
  readonly url: string;
  readonly #server: Server;

  private constructor(server: Server) {
    this.#server = server;
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
        receiver.#answer({ method, path: url, headers, text, json }, response);
      });
    });
    return receiver;
  }

  /** The names of the events, in the order in which they came. */
  get events(): unknown[] {
    return this.received.map(({ json }) => json.event);
  }

  async stop(): Promise<void> {
    this.#server.closeAllConnections();
    this.#server.close();
    await once(this.#server, 'close');
  }

  #answer(received: Received, response: ServerResponse): void {
    this.received.push(received);
    const next = this.script.shift() ?? this.otherwise;
    if (typeof next === 'number') response.writeHead(next).end();
    else next(response, received);
  }
}
