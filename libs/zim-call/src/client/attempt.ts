import { Logger } from '@nestjs/common';
import type { ZimReply } from 'zim-protocol';
import { ZimConfigError, ZimConnectionError } from '../errors/errors.js';
import type { HttpFailure } from '../http/http-attempt.js';
import type { HttpReply } from '../http/http-reply.js';
import type { ZimHttpRequest, ZimHttpService } from '../http/zim-http.service.js';
import type { Permit } from '../pacing/quota-pacer.js';
import type { AttemptWatch, CallEnd } from './call-observer.js';
import { stoppedFailure } from './call-run.js';
import type { Deadline } from './deadline.js';
import { decodeReply } from './decode-reply.js';
import { Failure } from './failure.js';
import type { ReplyTime, ZimClock } from './zim-clock.js';

/** What one attempt needs besides the request. */
export interface AttemptParts {
  readonly origin: string;
  /** Of this attempt; it ends with the call's. */
  readonly limit: Deadline;
  readonly permit: Permit;
  readonly watch: AttemptWatch;
  /** Those whom the request is about, as far as that is known. */
  readonly userIds?: readonly string[];
}

/** A reply whose `Code` is 0. */
export interface ReceivedReply {
  readonly reply: ZimReply;
  readonly time: ReplyTime;
}

/** How an attempt ended. */
export interface AttemptEnd {
  readonly result: ReceivedReply | Failure;
  /** Not one byte could be sent: another server may be asked. */
  readonly unreachable: boolean;
}

/** Makes single attempts: sends, reads, and says what it came to. */
export class Attempts {
  private readonly logger = new Logger('ZimCall');

  constructor(
    private readonly http: ZimHttpService,
    private readonly clock: ZimClock,
  ) {}

  /** Never rejects for anything that a server or a connection does. */
  async make(request: ZimHttpRequest, parts: AttemptParts): Promise<AttemptEnd> {
    const { origin, limit, permit, watch, userIds } = parts;
    const signedAtSeconds = this.clock.timestampSeconds();
    const reply = await watch.run(() => this.http.send(request, { origin, limit, permit }));
    if ('status' in reply) {
      permit.answered();
      const result = this.read(reply, signedAtSeconds, userIds);
      watch.ended({ ...endOf(result), httpStatus: reply.status });
      return { result, unreachable: false };
    }
    const result = this.failed(reply, permit, limit);
    watch.ended(endOf(result));
    return { result, unreachable: isUnreachable(reply, limit) };
  }

  private failed(failure: HttpFailure, permit: Permit, limit: Deadline): Failure {
    const mayHaveLeft = failure.delivery !== 'not-sent';
    if (mayHaveLeft) permit.sent();
    permit.ended();
    if (failure.configProblem !== undefined) {
      return new Failure(ZimConfigError, failure.configProblem, { outcome: 'not-sent' });
    }
    return limit.stopped === undefined
      ? disconnected(failure)
      : stoppedFailure(limit.stopped, mayHaveLeft);
  }

  private read(
    reply: HttpReply,
    signedAtSeconds: number,
    userIds: readonly string[] | undefined,
  ): ReceivedReply | Failure {
    const result = decodeReply(reply, userIds);
    // A reply that is none of ZIM's tells no time of ZIM's either.
    if (result instanceof Failure && result.details.vendorCode === undefined) return result;
    const expired = result instanceof Failure && result.next === 'sign-anew';
    const { signAnew, newlyAheadSeconds } = this.clock.learn(reply.date, expired, signedAtSeconds);
    if (newlyAheadSeconds !== undefined) this.warnOfClock(newlyAheadSeconds);
    if (!(result instanceof Failure)) return { reply: result, time: this.clock.timeOf(reply.date) };
    return expired && !signAnew ? result.final() : result;
  }

  private warnOfClock(aheadSeconds: number): void {
    const direction = aheadSeconds > 0 ? 'behind' : 'ahead of';
    try {
      this.logger.warn(
        `This machine's clock is ${Math.abs(aheadSeconds)} s ${direction} ZIM's, which refuses signatures that are more than 600 s off. Synchronise the clock; while ZIM's replies go on saying so, requests are signed with ZIM's time.`,
      );
    } catch {
      // A logger that fails must not take the place of what really happened.
    }
  }
}

/** What observers are told of a result. */
function endOf(result: ReceivedReply | Failure): CallEnd {
  if (result instanceof Failure) {
    const { outcome, vendorCode, requestId } = result.details;
    return { outcome, kind: result.kind, vendorCode, requestId };
  }
  const { RequestId } = result.reply;
  return { outcome: 'done', requestId: RequestId === '' ? undefined : RequestId };
}

/** A server that has had less time than this has not shown that it cannot be reached. */
const fairMs = 1_000;

function isUnreachable({ delivery, connected }: HttpFailure, limit: Deadline): boolean {
  if (delivery !== 'not-sent' || !connected) return false;
  if (limit.stopped === undefined) return true;
  const hadMs = limit.limitMs - limit.remainingMs;
  return limit.stopped === 'out-of-time' && hadMs >= Math.min(fairMs, limit.limitMs);
}

const stages = {
  'not-sent': 'ZIM could not be reached',
  sent: 'the connection broke after the request had left; it may have taken effect',
  replying: "the connection broke in the middle of ZIM's reply; it may have taken effect",
};

function disconnected({ delivery, code }: HttpFailure): Failure {
  const mayHaveLeft = delivery !== 'not-sent';
  return new Failure(
    ZimConnectionError,
    `${stages[delivery]} (${code})`,
    { outcome: mayHaveLeft ? 'unknown' : 'not-sent', cause: new Error(code) },
    mayHaveLeft ? 'give-up' : 'back-off',
  );
}
