import { ZimRateLimitError } from '../errors/errors.js';
import type { CallOptions } from '../options/call-options.js';
import {
  type PacedCall,
  PacingRefusal,
  type PacingRefusalReason,
  type Permit,
  type QuotaPacer,
} from '../pacing/quota-pacer.js';
import { stoppedFailure } from './call-run.js';
import type { Deadline } from './deadline.js';
import { Failure } from './failure.js';
import type { ZimHttpRequest } from '../http/zim-http.service.js';

/** A call that gets its turn later than this before its deadline would leave only to be cut off. */
const sendingMs = { most: 1_000, ofDeadline: 0.1 };

/** Memory that a waiting call takes besides its body. */
const overheadBytes = 512;

/** What pacing has to know of a call. */
export function pacedCall(
  action: string,
  { body, params }: ZimHttpRequest,
  { lane = 'normal', tenant = '' }: CallOptions,
  deadline: Deadline,
): PacedCall {
  const { most, ofDeadline } = sendingMs;
  return {
    action,
    lane,
    tenant,
    bytes: overheadBytes + 2 * (body?.length ?? JSON.stringify(params).length),
    leaveByMs: deadline.endsAtMs - Math.min(most, deadline.limitMs * ofDeadline),
    stop: deadline,
  };
}

/** Waits for a turn, or says why there is none. */
export async function takeTurn(
  pacer: QuotaPacer,
  call: PacedCall,
  deadline: Deadline,
): Promise<Permit | Failure> {
  const turn = await pacer.take(call);
  if (!(turn instanceof PacingRefusal)) return turn;
  if (turn.reason === 'aborted') return stoppedFailure(deadline.stopped ?? 'aborted', false);
  if (turn.reason === 'closed') return stoppedFailure('closed', false);
  return new Failure(
    ZimRateLimitError,
    `${reasons[turn.reason]}; the request was not sent. Come back in ${(turn.waitMs / 1000).toFixed(1)} s`,
    {
      outcome: 'not-sent',
      retryAfterMs: Math.max(1, Math.ceil(turn.waitMs)),
      advice: pacer.state === 'away' ? redisAdvice : quotaAdvice,
    },
  );
}

const quotaAdvice =
  "ZIM's quota is used up: send fewer calls, give them longer deadlines, or have ZEGO's support raise it and set pacing.limit.";

const redisAdvice =
  "The Redis that shares ZIM's quota among the instances is away, and pacing.whenRedisIsAway limits what leaves: bring it back.";

const reasons: Record<Exclude<PacingRefusalReason, 'aborted' | 'closed'>, string> = {
  full: "too many calls wait for ZIM's quota already",
  'too-late': "it would get no turn within ZIM's quota before its deadline",
  expired: "it got no turn within ZIM's quota before its deadline",
};
