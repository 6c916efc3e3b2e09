import type { Subscriber } from 'rxjs';
import { type CallEvent, type CallEventStore, followCall } from '../stores/call-event-store.js';
import type { Deadline } from '../time/deadline.js';
import type { ZimClock } from '../time/zim-clock.js';
import { type CallOutcome, type CallProgress, stoppedError } from './call-outcome.js';
import { reduceCall, remainingLateMs } from './reduce-call.js';

/** Follows the events of calls, and computes their state from them. */
export class CallFollower {
  constructor(
    private readonly store: CallEventStore,
    private readonly clock: ZimClock,
  ) {}

  /** Waits until a callee has accepted, or the call has ended and no callback can change its result any more. */
  async wait(callId: string, deadline: Deadline): Promise<CallOutcome> {
    let progress = reduceCall([]);
    for await (const events of this.follow(callId, deadline)) {
      progress = reduceCall(events);
      const { result } = progress;
      const isFinal = result === 'accepted' || this.remainingLateMs(progress) === 0;
      if (result !== undefined && isFinal) return toOutcome(callId, progress, result);
    }
    if (deadline.stopped === 'out-of-time' && progress.ended) {
      return toOutcome(callId, progress, 'unknown');
    }
    throw stoppedError(callId, deadline.stopped, progress);
  }

  /** Emits each event once; completes when the call has ended and no callback about it can arrive any more. */
  async emit(callId: string, subscriber: Subscriber<CallEvent>, deadline: Deadline): Promise<void> {
    const emitted = new Set<string>();
    let progress = reduceCall([]);
    for await (const events of this.follow(callId, deadline)) {
      for (const event of events) {
        const identity = JSON.stringify([event.type, event.userIds, event.reason]);
        if (!emitted.has(identity)) subscriber.next(event);
        emitted.add(identity);
      }
      progress = reduceCall(events);
      if (this.remainingLateMs(progress) > 0) continue;
      subscriber.complete();
      return;
    }
    throw stoppedError(callId, deadline.stopped, progress);
  }

  private follow(callId: string, deadline: Deadline): AsyncIterable<readonly CallEvent[]> {
    return followCall(this.store, callId, deadline, (events) =>
      this.remainingLateMs(reduceCall(events)),
    );
  }

  private remainingLateMs(progress: CallProgress): number {
    return remainingLateMs(progress, this.clock.date().getTime());
  }
}

function toOutcome(
  callId: string,
  { callees, reason }: CallProgress,
  result: CallOutcome['result'],
): CallOutcome {
  const acceptedBy = callees
    .filter(({ state }) => state === 'accepted')
    .map(({ userId }) => userId);
  return { callId, result, acceptedBy, callees, ...(reason !== undefined && { reason }) };
}
