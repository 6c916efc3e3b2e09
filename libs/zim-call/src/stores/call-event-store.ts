import type { Deadline } from '../time/deadline.js';
import type { ZimRuntime } from '../time/runtime.js';
import { ExpiringMap } from './expiring-map.js';

/**
 * Something that happened to a call.
 *
 * A withdrawal begins with `withdrawing`. For each callee follows `withdrawn` if ZIM has taken the rejection,
 * `not-withdrawn` if it certainly had no effect, or neither of them if that is unknown.
 */
export interface CallEvent {
  readonly type:
    | 'invited'
    | 'created'
    | 'accepted'
    | 'rejected'
    | 'timed-out'
    | 'cancelled'
    | 'withdrawing'
    | 'withdrawn'
    | 'not-withdrawn';
  /** The users it happened to. */
  readonly userIds: readonly string[];
  /** When ZIM reported it; whole seconds for callbacks. */
  readonly at: Date;
  /** What the answering device sent along. */
  readonly extendedData?: string;
  /** Of a cancelled call: `caller_cancel`, `timeout_cancel`, or what ZIM may add. */
  readonly reason?: string;
  /** Of an invite: how long the phones ring. */
  readonly timeoutSeconds?: number;
  /** Only present if one of the application's clients has reported it, by `CallOutcomeService.record()`. */
  readonly reportedBy?: 'client';
}

export const callEventTypes: readonly CallEvent['type'][] = [
  'invited',
  'created',
  'accepted',
  'rejected',
  'timed-out',
  'cancelled',
  'withdrawing',
  'withdrawn',
  'not-withdrawn',
];

/** An event as it is stored. Under an invite's correlation id, it names the call that the invite became. */
export interface StoredCallEvent extends CallEvent {
  readonly callId?: string;
  readonly caller?: string;
  /** Distinguishes equal events, in a store that instances share. */
  readonly id?: string;
}

type ChangeListener = (callId?: string) => void;

/** Stores what happened to calls, and notifies listeners when something new did. */
export interface CallEventStore {
  append(callId: string, event: StoredCallEvent): Promise<void>;
  load(callId: string): Promise<readonly StoredCallEvent[]>;
  /** Shares what this instance could not share before. Returns whether every instance finds all that is stored here. */
  flush(): Promise<boolean>;
  /** @returns a function that removes the listener */
  onChange(listener: ChangeListener): () => void;
}

export const CALL_EVENT_STORE = Symbol('CALL_EVENT_STORE');

/**
 * The key for the `call_create` of an invite whose call id is unknown. It is longer than any call id, so it cannot be
 * one.
 */
export function correlationKey(correlationId: string): string {
  return `invite with correlation id ${correlationId}`;
}

/**
 * 16 random bytes as base64url. Callees' apps see them, so they must not be predictable.
 * @param token - the bytes in hex
 */
export function toCorrelationId(token: string): string {
  return Buffer.from(token, 'hex').toString('base64url');
}

/**
 * Yields the events of a call: now, after each change, and once more when the deadline stops, because a shared store
 * reports no changes while it is unavailable. Ends at once if the deadline is aborted.
 *
 * @param readAgainAfterMs - when to read again without a change, given the events read last
 */
export async function* followCall(
  store: Pick<CallEventStore, 'load' | 'onChange'>,
  callId: string,
  deadline: Deadline,
  readAgainAfterMs: (events: readonly StoredCallEvent[]) => number = () => Infinity,
): AsyncGenerator<readonly StoredCallEvent[], void> {
  let wake: () => void = () => undefined;
  const stopListening = store.onChange((changed) => {
    if (changed === undefined || changed === callId) wake();
  });
  try {
    while (deadline.stopped === undefined) {
      // Made before reading, so that no change is missed while this reads.
      const changed = new Promise<void>((resolve) => {
        wake = resolve;
      });
      const events = await deadline.orStop(store.load(callId));
      if (events === undefined) break;
      yield events;
      const limit = deadline.atMost(readAgainAfterMs(events));
      await limit.orStop(changed);
      limit.dispose();
    }
    if (deadline.stopped !== 'aborted') yield await store.load(callId);
  } finally {
    stopListening();
  }
}

/** How long a call is stored after its last event: the longest ring, ZIM's repeats, and some time to ask. */
export const callLifeMs = 30 * 60 * 1000;

/** Half an hour of ZIM's 20 calls a second, each kept under its id and its correlation id, and some. */
const maxCalls = 100_000;

export class MemoryCallEventStore implements CallEventStore {
  private readonly calls: ExpiringMap<readonly StoredCallEvent[]>;
  private readonly listeners = new Set<ChangeListener>();

  constructor(runtime: ZimRuntime) {
    this.calls = new ExpiringMap(runtime, maxCalls);
  }

  append(callId: string, event: StoredCallEvent): Promise<void> {
    this.calls.set(callId, [...(this.calls.get(callId) ?? []), event], callLifeMs);
    this.notify(callId);
    return Promise.resolve();
  }

  load(callId: string): Promise<readonly StoredCallEvent[]> {
    return Promise.resolve(this.calls.get(callId) ?? []);
  }

  flush(): Promise<boolean> {
    return Promise.resolve(true);
  }

  onChange(listener: ChangeListener): () => void {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  }

  /** Notifies the listeners that this call has changed; without an id, that any call may have. */
  notify(callId?: string): void {
    for (const listener of [...this.listeners]) listener(callId);
  }
}
