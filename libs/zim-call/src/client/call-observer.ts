import type { ZimErrorOutcome, ZimErrorKind } from '../errors/errors.js';

export interface CallEnd {
  readonly outcome: 'done' | ZimErrorOutcome;
  /** Absent if the outcome is `done`. */
  readonly kind?: ZimErrorKind;
  readonly vendorCode?: number;
  readonly requestId?: string;
  /** Of an attempt: the HTTP status, if there was a reply. */
  readonly httpStatus?: number;
}

export interface AttemptWatch {
  /** Calls `send` in the context that the observer needs, and returns its promise. */
  run<T>(send: () => Promise<T>): Promise<T>;
  ended(end: CallEnd): void;
}

export interface CallWatch {
  /** The call has just waited this long for ZIM's quota. */
  waited(waitMs: number): void;
  /** @param attempt - 1 for the first attempt of the call */
  attemptStarted(attempt: number, origin: string, method: 'GET' | 'POST'): AttemptWatch;
  ended(end: CallEnd, attempts: number): void;
}

/** Observes all calls. It never throws, and no argument contains a URL with a query, a signature or a secret. */
export interface CallObserver {
  callStarted(action: string): CallWatch;
}

export const CALL_OBSERVER = Symbol('CALL_OBSERVER');
