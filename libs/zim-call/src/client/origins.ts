import type { ZimRuntime } from './runtime.js';

/** How long another server stands in for the preferred one before that is tried again. */
const standInMs = 60_000;

/**
 * The servers of a client, in the order of preference. The first is called; while it cannot be reached, the next.
 */
export class Origins {
  private index = 0;
  private movedAtMs = 0;

  constructor(
    private readonly urls: readonly [string, ...string[]],
    private readonly runtime: ZimRuntime,
  ) {}

  get current(): string {
    const isOver = this.runtime.monotonicMs() - this.movedAtMs >= standInMs;
    if (this.index !== 0 && isOver) this.index = 0;
    return this.urls[this.index] ?? this.urls[0];
  }

  /** No byte could be sent there. Of calls that find out together, one moves on. */
  unreachable(origin: string): void {
    if (origin !== this.current) return;
    this.index = (this.index + 1) % this.urls.length;
    this.movedAtMs = this.runtime.monotonicMs();
  }
}
