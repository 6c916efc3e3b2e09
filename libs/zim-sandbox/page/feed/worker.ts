import { openEventStream } from './event-stream.js';
import { applyItems, initialState, type FeedItem } from './state.js';

/** The global scope of a shared worker, which TypeScript's DOM types lack. */
declare const self: {
  onconnect: ((event: MessageEvent) => void) | null;
};

// A browser opens at most six connections per host, so all tabs share one stream.
const ports = new Set<MessagePort>();
let state = initialState;

openEventStream('/__/events', (item) => {
  state = applyItems(state, [item]);
  for (const port of ports) port.postMessage(item);
});

self.onconnect = ({ ports: [port] }) => {
  if (port === undefined) return;
  port.onmessage = () => {
    // A tab sends only one message, when it is closed.
    ports.delete(port);
    port.close();
  };
  const item: FeedItem = { kind: 'state', state };
  port.postMessage(item);
  ports.add(port);
};
