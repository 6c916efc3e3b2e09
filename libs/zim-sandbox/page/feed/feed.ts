import { openEventStream } from './event-stream.js';
import { type FeedItem } from './state.js';

declare const WORKER_VERSION: string;

/** Subscribes this tab to the sandbox's events through the shared worker, or directly where there is none. */
export function openFeed(push: (item: FeedItem) => void): void {
  if (!('SharedWorker' in globalThis)) {
    openEventStream('/__/events', push);
    return;
  }
  let port = connect(push);
  addEventListener('pagehide', () => {
    port.postMessage('close');
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
