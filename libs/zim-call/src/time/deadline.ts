import { setMaxListeners } from 'node:events';
import type { ZimTimers } from './runtime.js';

export type StopReason = 'aborted' | 'closed' | 'out-of-time';

/**
 * The time limit of everything a call does, together with the caller's own signal. The code that creates a deadline
 * disposes of it.
 */
export class Deadline {
  /** Monotonic. */
  readonly endsAtMs: number;
  stopped?: StopReason;
  private readonly listeners = new Set<(reason: StopReason) => void>();
  private readonly cleanUps: (() => void)[] = [];

  constructor(
    private readonly timers: ZimTimers,
    readonly limitMs: number,
    signal?: AbortSignal | null,
  ) {
    this.endsAtMs = timers.monotonicMs() + limitMs;
    if (signal?.aborted) {
      this.stopped = 'aborted';
      return;
    }
    if (limitMs !== Infinity) {
      this.cleanUps.push(timers.setTimer(limitMs, this.stop.bind(this, 'out-of-time')));
    }
    // One signal may stop any number of calls: many listeners on it are no leak.
    if (signal instanceof EventTarget) setMaxListeners(0, signal);
    const abort = this.stop.bind(this, 'aborted');
    signal?.addEventListener('abort', abort);
    this.cleanUps.push(() => signal?.removeEventListener('abort', abort));
  }

  get remainingMs(): number {
    return Math.max(0, this.endsAtMs - this.timers.monotonicMs());
  }

  stop(reason: StopReason): void {
    if (this.stopped !== undefined) return;
    this.stopped = reason;
    this.dispose();
    for (const listener of [...this.listeners]) listener(reason);
  }

  /**
   * Calls back once, when it stops.
   * @returns a function that removes the listener
   */
  onStop(listener: (reason: StopReason) => void): () => void {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  }

  /** A shorter limit for a part of the work, which ends with this one at the latest. The caller disposes of it. */
  atMost(limitMs: number): Deadline {
    const limit = new Deadline(this.timers, limitMs);
    if (this.stopped !== undefined) limit.stop(this.stopped);
    limit.cleanUps.push(this.onStop(limit.stop.bind(limit)));
    return limit;
  }

  /** Resolves after so many milliseconds, or as soon as the deadline stops. Never rejects. */
  async sleep(delayMs: number): Promise<void> {
    if (this.stopped !== undefined || delayMs <= 0) return;
    const limit = this.atMost(delayMs);
    await limit.orStop(new Promise(() => undefined));
    limit.dispose();
  }

  /** Resolves with the work's result, or with `undefined` when the deadline stops: a late result is discarded. */
  async orStop<T>(work: Promise<T>): Promise<T | undefined> {
    let leave: () => void = () => undefined;
    const stop = new Promise<undefined>((resolve) => {
      leave = this.onStop(() => {
        resolve(undefined);
      });
      if (this.stopped !== undefined) resolve(undefined);
    });
    return Promise.race([work, stop]).finally(leave);
  }

  dispose(): void {
    for (const cleanUp of this.cleanUps) cleanUp();
  }
}

/** Work under way, so that a closing module can wait for it. */
export class OpenWork {
  private readonly open = new Set<Promise<unknown>>();

  constructor(protected readonly timers: ZimTimers) {}

  add<T>(work: Promise<T>): Promise<T> {
    const remove = () => this.open.delete(work);
    this.open.add(work);
    work.then(remove, remove);
    return work;
  }

  /** Resolves when what is under way now has ended, at the latest after so many milliseconds. */
  async settled(limitMs: number): Promise<void> {
    if (this.open.size === 0 || limitMs <= 0) return;
    const limit = new Deadline(this.timers, limitMs);
    await limit.orStop(Promise.allSettled(this.open));
    limit.dispose();
  }
}

/** The open deadlines of a service. Closing it stops them all, so that no call outlives its module. */
export class OpenDeadlines extends OpenWork {
  private readonly deadlines = new Set<Deadline>();
  private closed = false;

  run<T>(
    limitMs: number,
    signal: AbortSignal | null | undefined,
    work: (deadline: Deadline) => Promise<T>,
  ): Promise<T> {
    const deadline = new Deadline(this.timers, limitMs, signal);
    if (this.closed) deadline.stop('closed');
    this.deadlines.add(deadline);
    const end = () => {
      deadline.dispose();
      this.deadlines.delete(deadline);
    };
    return this.add(work(deadline).finally(end));
  }

  close(): void {
    this.closed = true;
    for (const deadline of this.deadlines) deadline.stop('closed');
  }
}

/** When a call ends at the latest, by the monotonic clock, and what ends it before. */
export interface CallLimit {
  readonly endsAtMs: number;
  readonly signal?: AbortSignal | null | undefined;
}

/** The limit of a call that starts now. */
export function limitOf(
  { deadlineMs, signal }: { deadlineMs?: number | undefined } & Pick<CallLimit, 'signal'>,
  defaultMs: number,
  timers: ZimTimers,
): CallLimit {
  return { endsAtMs: timers.monotonicMs() + (deadlineMs ?? defaultMs), signal };
}
