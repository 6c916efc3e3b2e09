import { get, type IncomingMessage } from 'node:http';
import { type ConsoleEvent, type ConsoleMessage } from '../console/console-events.js';

/** Reads a tab's stream; a test can pause it. */
export class EventReader {
  readonly events: ConsoleEvent[] = [];
  readonly times: number[] = [];
  lastEventId = '';
  /** The received text. */
  text = '';
  private readonly response: IncomingMessage;
  private readonly waiters = new Set<() => void>();
  private rest = '';
  private isClosed = false;

  private constructor(response: IncomingMessage) {
    this.response = response;
    response.setEncoding('utf8');
    response.on('data', (text: string) => {
      this.text += text;
      this.parse(text);
      this.wake();
    });
    const close = () => {
      this.isClosed = true;
      this.wake();
    };
    response.on('close', close).on('error', close);
  }

  static open(url: string, lastEventId = '', isPaused = false, query = ''): Promise<EventReader> {
    return new Promise((resolve, reject) => {
      const headers = lastEventId === '' ? {} : { 'Last-Event-ID': lastEventId };
      get(`${url}/__/events${query}`, { headers, agent: false }, (response) => {
        const reader = new EventReader(response);
        if (isPaused) response.pause();
        resolve(reader);
      }).on('error', reject);
    });
  }

  kinds(): string[] {
    return this.events.map(({ kind }) => kind);
  }

  /** Resolves when an event matches, received already or later. */
  async until(matches: (event: ConsoleEvent) => boolean): Promise<void> {
    while (!this.events.some(matches)) {
      if (this.isClosed) throw new Error(`The stream ended after ${this.kinds().join()}.`);
      await this.nextChange();
    }
  }

  async closed(): Promise<void> {
    while (!this.isClosed) await this.nextChange();
  }

  resume(): void {
    this.response.resume();
  }

  close(): void {
    this.response.destroy();
  }

  private nextChange(): Promise<void> {
    return new Promise((resolve) => this.waiters.add(resolve));
  }

  private wake(): void {
    for (const waiter of this.waiters) waiter();
    this.waiters.clear();
  }

  private parse(text: string): void {
    const blocks = (this.rest + text).split('\n\n');
    this.rest = blocks.pop() ?? '';
    for (const block of blocks) {
      const fields = Object.fromEntries(
        block
          .split('\n')
          .map((line) => [line.slice(0, line.indexOf(':')), line.slice(line.indexOf(':') + 2)]),
      );
      this.lastEventId = fields['id'] ?? this.lastEventId;
      if (fields['data'] === undefined) continue;
      const { now, event } = JSON.parse(fields['data']) as ConsoleMessage;
      this.events.push(event);
      this.times.push(now);
    }
  }
}
