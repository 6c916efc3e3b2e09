import { randomBytes } from 'node:crypto';
import { Listeners } from '../core/listeners.js';
import { type ConsoleEvent } from './console-events.js';

/** The event after which a stream continues. */
export interface Position {
  readonly generation: string;
  readonly number: number;
}

/**
 * The newest events, numbered, so that an interrupted stream can continue where it broke off. A new generation starts
 * with the sandbox and with each reset; a stream cannot continue from an older generation.
 */
export class EventLog {
  private readonly listeners = new Listeners<undefined>();
  private generation = newGeneration();
  private events: ConsoleEvent[] = [];
  private lastNumber = 0;

  /** @param limit - how many events are kept at least; at most twice as many are */
  constructor(private readonly limit: number) {}

  get position(): Position {
    return { generation: this.generation, number: this.lastNumber };
  }

  add(event: ConsoleEvent): void {
    this.events.push(event);
    this.lastNumber++;
    // Cut rarely: dropping the first event each time would move all others.
    if (this.events.length > 2 * this.limit) this.events = this.events.slice(-this.limit);
    this.listeners.emit(undefined);
  }

  /** Returns the event after a position: `gone` if it is no longer kept, `undefined` if there is none yet. */
  after({ generation, number }: Position): ConsoleEvent | 'gone' | undefined {
    if (generation !== this.generation || number > this.lastNumber) return 'gone';
    if (number === this.lastNumber) return undefined;
    return this.events[this.events.length - (this.lastNumber - number)] ?? 'gone';
  }

  /** Starts a new generation without events. */
  reset(): void {
    this.generation = newGeneration();
    this.events = [];
    this.lastNumber = 0;
    this.listeners.emit(undefined);
  }

  /**
   * Calls the listener after each new event and each reset.
   *
   * @returns removes the listener
   */
  onChange(listener: () => void): () => void {
    return this.listeners.add(listener);
  }
}

function newGeneration(): string {
  return randomBytes(6).toString('hex');
}

/** Returns a position as the id of a server-sent event. */
export function writePosition({ generation, number }: Position): string {
  return `${generation}.${number}`;
}

/** Parses the id of a server-sent event; returns `undefined` for anything else. */
export function readPosition(id: string): Position | undefined {
  const [, generation, number] = /^([0-9a-f]{12})\.(\d{1,15})$/.exec(id) ?? [];
  return generation === undefined || number === undefined
    ? undefined
    : { generation, number: Number(number) };
}
