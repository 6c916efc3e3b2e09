import { setMaxListeners } from 'node:events';
import type { ZimRuntime } from './runtime.js';

/** Why waiting ended before its time. */
export type StopReason = 'aborted' | 'closed' | 'out-of-time';

/**
 * One limit of time over everything a call does, and the user's own signal beside it. Whoever makes a
 * deadline disposes of it.
 */
export class Deadline {
  private readonly controller = new AbortController();
  private readonly cancelTimer: () => void;
  /** Monotonic. */
  readonly endsAtMs: number;
  private reason?: StopReason;

  constructor(
    private readonly runtime: ZimRuntime,
    readonly limitMs: number,
    private readonly outer?: AbortSignal | null,
  ) {
    this.endsAtMs = runtime.monotonicMs() + limitMs;
    this.cancelTimer = runtime.setTimer(limitMs, () => {
      this.stop('out-of-time');
    });
    if (outer?.aborted) this.stop('aborted');
    // One signal may stop any number of calls: many listeners on it are no leak.
    else if (outer instanceof EventTarget) setMaxListeners(0, outer);
    outer?.addEventListener('abort', this.onOuterAbort, { once: true });
  }

  /** Aborts when the time is up or the user gives up. */
  get signal(): AbortSignal {
    return this.controller.signal;
  }

  get stopped(): StopReason | undefined {
    return this.reason;
  }

  get remainingMs(): number {
    return Math.max(0, this.endsAtMs - this.runtime.monotonicMs());
  }

  stop(reason: StopReason): void {
    this.reason ??= reason;
    this.controller.abort();
  }

  /** Resolves after so many milliseconds, or as soon as the deadline stops. Never rejects. */
  async sleep(delayMs: number): Promise<void> {
    if (this.signal.aborted) return;
    await new Promise<void>((resolve) => {
      const wake = () => {
        cancel();
        this.signal.removeEventListener('abort', wake);
        resolve();
      };
      const cancel = this.runtime.setTimer(delayMs, wake);
      this.signal.addEventListener('abort', wake, { once: true });
    });
  }

  dispose(): void {
    this.cancelTimer();
    this.outer?.removeEventListener('abort', this.onOuterAbort);
  }

  private readonly onOuterAbort = (): void => {
    this.stop('aborted');
  };
}
