import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

/** A proxy that forwards every request, and closes the connection instead of sending the reply. */
export class ReplyLoss {
  /** Requests that the server has answered. */
  answered = 0;

  private constructor(private readonly server: Server) {}

  static async start(targetUrl: string): Promise<ReplyLoss> {
    const server = createServer();
    const loss = new ReplyLoss(server);
    server.on('request', (request, response) => {
      void loss.handle(request, response, targetUrl);
    });
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    return loss;
  }

  get url(): string {
    const { port } = this.server.address() as AddressInfo;
    return `http://127.0.0.1:${port}`;
  }

  async stop(): Promise<void> {
    this.server.closeAllConnections();
    this.server.close();
    await once(this.server, 'close');
  }

  private async handle(
    request: IncomingMessage,
    response: ServerResponse,
    targetUrl: string,
  ): Promise<void> {
    let body = '';
    for await (const chunk of request) body += String(chunk);
    const reply = await fetch(`${targetUrl}${request.url ?? ''}`, {
      method: request.method,
      headers: { 'Content-Type': 'application/json' },
      ...(body !== '' && { body }),
    });
    await reply.text();
    this.answered++;
    response.socket?.destroy();
  }
}
