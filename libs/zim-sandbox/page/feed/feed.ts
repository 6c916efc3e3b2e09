import { openEventStream } from './event-stream.js';
import { type FeedItem } from './state.js';

declare const WORKER_VERSION: string;

/** Brings what happens in the sandbox to this tab: by a worker that all tabs share, where the browser has such. */
export function openFeed(push: (item: FeedItem) => void): void {
  if (!('SharedWorker' in globalThis)) {
    openEventStream('/__/events', push);
    return;
  }
  let port = connect(push);
  addEventListener('pagehide', () => {
    port.postMessage('bye');
    port.close();
  });
  addEventListener('pageshow', ({ persisted }) => {
    if (persisted) port = connect(push);
  });
}

function connect(push: (item: FeedItem) => void): MessagePort {
  const { port } = new SharedWorker(`/__/console/worker.js?v=${WORKER_VERSION}`, {
    type: 'module',
    name: 'zim-sandbox',
  });
  port.onmessage = ({ data }: MessageEvent<FeedItem>) => {
    push(data);
  };
  return port;
}
