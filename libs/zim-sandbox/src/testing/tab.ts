import {
  applyItems,
  type ConsoleState,
  type FeedItem,
  initialState,
} from '../../page/feed/state.js';
import { EventReader } from './event-reader.js';

/** A page that is open from the start, whatever happens to its connection. */
export class Tab {
  private state = initialState;
  private reader: EventReader | undefined;
  private lastEventId = '';
  private taken = 0;

  constructor(private readonly url: string) {}

  async connect(isPaused = false): Promise<void> {
    this.reader = await EventReader.open(this.url, this.lastEventId, isPaused);
  }

  /** What has come by now is known; what is on its way is lost. */
  break(): void {
    this.reader?.close();
    this.take();
    this.reader = undefined;
    this.taken = 0;
  }

  resume(): void {
    this.reader?.resume();
  }

  /** What it shows once it has heard of the last user, and so of all before. */
  async stateAfter(lastName: string): Promise<ConsoleState> {
    if (this.reader === undefined) await this.connect();
    this.resume();
    const { events = [] } = this.reader ?? {};
    const isLast = (one: { userName?: string }) => one.userName === lastName;
    const whole = () =>
      events.findIndex((event) => event.kind === 'snapshot' && event.users.some(isLast));
    // The time follows everything, which comes in portions.
    await this.reader?.until((event) =>
      event.kind === 'user'
        ? isLast(event.user)
        : event.kind === 'clock' && whole() >= 0 && events.indexOf(event) > whole(),
    );
    this.take();
    return this.state;
  }

  private take(): void {
    const { events = [], times = [], lastEventId = '' } = this.reader ?? {};
    const items = events.slice(this.taken).map((event, index): FeedItem => ({
      kind: 'message',
      message: { now: times[this.taken + index] ?? 0, event },
      receivedAt: 0,
    }));
    this.taken = events.length;
    this.state = applyItems(this.state, items);
    if (lastEventId !== '') this.lastEventId = lastEventId;
  }
}
