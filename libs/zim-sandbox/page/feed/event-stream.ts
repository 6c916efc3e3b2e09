import { type ConsoleMessage } from '../../src/console/console-events.js';
import { type FeedItem } from './state.js';

const reconnectDelayMs = 1000;
/** The sandbox sends an event at least every 10 s, so a longer silence means a dead connection. */
const silenceTimeoutMs = 25_000;

/**
 * Subscribes to the sandbox's server-sent events. After a disconnect it resumes from the last event id; the sandbox
 * then sends the missed events, or a new snapshot.
 *
 * @returns a function that closes the stream
 */
export function openEventStream(path: string, push: (item: FeedItem) => void): () => void {
  let source: EventSource | undefined;
  let lastEventId = '';
  let timer: ReturnType<typeof setTimeout> | undefined;

  function open(): void {
    source?.close();
    // A new EventSource does not send the Last-Event-ID header; the browser sends it only on its own reconnects.
    const query = lastEventId === '' ? '' : `?lastEventId=${encodeURIComponent(lastEventId)}`;
    source = new EventSource(`${path}${query}`);
    source.onmessage = onMessage;
    source.onerror = onError;
    reconnectAfter(silenceTimeoutMs);
  }

  function onMessage(event: MessageEvent<string>): void {
    lastEventId = event.lastEventId;
    reconnectAfter(silenceTimeoutMs);
    const message: unknown = JSON.parse(event.data);
    if (isMessage(message)) push({ kind: 'message', message, receivedAt: Date.now() });
  }

  function onError(): void {
    push({ kind: 'connection', connection: 'lost' });
    // In any other state the browser reconnects by itself.
    if (source?.readyState === EventSource.CLOSED) reconnectAfter(reconnectDelayMs);
  }

  function reconnectAfter(ms: number): void {
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
