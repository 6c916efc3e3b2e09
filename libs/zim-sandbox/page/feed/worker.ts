import { openEventStream } from './event-stream.js';
import { advance, emptyState, type FeedItem } from './state.js';

/** What a shared worker is given beyond a window's names; the DOM types have it for workers only. */
declare const self: {
  onconnect: ((event: MessageEvent) => void) | null;
};

// One stream for all tabs: a browser opens six connections to a host, and a stream each would use them up.
const ports = new Set<MessagePort>();
let state = emptyState;

openEventStream('/__/events', (item) => {
  state = advance(state, [item]);
  for (const port of ports) port.postMessage(item);
});

self.onconnect = ({ ports: [port] }) => {
  if (port === undefined) return;
  port.onmessage = () => {
    // The only thing a tab ever says is goodbye.
    ports.delete(port);
    port.close();
  };
  const item: FeedItem = { kind: 'state', state };
  port.postMessage(item);
  ports.add(port);
};
