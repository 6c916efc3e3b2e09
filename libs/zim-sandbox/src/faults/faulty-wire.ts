import { STATUS_CODES, type ServerResponse } from 'node:http';
import { type Socket } from 'node:net';
import { pipeline, Readable } from 'node:stream';
import { createGzip } from 'node:zlib';
import { type SandboxClock } from '../core/clock.js';
import { type SandboxFault } from '../core/fault.js';
import { OpenEnds } from './open-ends.js';
import { paddedJson } from './padded-json.js';
import { sendReply, writeHead, type WireReply } from './send-reply.js';

const inflatedBytes = 256 * 1024 * 1024;
/** Of real time. */
const resetAfterMs = 20;
/** A port below 1024 that no service has used for decades. */
const nobodyListens = 'http://127.0.0.1:1/';
const badGateway =
  '<html>\n<head><title>502 Bad Gateway</title></head>\n<body><h1>502 Bad Gateway</h1></body>\n</html>\n';

/** The last stretch of a reply: sends it, or does to it what a fault demands. */
export class FaultyWire {
  readonly #ends: OpenEnds;
  readonly #idleTimers = new WeakMap<Socket, () => void>();

  constructor(clock: SandboxClock) {
    this.#ends = new OpenEnds(clock);
  }

  /** A request has arrived on the connection, which therefore is not idle. */
  touch(socket: Socket): void {
    this.#idleTimers.get(socket)?.();
  }

  /**
   * Does the work when the sandbox's time has moved on, whether the client still waits or not: a real server
   * does not know either. A reset or stop before that breaks the connection instead.
   */
  delay(socket: Socket, delayMs: number, work: () => void): Promise<void> {
    return new Promise((resolve) => {
      this.#ends.setTimer(
        delayMs,
        () => {
          // What it throws rejects.
          resolve(
            new Promise<void>((done) => {
              work();
              done();
            }),
          );
        },
        () => {
          socket.destroy();
          resolve();
        },
      );
    });
  }

  send(response: ServerResponse, socket: Socket, reply: WireReply, fault?: SandboxFault): void {
    const json = JSON.stringify(reply.content);
    switch (fault?.kind) {
      case undefined:
      case 'delay':
      case 'clock-skew':
        sendReply(response, reply);
        return;
      case 'hang':
        this.#ends.hold(response, socket);
        return;
      case 'reset':
        socket.resetAndDestroy();
        return;
      case 'close':
        this.#ends.hold(response, socket);
        socket.end();
        return;
      case 'half-reply':
        this.#sendHalf(response, socket, reply, fault.then ?? 'reset');
        return;
      case 'truncated-json':
        writeHead(response, reply);
        response.end(json.slice(0, json.length / 2));
        return;
      case 'invalid-json':
        writeHead(response, reply);
        response.end(json.replaceAll('"', ''));
        return;
      case 'html-502':
        writeHead(response, { ...reply, status: 502 }, 'text/html');
        response.end(badGateway);
        return;
      case 'empty-200':
        writeHead(response, { ...reply, status: 200 });
        response.end();
        return;
      case 'status':
        writeHead(response, { ...reply, status: fault.status }, 'text/plain; charset=utf-8');
        setRetryAfter(response, fault.retryAfterSeconds);
        response.end(fault.body ?? STATUS_CODES[fault.status] ?? '');
        return;
      case 'code':
        setRetryAfter(response, fault.retryAfterSeconds);
        sendReply(response, reply);
        return;
      case 'slow-drip':
        this.#drip(response, reply, fault.msPerByte);
        return;
      case 'close-idle':
        this.#sendAndClose(response, socket, reply, fault.afterMs);
        return;
      case 'redirect':
        writeHead(response, { ...reply, status: fault.status ?? 307 }, 'text/plain');
        response.setHeader('Location', new URL(fault.location ?? nobodyListens).href);
        response.end();
        return;
      case 'oversized':
        this.#ends.hold(response, socket);
        writeHead(response, reply);
        // A client that has had enough breaks off, and that is the end of it.
        pipeline(paddedJson(reply.content, fault.bytes), response, () => undefined);
        return;
      case 'gzip-bomb':
        this.#ends.hold(response, socket);
        writeHead(response, reply);
        response.setHeader('Content-Encoding', 'gzip');
        pipeline(
          Readable.from(paddedJson(reply.content, inflatedBytes)),
          createGzip(),
          response,
          () => undefined,
        );
        return;
      case 'wrong-date':
        sendReply(response, { ...reply, dateMs: reply.dateMs + fault.offsetSeconds * 1000 });
        return;
    }
  }

  /** Destroys connections that hang, and forgets what was to come. */
  reset(): void {
    this.#ends.reset();
  }

  /** The same, and nothing is begun after it. */
  stop(): void {
    this.#ends.stop();
  }

  #sendHalf(
    response: ServerResponse,
    socket: Socket,
    reply: WireReply,
    then: 'silence' | 'reset',
  ): void {
    const bytes = Buffer.from(JSON.stringify(reply.content));
    writeHead(response, reply);
    response.setHeader('Content-Length', bytes.length);
    this.#ends.hold(response, socket);
    response.write(bytes.subarray(0, bytes.length / 2));
    if (then === 'silence') return;
    // Clients on libuv that get data and RST in one go see a mere end. After the immediate, even a client in
    // this very process has had its turn to read.
    const timer = setTimeout(() => {
      setImmediate(() => socket.resetAndDestroy());
    }, resetAfterMs);
    response.once('close', () => {
      clearTimeout(timer);
    });
  }

  #drip(response: ServerResponse, reply: WireReply, msPerByte: number): void {
    const bytes = Buffer.from(JSON.stringify(reply.content));
    writeHead(response, reply);
    response.setHeader('Content-Length', bytes.length);
    response.flushHeaders();
    let sent = 0;
    const next = (): (() => void) =>
      this.#ends.setTimer(
        msPerByte,
        () => {
          response.write(bytes.subarray(sent, ++sent));
          if (sent === bytes.length) response.end();
          else cancel = next();
        },
        () => response.destroy(),
      );
    let cancel = next();
    response.once('close', () => {
      cancel();
    });
  }

  #sendAndClose(response: ServerResponse, socket: Socket, reply: WireReply, afterMs: number): void {
    // A Connection header of our own keeps node from announcing when the connection ends.
    if (response.shouldKeepAlive) response.setHeader('Connection', 'keep-alive');
    response.once('finish', () => {
      // Node's own end of idle connections would come first.
      socket.setTimeout(0);
    });
    sendReply(response, reply);
    const cancel = this.#ends.setTimer(afterMs, () => {
      socket.end();
    });
    // One listener, however many requests come by the same connection.
    if (!this.#idleTimers.has(socket))
      socket.once('close', () => {
        this.touch(socket);
      });
    this.#idleTimers.set(socket, cancel);
  }
}

function setRetryAfter(response: ServerResponse, seconds: number | undefined): void {
  if (seconds !== undefined) response.setHeader('Retry-After', seconds);
}
