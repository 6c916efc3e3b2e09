import { setMaxListeners } from 'node:events';
import type { Timers } from './runtime.js';

/** Why a deadline stopped. */
export type StopReason = 'aborted' | 'closed' | 'out-of-time';

/**
 * The time limit of everything a call does, together with the caller's own signal. The code that creates a deadline
 * disposes of it.
 */
export class Deadline {
  /** Monotonic. */
  readonly endsAtMs: number;
  private readonly listeners = new Set<() => void>();
  private readonly cancelTimer?: () => void;
  private reason?: StopReason;
  private onDispose?: () => void;

  constructor(
    private readonly timers: Timers,
    readonly limitMs: number,
    private readonly outer?: AbortSignal | null,
  ) {
    this.endsAtMs = timers.monotonicMs() + limitMs;
    if (limitMs !== Infinity) {
      this.cancelTimer = timers.setTimer(limitMs, () => {
        this.stop('out-of-time');
      });
    }
    if (outer?.aborted) this.stop('aborted');
    // One signal may stop any number of calls: many listeners on it are no leak.
    else if (outer instanceof EventTarget) setMaxListeners(0, outer);
    outer?.addEventListener('abort', this.onOuterAbort, { once: true });
  }

  get stopped(): StopReason | undefined {
    return this.reason;
  }

  get remainingMs(): number {
    return Math.max(0, this.endsAtMs - this.timers.monotonicMs());
  }

  stop(reason: StopReason): void {
    if (this.reason !== undefined) return;
    this.reason = reason;
    this.cancelTimer?.();
    for (const listener of [...this.listeners]) listener();
  }

  /**
   * Calls back once, when it stops.
   * @returns a function that removes the listener
   */
  onStop(listener: () => void): () => void {
    this.listeners.add(listener);
    return () => {
      this.listeners.delete(listener);
    };
  }

  /** A shorter limit for a part of the work, which ends with this one at the latest. The caller disposes of it. */
  atMost(limitMs: number): Deadline {
    const limit = new Deadline(this.timers, limitMs);
    const leave = this.onStop(() => {
      limit.stop(this.reason ?? 'aborted');
    });
    limit.onDispose = leave;
    if (this.reason !== undefined) limit.stop(this.reason);
    return limit;
  }

  /** Resolves after so many milliseconds, or as soon as the deadline stops. Never rejects. */
  async sleep(delayMs: number): Promise<void> {
    if (this.reason !== undefined || delayMs <= 0) return;
    await new Promise<void>((resolve) => {
      const wake = () => {
        cancel();
        leave();
        resolve();
      };
      const cancel = this.timers.setTimer(delayMs, wake);
      const leave = this.onStop(wake);
    });
  }

  /** Resolves with the work's result, or with `undefined` when the deadline stops: a late result is discarded. */
  async orStop<T>(work: Promise<T>): Promise<T | undefined> {
    let leave: () => void = () => undefined;
    const stop = new Promise<undefined>((resolve) => {
      const end = () => {
        resolve(undefined);
      };
      leave = this.onStop(end);
      if (this.reason !== undefined) end();
    });
    try {
      return await Promise.race([work, stop]);
    } finally {
      leave();
    }
  }

  dispose(): void {
    this.cancelTimer?.();
    this.onDispose?.();
    this.outer?.removeEventListener('abort', this.onOuterAbort);
  }

  private readonly onOuterAbort = (): void => {
    this.stop('aborted');
  };
}

/** The open deadlines of a service. Closing it stops them all, so that no call outlives its module. */
export class OpenDeadlines {
  private readonly open = new Set<Deadline>();
  private closed = false;
  private onIdle?: () => void;

  constructor(private readonly timers: Timers) {}

  /** Runs some work under a deadline of its own. */
  async run<T>(
    limitMs: number,
    signal: AbortSignal | null | undefined,
    work: (deadline: Deadline) => Promise<T>,
  ): Promise<T> {
    const deadline = new Deadline(this.timers, limitMs, signal);
    if (this.closed) deadline.stop('closed');
    this.open.add(deadline);
    try {
      return await work(deadline);
    } finally {
      deadline.dispose();
      this.open.delete(deadline);
      if (this.open.size === 0) this.onIdle?.();
    }
  }

  /** Resolves when no work is under way, at the latest after so many milliseconds. */
  async settled(limitMs: number): Promise<void> {
    if (this.open.size === 0 || limitMs <= 0) return;
    const limit = new Deadline(this.timers, limitMs);
    const idle = new Promise<void>((resolve) => {
      this.onIdle = resolve;
    });
    await limit.orStop(idle);
    limit.dispose();
  }

  close(): void {
    this.closed = true;
    for (const deadline of this.open) deadline.stop('closed');
  }
}
