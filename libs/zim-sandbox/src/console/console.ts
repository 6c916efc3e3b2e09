import { type IncomingMessage, type ServerResponse } from 'node:http';
import { checkLocal, ControlError } from '../control/control-request.js';
import { type ControlParts } from '../control/control.js';
import { Redactor } from '../core/redactor.js';
import { parseTarget } from '../gateway/target.js';
import { type ConsoleMessage } from './console-events.js';
import { EventLog, type Position, readPosition } from './event-log.js';
import { EventStream } from './event-stream.js';
import { PageFiles } from './page-files.js';
import { recordChanges } from './record-changes.js';
import { snapshotEvents } from './snapshot.js';

export const consolePath = '/__/console';
const eventsPath = '/__/events';
/** A tab that has missed more events gets a new snapshot. */
const maxEvents = 10_000;
/** The page considers a stream broken after 25 s without data. */
const heartbeatMs = 10_000;
const reconnectMs = 500;

/** Serves the page where phones ring, and its stream of events. */
export class Console {
  private readonly redactor: Redactor;
  private readonly log = new EventLog(maxEvents);
  private readonly files = new PageFiles();
  private readonly streams = new Set<EventStream>();
  private heartbeat: NodeJS.Timeout | undefined;
  private pump: NodeJS.Immediate | undefined;

  constructor(
    private readonly parts: ControlParts,
    private readonly version: string,
  ) {
    this.redactor = Redactor.of(parts.settings.apps);
    recordChanges(parts, this.log);
    this.log.onChange(() => {
      // Deferred, so that the reply to the request that caused the event is sent first.
      if (this.streams.size > 0)
        this.pump ??= setImmediate(() => {
          this.pumpAll();
        });
    });
  }

  /** Returns whether a request is for the page or its stream. */
  owns(target: string): boolean {
    const { path } = parseTarget(target);
    return path === eventsPath || this.files.has(pagePath(path) ?? 'none');
  }

  async handle(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const refusal = refuse(request);
    if (refusal !== undefined) {
      refusal.sendTo(response);
      return;
    }
    const { path, query } = parseTarget(request.url ?? '/');
    if (path === eventsPath) this.openStream(request, response, query);
    else await this.files.send(pagePath(path) ?? '', request, response);
  }

  /** Makes every tab restart with a new snapshot. */
  reset(): void {
    this.log.reset();
  }

  /** Sends no more events; the server closes the connections. */
  stop(): void {
    clearInterval(this.heartbeat);
    clearImmediate(this.pump);
    this.streams.clear();
  }

  private openStream(
    request: IncomingMessage,
    response: ServerResponse,
    query: URLSearchParams,
  ): void {
    response.writeHead(200, {
      'Content-Type': 'text/event-stream; charset=utf-8',
      'Cache-Control': 'no-store',
    });
    if (request.method === 'HEAD') {
      response.end();
      return;
    }
    response.write(`retry: ${reconnectMs}\n\n`);
    const stream = new EventStream(
      {
        log: this.log,
        snapshotEvents: () => snapshotEvents(this.parts, this.version),
        now: () => this.parts.settings.clock.now(),
        write: (message) => this.write(message),
      },
      response,
      positionOf(request, query),
    );
    this.streams.add(stream);
    this.heartbeat ??= setInterval(() => {
      for (const each of this.streams) each.heartbeat();
    }, heartbeatMs).unref();
    // The response's own close never comes for one that is pipelined behind another on its connection.
    request.socket.once('close', () => {
      this.streams.delete(stream);
      if (this.streams.size > 0) return;
      clearInterval(this.heartbeat);
      this.heartbeat = undefined;
    });
    stream.pump();
  }

  private pumpAll(): void {
    this.pump = undefined;
    for (const stream of this.streams) stream.pump();
  }

  /** Journal entries are redacted already, and their field `signature` is the result of a check. */
  private write({ now, event }: ConsoleMessage): string {
    const clean = event.kind === 'requests' ? event : this.redactor.json(event);
    return JSON.stringify({ now, event: clean });
  }
}

/** Returns whether a browser has opened the sandbox's bare URL: no client of ZIM's API accepts HTML. */
export function isBrowserRequest({ method, url, headers }: IncomingMessage): boolean {
  const { path, query } = parseTarget(url ?? '/');
  return (
    (method === 'GET' || method === 'HEAD') &&
    path === '/' &&
    !query.has('Action') &&
    (headers.accept ?? '').includes('text/html')
  );
}

function pagePath(path: string): string | undefined {
  return path.startsWith(consolePath) ? path.slice(consolePath.length) : undefined;
}

/** The header of a browser that reconnects by itself takes precedence over the query of the first request. */
function positionOf(request: IncomingMessage, query: URLSearchParams): Position | undefined {
  const header = request.headers['last-event-id'];
  const id = typeof header === 'string' && header !== '' ? header : query.get('lastEventId');
  return id === null ? undefined : readPosition(id);
}

function refuse(request: IncomingMessage): ControlError | undefined {
  try {
    checkLocal(request.headers);
    return ['GET', 'HEAD'].includes(request.method ?? '')
      ? undefined
      : ControlError.wrongMethod(['GET', 'HEAD']);
  } catch (error) {
    if (error instanceof ControlError) return error;
    throw error;
  }
}
