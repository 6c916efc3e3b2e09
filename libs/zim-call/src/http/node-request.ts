import http, {
  type Agent,
  type ClientRequest,
  type IncomingHttpHeaders,
  type IncomingMessage,
  type OutgoingHttpHeaders,
} from 'node:http';
import https from 'node:https';
import type { Socket } from 'node:net';
import { TLSSocket } from 'node:tls';
import type { Deadline } from '../time/deadline.js';
import type { Permit } from '../rate-limit/permit.js';

/**
 * How far a request got. `not-sent`: no byte of it left. `sent`: some may have arrived. `replying`: the reply had
 * begun.
 */
export type Delivery = 'not-sent' | 'sent' | 'replying';

export interface HttpTarget {
  readonly secure: boolean;
  readonly hostname: string;
  readonly port: number;
  readonly agent: Agent;
}

export interface HttpMessage {
  readonly method: string;
  readonly path: string;
  readonly headers: OutgoingHttpHeaders;
  readonly body?: string;
}

export interface HttpReply {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly text: string;
}

/** No reply came. Holds nothing of the request, whose URL is signed. */
class NoReplyError extends Error {
  constructor(readonly code: string) {
    super(code);
  }
}

/** ZIM's replies have a few kilobytes. */
const maxReplyBytes = 1024 * 1024;

/** One request on Node's own HTTP client, which reports how far it got. */
export class NodeRequest {
  private socket?: Socket;
  private socketWasReady = false;
  private bytesBefore = 0;
  private connected = false;
  private replying = false;

  constructor(
    private readonly target: HttpTarget,
    private readonly permit: Pick<Permit, 'sent'>,
  ) {}

  get delivery(): Delivery {
    if (this.replying) return 'replying';
    return this.mayHaveLeft() ? 'sent' : 'not-sent';
  }

  /**
   * Sends the request and reads the whole reply. The limit covers both.
   * @throws NoReplyError, or what Node throws for a request that cannot be written
   */
  run(message: HttpMessage, limit: Deadline): Promise<HttpReply> {
    return new Promise((resolve, reject) => {
      const request = this.open(message);
      const fail = (code: string) => {
        stopListening();
        reject(new NoReplyError(code));
        request.destroy();
      };
      const stopListening = limit.onStop(() => {
        fail('STOPPED');
      });
      request.on('error', (error) => {
        fail(codeOf(error));
      });
      const onClose = () => {
        fail('CLOSED');
      };
      request.once('close', onClose);
      request.once('response', (response) => {
        this.replying = true;
        readText(response, fail, (text) => {
          stopListening();
          request.off('close', onClose);
          resolve({ status: response.statusCode ?? 0, headers: response.headers, text });
        });
      });
      // In one piece, so that head and body leave in one write.
      request.end(message.body);
    });
  }

  private open({ method, path, headers, body }: HttpMessage): ClientRequest {
    const { secure, hostname, port, agent } = this.target;
    const request = (secure ? https : http).request({
      ...hiddenOptions(),
      method,
      path,
      headers:
        body === undefined ? headers : { ...headers, 'Content-Length': Buffer.byteLength(body) },
      // Stated although `https` implies it: agents for proxies use it to find connections to use again.
      protocol: secure ? 'https:' : 'http:',
      hostname,
      port,
      agent,
    });
    request.once('finish', () => {
      this.permit.sent();
    });
    request.once('socket', (socket: Socket) => {
      // A proxy agent hands over the proxy's own refusal on a plain socket: that is not a reply of ZIM.
      if (secure && !(socket instanceof TLSSocket))
        request.destroy(new NoReplyError('PROXY_REFUSED'));
      else this.watch(socket);
    });
    return request;
  }

  private watch(socket: Socket): void {
    this.socket = socket;
    // A connection that is kept alive, or is handed over connected; a proxy's tunnel still needs its handshake.
    this.socketWasReady = !socket.connecting && !isHandshaking(socket);
    this.bytesBefore = socket.bytesWritten;
    if (this.socketWasReady) return;
    socket.once(this.target.secure ? 'secureConnect' : 'connect', () => {
      this.connected = true;
    });
  }

  private mayHaveLeft(): boolean {
    if (this.socket === undefined) return false;
    if (!this.socketWasReady) return this.connected;
    // If the count is not a number, the request counts as written.
    return !(this.socket.bytesWritten <= this.bytesBefore);
  }
}

export function toHttpTarget(
  origin: string,
  agents: { readonly http: Agent; readonly https: Agent },
): HttpTarget {
  const { protocol, hostname, port } = new URL(origin);
  const secure = protocol === 'https:';
  return {
    secure,
    // Node wants an IPv6 address without the brackets of a URL.
    hostname: hostname.replace(/^\[|\]$/g, ''),
    port: port === '' ? (secure ? 443 : 80) : Number(port),
    agent: secure ? agents.https : agents.http,
  };
}

/** Bytes written during the TLS handshake say nothing about the request. */
function isHandshaking(socket: Socket): boolean {
  return (
    socket instanceof TLSSocket &&
    socket.getFinished() === undefined &&
    socket.getPeerFinished() === undefined
  );
}

/** Options that Node would also read from the prototype of all objects, where other code may have put them. */
const optionsOfNode = [
  ...['auth', 'createConnection', 'defaultPort', 'family', 'host', 'insecureHTTPParser'],
  ...['joinDuplicateHeaders', 'localAddress', 'lookup', 'maxHeaderSize', 'setHost', 'signal'],
  ...['socketPath', 'timeout', 'uniqueHeaders'],
];

/** Hides what the prototype has of them. Usually that is nothing: own properties would slow down each request. */
function hiddenOptions(): Record<string, undefined> {
  const inherited = optionsOfNode.filter((name) => name in Object.prototype);
  return Object.fromEntries(inherited.map((name) => [name, undefined]));
}

function readText(
  response: IncomingMessage,
  fail: (code: string) => void,
  done: (text: string) => void,
): void {
  const chunks: Buffer[] = [];
  let bytes = 0;
  response.on('data', (chunk: Buffer) => {
    bytes += chunk.length;
    if (bytes > maxReplyBytes) fail('REPLY_TOO_LARGE');
    else chunks.push(chunk);
  });
  response.on('error', (error) => {
    fail(codeOf(error));
  });
  response.once('end', () => {
    if (response.complete) done(Buffer.concat(chunks).toString());
    else fail('REPLY_CUT');
  });
}

/** The code of an error of Node, such as `ECONNRESET`; anything else could be any text. */
export function codeOf(error: unknown): string {
  const code: unknown =
    typeof error === 'object' && error !== null ? Reflect.get(error, 'code') : undefined;
  return typeof code === 'string' && /^[A-Z][A-Z0-9_]{1,63}$/.test(code) ? code : 'UNKNOWN';
}
