import { Logger } from '@nestjs/common';
import type { ZimRuntime } from '../time/runtime.js';

/** Anybody can send callbacks, and as many as they like: so many lines would be an attack of their own. */
const quietMs = 60_000;
/** Part of a detail may come from a body. */
const maxDetailLength = 300;

/** Warns of callbacks at most once a minute, with the number of all since the last line. */
export class CountedWarning {
  private readonly logger = new Logger('ZimCallbacks');
  private readonly counts = new Map<string, number>();
  private lastDetail = '';
  private quietUntilMs = Number.NEGATIVE_INFINITY;

  /** @param describe the line, from the number of callbacks */
  constructor(
    private readonly runtime: ZimRuntime,
    private readonly describe: (count: number) => string,
  ) {}

  add(reason: string, detail: string): void {
    this.counts.set(reason, (this.counts.get(reason) ?? 0) + 1);
    this.lastDetail = detail.slice(0, maxDetailLength);
    if (this.runtime.monotonicMs() >= this.quietUntilMs) this.write();
  }

  /** Logs what is still to be logged. */
  close(): void {
    if (this.counts.size > 0) this.write();
  }

  private write(): void {
    this.quietUntilMs = this.runtime.monotonicMs() + quietMs;
    const total = [...this.counts.values()].reduce((sum, count) => sum + count, 0);
    const reasons = [...this.counts].map(([reason, count]) => `${reason} ${count}`).join(', ');
    this.counts.clear();
    try {
      this.logger.warn(`${this.describe(total)} (${reasons}); the last one: ${this.lastDetail}`);
    } catch {
      // A logger that fails must not keep a callback from being answered.
    }
  }
}
