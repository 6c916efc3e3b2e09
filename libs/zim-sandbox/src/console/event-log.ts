import { randomBytes } from 'node:crypto';
import { type ConsoleEvent } from './console-events.js';

/** After which event somebody goes on. */
export interface Position {
  readonly era: string;
  readonly number: number;
}

/**
 * The newest events, numbered, so that whoever lost the stream can go on where it broke off. An era begins with
 * the sandbox and with each reset: nothing of an older one can be gone on with.
 */
export class EventLog {
  readonly #limit: number;
  readonly #listeners = new Set<() => void>();
  #era = newEra();
  #events: ConsoleEvent[] = [];
  #lastNumber = 0;

  /** @param limit events that are kept at least; at most twice as many */
  constructor(limit: number) {
    this.#limit = limit;
  }

  get position(): Position {
    return { era: this.#era, number: this.#lastNumber };
  }

  add(event: ConsoleEvent): void {
    this.#events.push(event);
    this.#lastNumber++;
    // Cut seldom: to take the first off each time would move all others.
    if (this.#events.length > 2 * this.#limit) this.#events = this.#events.slice(-this.#limit);
    this.#tell();
  }

  /** The event after a position; `gone` if it is not known any more, `undefined` if there is none yet. */
  after({ era, number }: Position): ConsoleEvent | 'gone' | undefined {
    if (era !== this.#era || number > this.#lastNumber) return 'gone';
    if (number === this.#lastNumber) return undefined;
    return this.#events[this.#events.length - (this.#lastNumber - number)] ?? 'gone';
  }

  /** Everything is different now. */
  begin(): void {
    this.#era = newEra();
    this.#events = [];
    this.#lastNumber = 0;
    this.#tell();
  }

  /**
   * Calls the listener when there is something new.
   *
   * @returns ends that
   */
  onNews(listener: () => void): () => void {
    this.#listeners.add(listener);
    return () => {
      this.#listeners.delete(listener);
    };
  }

  #tell(): void {
    for (const listener of this.#listeners) listener();
  }
}

function newEra(): string {
  return randomBytes(6).toString('hex');
}

/** As an event id of a stream. */
export function writePosition({ era, number }: Position): string {
  return `${era}.${number}`;
}

/** From an event id; `undefined` for anything else. */
export function readPosition(id: string): Position | undefined {
  const [, era, number] = /^([0-9a-f]{12})\.(\d{1,15})$/.exec(id) ?? [];
  return era === undefined || number === undefined ? undefined : { era, number: Number(number) };
}
