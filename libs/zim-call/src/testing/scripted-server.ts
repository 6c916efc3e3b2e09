import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

/** A request as it arrived. */
export interface RecordedRequest {
  readonly method: string;
  readonly url: URL;
  readonly headers: IncomingMessage['headers'];
  readonly rawHeaders: readonly string[];
  readonly body: string;
}

/** What a scripted server does with one request. */
export type Script = (response: ServerResponse, request: RecordedRequest) => void;

/** A real server on loopback that answers its n-th request with its n-th script; the last one repeats. */
export class ScriptedServer {
  readonly requests: RecordedRequest[] = [];
  private readonly waiters: { readonly count: number; readonly resolve: () => void }[] = [];

  private constructor(private readonly server: Server) {}

  static async start(...scripts: readonly Script[]): Promise<ScriptedServer> {
    const server = createServer();
    const scripted = new ScriptedServer(server);
    server.on('request', (request, response) => {
      void scripted.handle(request, response, scripts);
    });
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    return scripted;
  }

  get url(): string {
    const { port } = this.server.address() as AddressInfo;
    return `http://127.0.0.1:${port}`;
  }

  /** Resolves once so many requests have arrived. */
  async received(count: number): Promise<void> {
    if (this.requests.length >= count) return;
    await new Promise<void>((resolve) => this.waiters.push({ count, resolve }));
  }

  /** May be called again. */
  async stop(): Promise<void> {
    if (!this.server.listening) return;
    this.server.closeAllConnections();
    this.server.close();
    await once(this.server, 'close');
  }

  private async handle(
    request: IncomingMessage,
    response: ServerResponse,
    scripts: readonly Script[],
  ): Promise<void> {
    let body = '';
    for await (const chunk of request) body += String(chunk);
    const recorded = {
      method: request.method ?? '',
      url: new URL(request.url ?? '', this.url),
      headers: request.headers,
      rawHeaders: request.rawHeaders,
      body,
    };
    // Tests hold the clock: the machine's time would be a server's that is off. A script may write another.
    response.sendDate = false;
    const script = scripts[Math.min(this.requests.length, scripts.length - 1)];
    this.requests.push(recorded);
    script?.(response, recorded);
    for (const { count, resolve } of this.waiters) if (this.requests.length >= count) resolve();
  }
}

/** Answers as ZIM does: HTTP 200 and an envelope. */
export function envelope(
  fields: Record<string, unknown>,
  headers: Record<string, string> = {},
): Script {
  return (response) => {
    response.writeHead(200, { 'Content-Type': 'application/json', ...headers });
    response.end(
      JSON.stringify({ Message: 'success', RequestId: '343649807833778782', ...fields }),
    );
  };
}

/** Answers a CallInvite with success. */
export const accepted = envelope({
  Code: 0,
  CallId: '12261423186766631832',
  CreateTime: 1713249504000,
  ErrorUsers: [],
});
