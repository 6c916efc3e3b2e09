import { Deadline } from './deadline.js';
import type { ZimRuntime } from './runtime.js';

/** The deadlines of a service. All of them end when it closes, so that nothing outlives it. */
export class OpenDeadlines {
  private readonly open = new Set<Deadline>();
  private closed = false;
  private onIdle?: () => void;

  constructor(private readonly runtime: ZimRuntime) {}

  /** Does some work under a deadline of its own. */
  async run<T>(
    limitMs: number,
    signal: AbortSignal | null | undefined,
    work: (deadline: Deadline) => Promise<T>,
  ): Promise<T> {
    const deadline = new Deadline(this.runtime, limitMs, signal);
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

  /** Waits until no work is under way, at most so long. */
  async settled(limitMs: number): Promise<void> {
    if (this.open.size === 0 || limitMs <= 0) return;
    const limit = new Deadline(this.runtime, limitMs);
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
