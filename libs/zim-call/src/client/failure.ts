import type { ZimVendorErrorClass } from '../errors/code-table.js';
import type {
  ZimCallError,
  ZimErrorOutcome,
  ZimErrorDetails,
  ZimErrorKind,
} from '../errors/errors.js';
import { callLog } from '../errors/call-log.js';

/**
 * What a failed attempt allows: nothing more, another try after a wait, or another signature. `stop`: nothing more,
 * even where `onUnknown` is `retry`. `retry-later`: a few more tries, where twice is as good as once.
 */
export type NextStep = 'stop' | 'give-up' | 'back-off' | 'retry-later' | 'next-slot' | 'sign-again';

/** Of two attempts, the one with the higher rank decides the outcome of the call. */
const ranks: Record<ZimErrorOutcome, number> = {
  'not-sent': 0,
  refused: 1,
  rejected: 1,
  unknown: 2,
};

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
   * The same failure, with the outcome of an earlier one if that is worse: a later attempt that was not sent does not
   * undo what an earlier one may have done.
   */
  after(before: Failure): Failure {
    if (!before.isWorseThan(this)) return this;
    const { outcome, vendorCode, requestId, advice } = before.details;
    const message = `${this.message}; before that: ${before.message}`;
    // A caller who tries again later would ring a second time.
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

  isWorseThan({ details }: Failure): boolean {
    return ranks[this.details.outcome] > ranks[details.outcome];
  }

  toError(action: string, attempts: number): ZimCallError {
    return new this.error(`${action}: ${this.message}`, { ...this.details, action, attempts });
  }
}

export class AttemptHistory {
  attempts = 0;
  private worst?: Failure;
  private readonly nexts: Failure['next'][] = [];
  private origin?: string;

  constructor(private readonly action: string) {}

  /** The origin of an attempt that may have reached ZIM: the call must stay there. */
  get boundTo(): string | undefined {
    const mayHaveReached = this.worst !== undefined && this.worst.details.outcome !== 'not-sent';
    return mayHaveReached ? this.origin : undefined;
  }

  begin(origin: string): number {
    this.origin = origin;
    return ++this.attempts;
  }

  add(failure: Failure, waitMs: number): void {
    if (!this.worst?.isWorseThan(failure)) this.worst = failure;
    this.nexts.push(failure.next);
    callLog(
      'debug',
      `${this.action}: attempt ${this.attempts} was ${failure.details.outcome}, the next follows in ${Math.round(waitMs)} ms: ${failure.message}`,
    );
  }

  countOf(next: Failure['next']): number {
    return this.nexts.filter((one) => one === next).length;
  }

  toError(last: Failure): ZimCallError {
    const failure = this.worst === undefined ? last : last.after(this.worst);
    return failure.toError(this.action, this.attempts);
  }
}
