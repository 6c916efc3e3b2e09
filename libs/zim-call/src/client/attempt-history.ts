import type { ZimCallError } from '../errors/zim-call-error.js';
import { callLog } from '../errors/call-log.js';
import type { Failure } from './failure.js';

/** The attempts of one call so far, and the worst of what they may have done. */
export class AttemptHistory {
  private worst?: Failure;
  private readonly nexts: Failure['next'][] = [];
  private made = 0;
  private origin?: string;

  constructor(private readonly action: string) {}

  /** Attempts made, the current one included. */
  get attempts(): number {
    return this.made;
  }

  /** The origin of an attempt that may have reached ZIM: the call must not go on elsewhere. */
  get boundTo(): string | undefined {
    const mayHaveReached = this.worst !== undefined && this.worst.details.outcome !== 'not-sent';
    return mayHaveReached ? this.origin : undefined;
  }

  /** An attempt begins. */
  begin(origin: string): number {
    this.origin = origin;
    return ++this.made;
  }

  /** The attempt has failed, and another one follows after a wait. */
  add(failure: Failure, waitMs: number): void {
    this.worst = failure.orWorse(this.worst);
    this.nexts.push(failure.next);
    callLog.debug(
      `${this.action}: attempt ${this.made} was ${failure.details.outcome}, the next follows in ${Math.round(waitMs)} ms: ${failure.message}`,
    );
  }

  /** How many attempts were followed by another for this reason. */
  countOf(next: Failure['next']): number {
    return this.nexts.filter((one) => one === next).length;
  }

  /** The error of the call, whose last attempt ended like this. */
  toError(last: Failure): ZimCallError {
    const failure = this.worst === undefined ? last : last.after(this.worst);
    return failure.toError(this.action, this.made);
  }
}
