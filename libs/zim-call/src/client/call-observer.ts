import type { ZimErrorOutcome, ZimErrorKind } from '../errors/errors.js';

/** What became of a call, or of one attempt. */
export interface CallEnd {
  readonly outcome: 'done' | ZimErrorOutcome;
  /** Absent if it is done. */
  readonly kind?: ZimErrorKind;
  readonly vendorCode?: number;
  readonly requestId?: string;
  /** Of an attempt: the HTTP status, if there was a reply. */
  readonly httpStatus?: number;
}

/** Told of one attempt. */
export interface AttemptWatch {
  /** Runs the sending, inside whatever surroundings the watcher needs. */
  run<T>(send: () => Promise<T>): Promise<T>;
  ended(end: CallEnd): void;
}

/** Told of one call. */
export interface CallWatch {
  /** It has waited so long for its turn, just now. */
  waited(waitMs: number): void;
  /** @param attempt counts up from 1 */
  attemptStarted(attempt: number, origin: string, method: 'GET' | 'POST'): AttemptWatch;
  /** @param attempts how many requests were made */
  ended(end: CallEnd, attempts: number): void;
}

/** Told of every call. Nothing it is told holds a URL with a query, a signature or a secret. It never throws. */
export interface CallObserver {
  callStarted(action: string): CallWatch;
}

/** The token of the {@link CallObserver}. */
export const CALL_OBSERVER = Symbol('CALL_OBSERVER');

const attemptWatch: AttemptWatch = {
  run: (send) => send(),
  ended: () => undefined,
};

const callWatch: CallWatch = {
  waited: () => undefined,
  attemptStarted: () => attemptWatch,
  ended: () => undefined,
};

/** Tells nobody. */
export const noObserver: CallObserver = { callStarted: () => callWatch };
