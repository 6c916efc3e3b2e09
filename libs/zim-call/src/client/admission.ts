import { ZimRateLimitError } from '../errors/errors.js';
import {
  type PermitRequest,
  RateLimitRefusal,
  type ZimRateLimitRefusalReason,
  type Permit,
} from '../rate-limit/permit.js';
import type { RateLimiter } from '../rate-limit/rate-limiter.js';
import { type PreparedCall, stoppedFailure } from './classify.js';
import type { Deadline } from '../time/deadline.js';
import { Failure } from './failure.js';

/** Calls that follow the first one wait no longer than this for its reply. */
const longestWaitMs = 1_000;

/**
 * Lets the first call of a module go ahead of the others: if this machine's clock is off, ZIM refuses one signature
 * instead of many, and that reply corrects the clock.
 */
export class FirstReplyGate {
  private hasFirst = false;
  private isOpen = false;
  private letPass: () => void = () => undefined;
  private readonly opened = new Promise<void>((resolve) => (this.letPass = resolve));

  async pass(deadline: Deadline): Promise<void> {
    if (this.hasFirst && !this.isOpen && deadline.stopped === undefined) {
      const limit = deadline.atMost(longestWaitMs);
      await limit.orStop(this.opened);
      limit.dispose();
    }
    this.hasFirst = true;
  }

  /** Lets every call pass from now on: an attempt has ended, with or without a reply, or will not be made. */
  open(): void {
    this.isOpen = true;
    this.letPass();
  }
}

/** With less time than this before its deadline, a request would be sent and then cut off. */
const sendingMs = { most: 1_000, ofDeadline: 0.1 };

/** Memory that a waiting call takes besides its request. */
const overheadBytes = 512;

export async function acquirePermit(
  limiter: RateLimiter,
  call: PreparedCall<unknown>,
  deadline: Deadline,
): Promise<Permit | Failure> {
  const permit = await limiter.acquire(toPermitRequest(call, deadline));
  if (!(permit instanceof RateLimitRefusal)) return permit;
  const { reason, waitMs } = permit;
  if (reason === 'aborted') return stoppedFailure(deadline.stopped ?? 'aborted', false);
  if (reason === 'closed') return stoppedFailure('closed', false);
  return new Failure(
    ZimRateLimitError,
    `${reasons[reason]}; the request was not sent. Try again in ${(waitMs / 1000).toFixed(1)} s`,
    {
      outcome: 'not-sent',
      retryAfterMs: Math.max(1, Math.ceil(waitMs)),
      advice: limiter.state === 'unavailable' ? redisAdvice : quotaAdvice,
    },
  );
}

function toPermitRequest(
  { action, request: { body, query }, options }: PreparedCall<unknown>,
  deadline: Deadline,
): PermitRequest {
  const { lane = 'normal', tenant = '' } = options;
  const { most, ofDeadline } = sendingMs;
  return {
    action,
    lane,
    tenant,
    bytes: overheadBytes + 2 * (body?.length ?? query.length),
    leaveByMs: deadline.endsAtMs - Math.min(most, deadline.limitMs * ofDeadline),
    deadline,
  };
}

const quotaAdvice =
  "ZIM's quota is used up: send fewer calls, give them longer deadlines, or have ZEGO's support raise it and set rateLimit.limit.";

const redisAdvice =
  "The Redis that shares ZIM's quota among the instances is unavailable, and rateLimit.whenRedisIsUnavailable limits what is sent: bring it back.";

const reasons: Record<Exclude<ZimRateLimitRefusalReason, 'aborted' | 'closed'>, string> = {
  full: "too many calls already wait for ZIM's quota",
  'too-late': "ZIM's quota leaves no room for it before its deadline",
  expired: "ZIM's quota left no room for it before its deadline",
};
