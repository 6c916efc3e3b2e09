import type { ZimRuntime } from '../time/runtime.js';

/** Something that happened to a call. */
export interface CallEvent {
  readonly type: 'invited' | 'created' | 'accepted' | 'rejected' | 'timed-out' | 'cancelled';
  /** Whom it happened to. */
  readonly userIds: readonly string[];
  /** When ZIM told it; whole seconds for callbacks. */
  readonly at: Date;
  /** What the answering device sent along. */
  readonly extendedData?: string;
  /** Of a cancelled call: `caller_cancel`, `timeout_cancel`, or what ZIM may add. */
  readonly reason?: string;
  /** Of an invite: how long the phones ring. */
  readonly timeoutSeconds?: number;
}

/** Gets the call that changed, or nothing if any may have. */
type ChangeListener = (callId?: string) => void;

/** An event as it is remembered. Kept under an invite's mark, it tells which call the invite became. */
export interface StoredCallEvent extends CallEvent {
  readonly callId?: string;
  readonly caller?: string;
}

/** Remembers what happened to calls, and tells when something new did. */
export interface CallEventStore {
  append(callId: string, event: StoredCallEvent): Promise<void>;
  load(callId: string): Promise<readonly StoredCallEvent[]>;
  /** @returns what ends it */
  onChange(listener: ChangeListener): () => void;
}

/** The token of the {@link CallEventStore}. */
export const CALL_EVENT_STORE = Symbol('CALL_EVENT_STORE');

/** How long a call is remembered after its last event: the longest ring, ZIM's repeats, and some time to ask. */
export const callMemoryMs = 30 * 60 * 1000;

/** Half an hour of ZIM's 20 calls a second, each kept under its id and under its mark, and some. */
const maxCalls = 100_000;

/** For one instance of a backend. */
export class MemoryCallEventStore implements CallEventStore {
  private readonly calls = new Map<string, { atMs: number; events: StoredCallEvent[] }>();
  private readonly listeners = new Set<ChangeListener>();

  constructor(private readonly runtime: ZimRuntime) {}

  append(callId: string, event: StoredCallEvent): Promise<void> {
    const events = this.calls.get(callId)?.events ?? [];
    this.calls.delete(callId);
    this.calls.set(callId, { atMs: this.runtime.monotonicMs(), events: [...events, event] });
    this.forget();
    this.announce(callId);
    return Promise.resolve();
  }

  load(callId: string): Promise<readonly StoredCallEvent[]> {
    return Promise.resolve(this.calls.get(callId)?.events ?? []);
  }

  onChange(listener: ChangeListener): () => void {
    this.listeners.add(listener);
    return () => {
      this.listeners.delete(listener);
    };
  }

  /** Tells everybody who follows the call; without one, everybody. */
  announce(callId?: string): void {
    for (const listener of [...this.listeners]) listener(callId);
  }

  /** Calls stand in the order of their last events. */
  private forget(): void {
    const oldestMs = this.runtime.monotonicMs() - callMemoryMs;
    for (const [callId, { atMs }] of this.calls) {
      if (atMs >= oldestMs && this.calls.size <= maxCalls) return;
      this.calls.delete(callId);
    }
  }
}
