import { Logger } from '@nestjs/common';
import type { ZimRuntime } from '../client/runtime.js';

/** Anybody can send callbacks, and as many as they like: so many lines would be an attack of their own. */
const quietMs = 60_000;
/** Part of a detail may come from a body. */
const maxDetailLength = 300;

/** Warns of callbacks: of the first at once, of those that follow in one line a minute, with their number. */
export class CountedWarning {
  private readonly logger = new Logger('ZimCallbacks');
  private readonly counts = new Map<string, number>();
  private lastDetail = '';
  private stopTimer?: () => void;

  /** @param describe the line, from the number of callbacks */
  constructor(
    private readonly runtime: ZimRuntime,
    private readonly describe: (count: number) => string,
  ) {}

  add(reason: string, detail: string): void {
    this.counts.set(reason, (this.counts.get(reason) ?? 0) + 1);
    this.lastDetail = detail.slice(0, maxDetailLength);
    if (this.stopTimer === undefined) this.startMinute();
  }

  /** Logs what is still to be logged. */
  close(): void {
    this.stopTimer?.();
    this.stopTimer = undefined;
    this.write();
  }

  private startMinute(): void {
    this.stopTimer = this.write()
      ? this.runtime.setTimer(quietMs, () => {
          this.startMinute();
        })
      : undefined;
  }

  private write(): boolean {
    if (this.counts.size === 0) return false;
    const total = [...this.counts.values()].reduce((sum, count) => sum + count, 0);
    const reasons = [...this.counts].map(([reason, count]) => `${reason} ${count}`).join(', ');
    this.counts.clear();
    try {
      this.logger.warn(`${this.describe(total)} (${reasons}); the last one: ${this.lastDetail}`);
    } catch {
      // A logger that fails must not keep a callback from being answered.
    }
    return true;
  }
}
