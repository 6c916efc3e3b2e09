import type { ZimVendorErrorClass } from '../errors/code-table.js';
import type { ZimCallError, ZimErrorDetails } from '../errors/zim-call-error.js';

/** What a failed attempt allows: nothing more, another try after a wait, or another signature. */
export type NextStep = 'give-up' | 'back-off' | 'next-slot' | 'sign-anew';

/** A failed attempt, before it is known whether it is the last. */
export class Failure {
  constructor(
    private readonly error: ZimVendorErrorClass,
    readonly message: string,
    readonly details: Omit<ZimErrorDetails, 'action' | 'attempts'>,
    readonly next: NextStep = 'give-up',
  ) {}

  /** The same failure, with no further attempt. */
  final(): Failure {
    return new Failure(this.error, this.message, this.details);
  }

  /** The same failure, after ZIM has refused an attempt before it. */
  after(refused: Failure): Failure {
    const { outcome, vendorCode, requestId, retryAfterMs, advice } = refused.details;
    return new Failure(this.error, `${this.message}; before that: ${refused.message}`, {
      ...this.details,
      outcome,
      vendorCode,
      requestId,
      retryAfterMs: this.details.retryAfterMs ?? retryAfterMs,
      advice,
    });
  }

  /** The error, if this attempt was the last. */
  toError(action: string, attempts: number): ZimCallError {
    return new this.error(`${action}: ${this.message}`, { ...this.details, action, attempts });
  }
}
