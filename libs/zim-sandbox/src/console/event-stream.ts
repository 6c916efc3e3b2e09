import { type ServerResponse } from 'node:http';
import { type ConsoleEvent, type ConsoleMessage } from './console-events.js';
import { type EventLog, type Position, writePosition } from './event-log.js';

/** What a stream needs to know. */
export interface EventStreamParts {
  readonly log: EventLog;
  /** All there is to know at this moment, as events that follow each other. */
  readonly everything: () => Iterator<ConsoleEvent>;
  readonly now: () => number;
  readonly write: (message: ConsoleMessage) => string;
}

/**
 * One tab's stream: everything, or what it has missed, then what comes. It holds nothing back for a reader who
 * does not read: it waits, and begins anew if the log has moved on too far.
 */
export class EventStream {
  readonly #parts: EventStreamParts;
  readonly #response: ServerResponse;
  #position: Position | undefined;
  /** What is left of everything, and the position it leads to. */
  #portions: Iterator<ConsoleEvent> | undefined;
  #isBlocked = false;
  #owesTime = true;

  /** @param position where to go on; absent to begin with everything */
  constructor(parts: EventStreamParts, response: ServerResponse, position: Position | undefined) {
    this.#parts = parts;
    this.#response = response;
    this.#position = position;
    response.on('drain', () => {
      this.#isBlocked = false;
      this.pump();
    });
  }

  /** Sends what there is, as far as the reader takes it. */
  pump(): void {
    while (!this.#isBlocked && this.#response.writable) {
      const event = this.#next();
      if (event === undefined) return;
      this.#send(event);
    }
  }

  /** Tells the time, so that the reader knows that the stream lives. */
  beat(): void {
    this.#owesTime = true;
    this.pump();
  }

  #next(): ConsoleEvent | undefined {
    const portion = this.#portions?.next();
    if (portion?.done === false) return portion.value;
    this.#portions = undefined;
    const { log, everything } = this.#parts;
    const event = this.#position === undefined ? 'gone' : log.after(this.#position);
    if (event === 'gone') {
      this.#portions = everything();
      this.#position = log.position;
      this.#owesTime = true;
      return this.#next();
    }
    if (event !== undefined && this.#position !== undefined) {
      this.#position = { ...this.#position, number: this.#position.number + 1 };
      return event;
    }
    if (!this.#owesTime) return undefined;
    this.#owesTime = false;
    return { kind: 'clock' };
  }

  #send(event: ConsoleEvent): void {
    const { now, write } = this.#parts;
    // While portions are under way, the id of before stays: a stream that breaks now has to begin anew.
    const id =
      this.#portions === undefined && this.#position !== undefined
        ? `id: ${writePosition(this.#position)}\n`
        : '';
    this.#isBlocked = !this.#response.write(`${id}data: ${write({ now: now(), event })}\n\n`);
  }
}
