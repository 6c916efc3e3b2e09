import { type ServerResponse } from 'node:http';
import { type ConsoleEvent, type ConsoleMessage } from './console-events.js';
import { type EventLog, type Position, writePosition } from './event-log.js';

export interface EventStreamParts {
  readonly log: EventLog;
  /** Returns the present state as a sequence of events. */
  readonly snapshotEvents: () => Iterator<ConsoleEvent>;
  readonly now: () => number;
  readonly write: (message: ConsoleMessage) => string;
}

/**
 * The stream of one tab: the present state, or the events it has missed, then new events. It buffers nothing for a
 * slow client: it waits until the client reads, and restarts with the present state if the log has dropped the next
 * event meanwhile.
 */
export class EventStream {
  /** The rest of the present state, which leads to `position`. */
  private snapshot: Iterator<ConsoleEvent> | undefined;
  private isBlocked = false;
  private isTimeDue = true;

  /** @param position - where to continue; absent to start with the present state */
  constructor(
    private readonly parts: EventStreamParts,
    private readonly response: ServerResponse,
    private position: Position | undefined,
  ) {
    response.on('drain', () => {
      this.isBlocked = false;
      this.pump();
    });
  }

  /** Sends the events that are due, until the client's buffer is full. */
  pump(): void {
    while (!this.isBlocked && this.response.writable) {
      const event = this.next();
      if (event === undefined) return;
      this.send(event);
    }
  }

  /** Sends the time, so that the client knows that the stream is alive. */
  heartbeat(): void {
    this.isTimeDue = true;
    this.pump();
  }

  private next(): ConsoleEvent | undefined {
    const part = this.snapshot?.next();
    if (part?.done === false) return part.value;
    this.snapshot = undefined;
    const { log, snapshotEvents } = this.parts;
    const event = this.position === undefined ? 'gone' : log.after(this.position);
    if (event === 'gone') {
      this.snapshot = snapshotEvents();
      this.position = log.position;
      this.isTimeDue = true;
      return this.next();
    }
    if (event !== undefined && this.position !== undefined) {
      this.position = { ...this.position, number: this.position.number + 1 };
      return event;
    }
    if (!this.isTimeDue) return undefined;
    this.isTimeDue = false;
    return { kind: 'clock' };
  }

  private send(event: ConsoleEvent): void {
    const { now, write } = this.parts;
    // No id within a snapshot: a stream that breaks there must restart with a new one.
    const id =
      this.snapshot === undefined && this.position !== undefined
        ? `id: ${writePosition(this.position)}\n`
        : '';
    this.isBlocked = !this.response.write(`${id}data: ${write({ now: now(), event })}\n\n`);
  }
}
