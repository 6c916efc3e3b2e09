import { STATUS_CODES, type ServerResponse } from 'node:http';
import { type Socket } from 'node:net';
import { pipeline, Readable } from 'node:stream';
import { createGzip } from 'node:zlib';
import { type SandboxClock } from '../core/clock.js';
import { type SandboxFault } from '../core/fault.js';
import { type JsonObject } from '../core/json.js';
import { PendingWork } from './pending-work.js';
import { sendReply, writeHead, type WireReply } from './send-reply.js';

const inflatedBytes = 256 * 1024 * 1024;
const paddingBlock = Buffer.alloc(64 * 1024, 'x');
/** Milliseconds of real time. */
const resetAfterMs = 20;
/** A port below 1024 that no service has used for decades. */
const unusedPortUrl = 'http://127.0.0.1:1/';
const badGateway =
  '<html>\n<head><title>502 Bad Gateway</title></head>\n<body><h1>502 Bad Gateway</h1></body>\n</html>\n';

/** Sends replies, delayed, damaged or dropped as a fault demands. */
export class FaultInjector {
  private readonly pending: PendingWork;
  private readonly idleTimers = new WeakMap<Socket, () => void>();

  constructor(clock: SandboxClock) {
    this.pending = new PendingWork(clock);
  }

  /** Cancels the idle timer of a connection on which a request has arrived. */
  cancelIdleTimer(socket: Socket): void {
    this.idleTimers.get(socket)?.();
  }

  /**
   * Does the work when the sandbox's time has moved on, even if the client has disconnected. A reset or stop before
   * that destroys the connection instead.
   */
  delay(socket: Socket, delayMs: number, work: () => void): Promise<void> {
    return new Promise((resolve) => {
      this.pending.setTimer(
        delayMs,
        () => {
          // In a promise, so that an error of the work rejects.
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
      case 'late-reply':
        this.pending.setTimer(
          fault.ms,
          () => {
            sendReply(response, reply);
          },
          () => response.destroy(),
        );
        return;
      case 'hang':
        this.pending.hold(response, socket);
        return;
      case 'reset':
        socket.resetAndDestroy();
        return;
      case 'close':
        this.pending.hold(response, socket);
        socket.end();
        return;
      case 'half-reply':
        this.sendHalf(response, socket, reply, fault.then ?? 'reset');
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
        this.drip(response, reply, fault.msPerByte);
        return;
      case 'close-idle':
        this.sendAndClose(response, socket, reply, fault.afterMs);
        return;
      case 'redirect':
        writeHead(response, { ...reply, status: fault.status ?? 307 }, 'text/plain');
        response.setHeader('Location', new URL(fault.location ?? unusedPortUrl).href);
        response.end();
        return;
      case 'oversized':
        this.pending.hold(response, socket);
        writeHead(response, reply);
        // A client that stops reading destroys the connection, which is no error here.
        pipeline(paddedJson(reply.content, fault.bytes), response, () => undefined);
        return;
      case 'gzip-bomb':
        this.pending.hold(response, socket);
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

  /** Destroys the held connections and cancels all timers. */
  reset(): void {
    this.pending.reset();
  }

  /** Does the same, and holds nothing afterwards. */
  stop(): void {
    this.pending.stop();
  }

  private sendHalf(
    response: ServerResponse,
    socket: Socket,
    reply: WireReply,
    then: 'silence' | 'reset',
  ): void {
    const bytes = Buffer.from(JSON.stringify(reply.content));
    writeHead(response, reply);
    response.setHeader('Content-Length', bytes.length);
    this.pending.hold(response, socket);
    response.write(bytes.subarray(0, bytes.length / 2));
    if (then === 'silence') return;
    // A client on libuv that receives data and RST together sees a plain end. The immediate lets even a client in
    // this process read the data first.
    const timer = setTimeout(() => {
      setImmediate(() => socket.resetAndDestroy());
    }, resetAfterMs);
    response.once('close', () => {
      clearTimeout(timer);
    });
  }

  private drip(response: ServerResponse, reply: WireReply, msPerByte: number): void {
    const bytes = Buffer.from(JSON.stringify(reply.content));
    writeHead(response, reply);
    response.setHeader('Content-Length', bytes.length);
    response.flushHeaders();
    let sent = 0;
    const next = (): (() => void) =>
      this.pending.setTimer(
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

  private sendAndClose(
    response: ServerResponse,
    socket: Socket,
    reply: WireReply,
    afterMs: number,
  ): void {
    // With this header set, node does not announce by Keep-Alive when the connection ends.
    if (response.shouldKeepAlive) response.setHeader('Connection', 'keep-alive');
    response.once('finish', () => {
      // Node's own timeout for idle connections would close it earlier.
      socket.setTimeout(0);
    });
    sendReply(response, reply);
    const cancel = this.pending.setTimer(afterMs, () => {
      socket.end();
    });
    // One listener for all requests on the same connection.
    if (!this.idleTimers.has(socket))
      socket.once('close', () => {
        this.cancelIdleTimer(socket);
      });
    this.idleTimers.set(socket, cancel);
  }
}

/** Yields the JSON of an object with one more field, which pads it to the given size, block by block. */
function* paddedJson(content: JsonObject, bytes: number): Generator<Buffer> {
  const head = Buffer.from(JSON.stringify({ ...content, Padding: '' }).slice(0, -2));
  const tail = Buffer.from('"}');
  yield head;
  for (let left = bytes - head.length - tail.length; left > 0; left -= paddingBlock.length)
    yield paddingBlock.subarray(0, left);
  yield tail;
}

function setRetryAfter(response: ServerResponse, seconds: number | undefined): void {
  if (seconds !== undefined) response.setHeader('Retry-After', seconds);
}
