import type { ZimRuntime } from '../time/runtime.js';
import { ExpiringMap } from './expiring-map.js';

/** Something that happened to a call. */
export interface CallEvent {
  readonly type: 'invited' | 'created' | 'accepted' | 'rejected' | 'timed-out' | 'cancelled';
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
}

/** An event as it is stored. Under an invite's correlation id, it names the call that the invite became. */
export interface StoredCallEvent extends CallEvent {
  readonly callId?: string;
  readonly caller?: string;
}

/** Is given the call that changed, or nothing if any call may have. */
type ChangeListener = (callId?: string) => void;

/** Stores what happened to calls, and notifies listeners when something new did. */
export interface CallEventStore {
  append(callId: string, event: StoredCallEvent): Promise<void>;
  load(callId: string): Promise<readonly StoredCallEvent[]>;
  /** @returns a function that removes the listener */
  onChange(listener: ChangeListener): () => void;
}

/** The token of the {@link CallEventStore}. */
export const CALL_EVENT_STORE = Symbol('CALL_EVENT_STORE');

/** How long a call is stored after its last event: the longest ring, ZIM's repeats, and some time to ask. */
export const callLifeMs = 30 * 60 * 1000;

/** Half an hour of ZIM's 20 calls a second, each kept under its id and its correlation id, and some. */
const maxCalls = 100_000;

/** For one instance of a backend. */
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

  onChange(listener: ChangeListener): () => void {
    this.listeners.add(listener);
    return () => {
      this.listeners.delete(listener);
    };
  }

  /** Notifies the listeners that this call has changed; without an id, that any call may have. */
  notify(callId?: string): void {
    for (const listener of [...this.listeners]) listener(callId);
  }
}
