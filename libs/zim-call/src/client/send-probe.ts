import http, { type ClientRequest, type IncomingMessage, type RequestOptions } from 'node:http';
import https from 'node:https';
import type { Socket } from 'node:net';
import { TLSSocket } from 'node:tls';

class ProxyRefusal extends Error {
  readonly code = 'PROXY_REFUSED';
}

/**
 * Watches one request's socket, to know whether a byte of the request can have left. Names of errors do not
 * tell: an ECONNRESET on a kept-alive connection may come after the server has done its work.
 */
export class SendProbe {
  private connected = false;

  /** @param onWritten told when the last byte was handed to a connection */
  constructor(private readonly onWritten: () => void) {}

  /** True once the request had a connection to be written to. */
  get mayHaveLeft(): boolean {
    return this.connected;
  }

  /** The `transport` of an axios request: Node's own, watched. */
  readonly transport = {
    request: (
      options: RequestOptions,
      onResponse: (response: IncomingMessage) => void,
    ): ClientRequest => {
      const secure = options.protocol === 'https:';
      const request = (secure ? https : http).request(options, onResponse);
      request.once('finish', this.onWritten);
      request.once('socket', (socket: Socket) => {
        // An agent for proxies hands over the proxy's own refusal on a bare socket: no answer of ZIM.
        if (secure && !(socket instanceof TLSSocket)) request.destroy(new ProxyRefusal());
        else this.watch(socket, request.reusedSocket, secure);
      });
      return request;
    },
  };

  private watch(socket: Socket, reused: boolean, secure: boolean): void {
    // A socket that comes connected, as from a proxy's tunnel, may have been written to.
    if (reused || !socket.connecting) {
      this.connected = true;
      return;
    }
    socket.once(secure ? 'secureConnect' : 'connect', () => {
      this.connected = true;
    });
  }
}
