import type { MessageEvent } from '@nestjs/common';
import { connect, interval, last, map, merge, type Observable, takeUntil } from 'rxjs';

/** Comments of an event stream; proxies commonly cut a connection that is silent for 30 to 60 s. */
const heartbeats = interval(15_000).pipe(map((): MessageEvent => ({ comment: 'heartbeat' })));

/** Returns the messages of an event stream: each event by its type, and a comment every 15 s until the last one. */
export function toEventStream(
  events: Observable<{ readonly type: string }>,
): Observable<MessageEvent> {
  return events.pipe(
    map((event): MessageEvent => ({ type: event.type, data: event })),
    connect((all) => merge(all, heartbeats.pipe(takeUntil(all.pipe(last(null, null)))))),
  );
}
