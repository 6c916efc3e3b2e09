import type { Deadline } from '../time/deadline.js';
import {
  ZimConnectionError,
  ZimIdempotencyError,
  ZimRateLimitError,
  ZimTimeoutError,
} from '../errors/errors.js';
import type { ZimCallError } from '../errors/zim-call-error.js';
import type { QueueAnswer } from './key-queue.js';

const unknownWords = {
  lost: 'the instance that made the call with this idempotencyKey is gone and has told nobody what came of it',
  forgotten: 'Redis has forgotten this idempotencyKey while its call was under way',
  unreadable: 'what is stored under this idempotencyKey cannot be read',
};

/** The error of a key that is not new and has no end. */
export function answerError(
  action: string,
  answer: Exclude<QueueAnswer, { readonly state: 'ended' }>,
): ZimCallError {
  const notSent = { outcome: 'not-sent', action } as const;
  switch (answer.state) {
    case 'other':
      return new ZimIdempotencyError(
        `${action}: idempotencyKey was given for a call with other contents before; give each call a key of its own`,
        notSent,
      );
    case 'full':
      return new ZimRateLimitError(
        `${action}: this process remembers as many idempotency keys as it may (idempotencyMaxKeys), so it takes no new one; nothing was sent`,
        { ...notSent, retryAfterMs: answer.retryAfterMs },
      );
    case 'unavailable':
      return new ZimConnectionError(
        `${action}: the Redis that remembers idempotency keys is away, so nobody knows whether this one is new; nothing was sent`,
        notSent,
      );
    default:
      return new ZimConnectionError(
        `${action}: ${unknownWords[answer.state]}; it may have taken effect`,
        { outcome: 'unknown', action },
      );
  }
}

/** The error of a result that cannot be read. */
export function unreadableError(action: string): ZimCallError {
  return answerError(action, { state: 'unreadable' });
}

/** The error of a call whose waiting was stopped. */
export function stoppedError(
  action: string,
  isRunning: boolean,
  { stopped }: Deadline,
): ZimCallError {
  const error = stopped === 'out-of-time' ? ZimTimeoutError : ZimConnectionError;
  const words = isRunning
    ? 'the call with this idempotencyKey is still under way elsewhere; it may have taken effect'
    : 'nobody has told in time whether this idempotencyKey is new; nothing was sent';
  return new error(`${action}: ${words}`, { outcome: isRunning ? 'unknown' : 'not-sent', action });
}
