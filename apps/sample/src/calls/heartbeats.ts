import type { MessageEvent } from '@nestjs/common';
import { Observable } from 'rxjs';

/** Below the 30 to 60 s after which proxies commonly cut a silent connection. */
const heartbeatMs = 15_000;

/** Adds comments to server-sent events while nothing happens; clients ignore them. */
export function withHeartbeats(events: Observable<MessageEvent>): Observable<MessageEvent> {
  return new Observable((subscriber) => {
    const timer = setInterval(() => {
      subscriber.next({ comment: 'heartbeat' });
    }, heartbeatMs);
    subscriber.add(() => {
      clearInterval(timer);
    });
    subscriber.add(events.subscribe(subscriber));
  });
}
