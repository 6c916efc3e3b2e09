import { type ConsoleMessage } from '../../src/console/console-events.js';
import { type FeedItem } from './state.js';

const reopenAfterMs = 1000;
/** The sandbox says something every 10 s; a connection that broke without a word says nothing. */
const silenceMs = 25_000;

/**
 * Listens to the sandbox until told to stop, whatever comes between: after a break it asks for what it has
 * missed, and the sandbox sends that or everything anew.
 *
 * @returns ends that
 */
export function openEventStream(path: string, push: (item: FeedItem) => void): () => void {
  let source: EventSource | undefined;
  let lastEventId = '';
  let timer: ReturnType<typeof setTimeout> | undefined;

  function open(): void {
    source?.close();
    // The browser asks by a header of its own only where it reconnects by itself.
    const query = lastEventId === '' ? '' : `?lastEventId=${encodeURIComponent(lastEventId)}`;
    source = new EventSource(`${path}${query}`);
    source.onmessage = receive;
    source.onerror = lose;
    reopenAfter(silenceMs);
  }

  function receive(event: MessageEvent<string>): void {
    lastEventId = event.lastEventId;
    reopenAfter(silenceMs);
    const message: unknown = JSON.parse(event.data);
    if (isMessage(message)) push({ kind: 'message', message, receivedAt: Date.now() });
  }

  function lose(): void {
    push({ kind: 'connection', connection: 'lost' });
    // Otherwise the browser is trying by itself.
    if (source?.readyState === EventSource.CLOSED) reopenAfter(reopenAfterMs);
  }

  function reopenAfter(ms: number): void {
    clearTimeout(timer);
    timer = setTimeout(() => {
      push({ kind: 'connection', connection: 'lost' });
      open();
    }, ms);
  }

  open();
  return () => {
    clearTimeout(timer);
    source?.close();
  };
}

function isMessage(value: unknown): value is ConsoleMessage {
  return typeof value === 'object' && value !== null && 'now' in value && 'event' in value;
}
