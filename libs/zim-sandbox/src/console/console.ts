import { type IncomingMessage, type ServerResponse } from 'node:http';
import { checkLocal, ControlError } from '../control/control-request.js';
import { type ControlParts } from '../control/control.js';
import { Redactor } from '../core/redactor.js';
import { parseTarget } from '../gateway/target.js';
import { type ConsoleMessage } from './console-events.js';
import { EventLog, type Position, readPosition } from './event-log.js';
import { EventStream } from './event-stream.js';
import { everything } from './everything.js';
import { PageFiles } from './page-files.js';
import { recordChanges } from './record-changes.js';

export const consolePath = '/__/console';
const eventsPath = '/__/events';
/** What a tab may miss before it has to be told everything anew. */
const maxEvents = 10_000;
/** The page takes 25 s of silence for a broken connection. */
const beatMs = 10_000;
const reconnectMs = 500;

/** The page where phones ring, and the stream of events it lives on. */
export class Console {
  readonly #parts: ControlParts;
  readonly #version: string;
  readonly #redactor: Redactor;
  readonly #log = new EventLog(maxEvents);
  readonly #files = new PageFiles();
  readonly #streams = new Set<EventStream>();
  #beat: NodeJS.Timeout | undefined;
  #pump: NodeJS.Immediate | undefined;

  constructor(parts: ControlParts, version: string) {
    this.#parts = parts;
    this.#version = version;
    this.#redactor = Redactor.of(parts.settings.apps);
    recordChanges(parts, this.#log);
    this.#log.onNews(() => {
      // After the answer to the request that is the news.
      if (this.#streams.size > 0)
        this.#pump ??= setImmediate(() => {
          this.#pumpAll();
        });
    });
  }

  /** Whether a request is for the page or its stream. */
  owns(target: string): boolean {
    const { path } = parseTarget(target);
    return path === eventsPath || this.#files.has(pagePath(path) ?? 'none');
  }

  async handle(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const refusal = refuse(request);
    if (refusal !== undefined) {
      refusal.sendTo(response);
      return;
    }
    const { path, query } = parseTarget(request.url ?? '/');
    if (path === eventsPath) this.#open(request, response, query);
    else await this.#files.send(pagePath(path) ?? '', request, response);
  }

  /** What every tab knows is out of date. */
  reset(): void {
    this.#log.begin();
  }

  /** Nothing more is told; the connections are for whoever opened them to close. */
  stop(): void {
    clearInterval(this.#beat);
    clearImmediate(this.#pump);
    this.#streams.clear();
  }

  #open(request: IncomingMessage, response: ServerResponse, query: URLSearchParams): void {
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
        log: this.#log,
        everything: () => everything(this.#parts, this.#version),
        now: () => this.#parts.settings.clock.now(),
        write: (message) => this.#write(message),
      },
      response,
      positionOf(request, query),
    );
    this.#streams.add(stream);
    this.#beat ??= setInterval(() => {
      this.#beatAll();
    }, beatMs).unref();
    // Not the answer's own close, which never comes to one that waits behind another on its connection.
    request.socket.once('close', () => {
      this.#streams.delete(stream);
      if (this.#streams.size > 0) return;
      clearInterval(this.#beat);
      this.#beat = undefined;
    });
    stream.pump();
  }

  #pumpAll(): void {
    this.#pump = undefined;
    for (const stream of this.#streams) stream.pump();
  }

  #beatAll(): void {
    for (const stream of this.#streams) stream.beat();
  }

  /** The journal has been redacted already, and says `signature` where it means what came of it. */
  #write({ now, event }: ConsoleMessage): string {
    const clean = event.kind === 'requests' ? event : this.#redactor.json(event);
    return JSON.stringify({ now, event: clean });
  }
}

function pagePath(path: string): string | undefined {
  return path.startsWith(consolePath) ? path.slice(consolePath.length) : undefined;
}

/** The header of a browser that reconnects by itself goes before the address it began with. */
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
