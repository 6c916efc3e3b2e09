import type { ZimVendorErrorClass } from '../errors/code-table.js';
import type {
  ZimCallError,
  ZimErrorOutcome,
  ZimErrorDetails,
  ZimErrorKind,
} from '../errors/zim-call-error.js';

/**
 * What a failed attempt allows: nothing more, another try after a wait, or another signature. `stop`: nothing more,
 * even where `onUnknown` is `retry`. `retry-later`: a few more tries, where twice is as good as once.
 */
export type NextStep = 'stop' | 'give-up' | 'back-off' | 'retry-later' | 'next-slot' | 'sign-again';

/** Of two attempts the one that ranks higher tells what may have happened. */
const ranks: Record<ZimErrorOutcome, number> = {
  'not-sent': 0,
  refused: 1,
  rejected: 1,
  unknown: 2,
};

/** A failed attempt, before it is known whether it is the last. */
export class Failure {
  constructor(
    private readonly error: ZimVendorErrorClass,
    readonly message: string,
    readonly details: Omit<ZimErrorDetails, 'action' | 'attempts'>,
    readonly next: NextStep = 'give-up',
    /** How long the server asked to wait before it is called again. */
    readonly askedWaitMs = 0,
  ) {}

  get kind(): ZimErrorKind {
    return new this.error('', this.details).kind;
  }

  /**
   * The same failure, after one before it that says more: what ZIM has seen is not undone by an attempt that never
   * left, and what may have happened is not undone by anything.
   */
  after(before: Failure): Failure {
    if (this.orWorse(before) === this) return this;
    const { outcome, vendorCode, requestId, advice } = before.details;
    const message = `${this.message}; before that: ${before.message}`;
    // Who is told to come back would ring a second time.
    const retryAfterMs =
      outcome === 'unknown'
        ? undefined
        : (this.details.retryAfterMs ?? before.details.retryAfterMs);
    if (this.details.outcome === 'rejected') {
      return new Failure(this.error, message, { ...this.details, outcome, retryAfterMs });
    }
    const error = outcome === 'refused' ? this.error : before.error;
    const details = { ...this.details, outcome, vendorCode, requestId, advice, retryAfterMs };
    return new Failure(error, message, details);
  }

  /** This, or one before it that says more about what may have happened. */
  orWorse(before: Failure | undefined): Failure {
    const isWorse =
      before !== undefined && ranks[before.details.outcome] > ranks[this.details.outcome];
    return isWorse ? before : this;
  }

  /** The error, if this attempt was the last. */
  toError(action: string, attempts: number): ZimCallError {
    return new this.error(`${action}: ${this.message}`, { ...this.details, action, attempts });
  }
}
