import http, { type Agent, type ClientRequest, type IncomingMessage } from 'node:http';
import https from 'node:https';
import type { Socket } from 'node:net';
import { TLSSocket } from 'node:tls';
import type { Deadline } from './deadline.js';

/**
 * How far one request came. `not-sent`: no byte of it left. `sent`: some may have. `replying`: the server has
 * begun to answer.
 */
export type Delivery = 'not-sent' | 'sent' | 'replying';

/** No reply came. Holds nothing of the request, whose URL is signed. */
export class TransportError extends Error {
  constructor(
    readonly delivery: Delivery,
    readonly code: string,
    /** Whether a connection was asked for. */
    readonly tried = true,
  ) {
    super(code);
  }
}

/** Where a request goes. */
export interface HttpTarget {
  readonly secure: boolean;
  readonly hostname: string;
  readonly port: number;
  readonly agent: Agent;
}

/** A request as it goes to the wire. */
export interface HttpMessage {
  readonly method: 'GET' | 'POST';
  readonly path: string;
  readonly headers: Readonly<Record<string, string | number>>;
  readonly body?: string;
}

/** What came back, read to its end. */
export interface HttpReply {
  readonly status: number;
  readonly headers: IncomingMessage['headers'];
  readonly text: string;
}

/** Far more than any documented reply; a reply without end fills no memory. */
const maxReplyBytes = 1024 * 1024;

/**
 * One request on Node's own client, watched: what it did is told by what its socket did. Names of errors do not
 * tell: an ECONNRESET on a kept-alive connection may come after the server has done its work.
 */
export class HttpExchange {
  private opened = false;
  private socket?: Socket;
  private socketWasReady = false;
  private bytesBefore = 0;
  private connected = false;
  private replying = false;

  /** @param onWritten told when the whole request has been handed to a connection */
  constructor(
    private readonly target: HttpTarget,
    private readonly onWritten: () => void,
  ) {}

  /** Whether a connection was asked for. */
  get tried(): boolean {
    return this.opened;
  }

  get delivery(): Delivery {
    if (this.replying) return 'replying';
    return this.mayHaveLeft() ? 'sent' : 'not-sent';
  }

  /**
   * Sends the request and reads the whole reply. The limit covers both.
   * @throws TransportError
   */
  run(message: HttpMessage, limit: Deadline): Promise<HttpReply> {
    return new Promise((resolve, reject) => {
      let settled = false;
      const settle = (act: () => void) => {
        if (settled) return;
        settled = true;
        leave();
        act();
      };
      const fail = (code: string) => {
        settle(() => {
          reject(new TransportError(this.delivery, code));
          request.destroy();
        });
      };
      const leave = limit.onStop(() => {
        fail('STOPPED');
      });
      const request = this.open(message);
      request.on('error', (error) => {
        fail(codeOf(error));
      });
      request.once('close', () => {
        fail('CLOSED');
      });
      request.once('response', (response) => {
        this.replying = true;
        readText(response, fail, (text) => {
          settle(() => {
            resolve({ status: response.statusCode ?? 0, headers: response.headers, text });
          });
        });
      });
      // In one piece, so that head and body leave in one write.
      request.end(message.body);
    });
  }

  private open({ method, path, headers }: HttpMessage): ClientRequest {
    this.opened = true;
    const { secure, hostname, port, agent } = this.target;
    const request = (secure ? https : http).request({
      ...untouched,
      method,
      path,
      headers,
      // Said, although `https` implies it: agents for proxies tell by it which of their connections to use again.
      protocol: secure ? 'https:' : 'http:',
      hostname,
      port,
      agent,
    });
    request.once('finish', this.onWritten);
    request.once('socket', (socket: Socket) => {
      // An agent for proxies hands over the proxy's own refusal on a bare socket: no answer of ZIM.
      if (secure && !(socket instanceof TLSSocket)) request.destroy(new ProxyRefusal());
      else this.watch(socket);
    });
    return request;
  }

  private watch(socket: Socket): void {
    this.socket = socket;
    // A kept-alive connection, or one that comes connected. A proxy's tunnel has its handshake still before it.
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
    // Whatever cannot be read counts as written.
    return !(this.socket.bytesWritten <= this.bytesBefore);
  }
}

/** Its bytes count from the first of the handshake, so they do not tell whether the request is among them. */
function isHandshaking(socket: Socket): boolean {
  return (
    socket instanceof TLSSocket &&
    socket.getFinished() === undefined &&
    socket.getPeerFinished() === undefined
  );
}

class ProxyRefusal extends Error {
  readonly code = 'PROXY_REFUSED';
}

/** Node reads these from the prototype, too: as own properties they are safe from a polluted one. */
const untouched = {
  auth: undefined,
  createConnection: undefined,
  defaultPort: undefined,
  family: undefined,
  host: undefined,
  insecureHTTPParser: undefined,
  joinDuplicateHeaders: undefined,
  localAddress: undefined,
  lookup: undefined,
  maxHeaderSize: undefined,
  setHost: undefined,
  signal: undefined,
  socketPath: undefined,
  timeout: undefined,
  uniqueHeaders: undefined,
};

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

/** Codes of Node, as ECONNRESET; anything else could be any text. */
export function codeOf(error: unknown): string {
  const code: unknown =
    typeof error === 'object' && error !== null ? Reflect.get(error, 'code') : undefined;
  return typeof code === 'string' && /^[A-Z][A-Z0-9_]{1,63}$/.test(code) ? code : 'UNKNOWN';
}
