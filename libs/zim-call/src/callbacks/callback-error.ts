import { quietLog } from '../errors/call-log.js';
import type { ZimRuntime } from '../time/runtime.js';

export type RefusalReason = 'body' | 'path' | 'signature' | 'age' | 'nonce';

/** A callback is not accepted; the message is answered to its sender. */
export class CallbackError extends Error {
  /** @param reason - none if the fault is on this side */
  constructor(
    readonly status: 400 | 401 | 413 | 500 | 503,
    message: string,
    readonly reason?: RefusalReason,
  ) {
    super(message);
  }
}

export function badBody(rule: string): CallbackError {
  return new CallbackError(400, rule, 'body');
}

/** Anyone can send callbacks, and any number of them: a line for each would fill the log. */
const quietMs = 60_000;
/** Part of a detail may come from a body. */
const maxDetailLength = 300;

/** Warns of callbacks at most once a minute, with the number of all since the last line. */
export class CountedWarning {
  private readonly log = quietLog('ZimCallbacks');
  private readonly counts = new Map<RefusalReason, number>();
  private lastDetail = '';
  private quietUntilMs = Number.NEGATIVE_INFINITY;

  constructor(
    private readonly runtime: ZimRuntime,
    private readonly describe: (callbacks: string) => string,
  ) {}

  add(reason: RefusalReason, detail: string): void {
    this.counts.set(reason, (this.counts.get(reason) ?? 0) + 1);
    this.lastDetail = detail.slice(0, maxDetailLength);
    if (this.runtime.monotonicMs() >= this.quietUntilMs) this.write();
  }

  /** Logs what was counted since the last line. */
  close(): void {
    if (this.counts.size > 0) this.write();
  }

  private write(): void {
    this.quietUntilMs = this.runtime.monotonicMs() + quietMs;
    const total = [...this.counts.values()].reduce((sum, count) => sum + count, 0);
    const reasons = [...this.counts].map(([reason, count]) => `${reason} ${count}`).join(', ');
    this.counts.clear();
    const line = this.describe(`${total} callback${total === 1 ? '' : 's'}`);
    this.log('warn', `${line} (${reasons}); the last one: ${this.lastDetail}`);
  }
}
