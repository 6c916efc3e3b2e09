import { Logger } from '@nestjs/common';
import type { ZimReply } from 'zim-protocol';
import { ZimConfigError, ZimConnectionError } from '../errors/errors.js';
import { SecretError } from '../options/read-secret.js';
import type { Permit } from '../pacing/quota-pacer.js';
import type { AttemptWatch, CallEnd } from './call-observer.js';
import { stoppedFailure } from './call-run.js';
import type { Deadline } from './deadline.js';
import { decodeReply } from './decode-reply.js';
import { Failure } from './failure.js';
import { TransportError } from './http-exchange.js';
import type { HttpTransport, TransportReply, TransportRequest } from './http-transport.js';
import { SigningError } from './signing.interceptor.js';
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
    private readonly transport: HttpTransport,
    private readonly clock: ZimClock,
  ) {}

  /** Never rejects for anything that a server or a connection does. */
  async make(request: TransportRequest, parts: AttemptParts): Promise<AttemptEnd> {
    const { origin, limit, permit, watch, userIds } = parts;
    const send = () =>
      this.transport.send(request, origin, limit, () => {
        permit.sent();
      });
    try {
      const reply = await watch.run(send);
      permit.answered();
      const result = this.read(reply, userIds);
      watch.ended({ ...endOf(result), httpStatus: reply.status });
      return { result, unreachable: false };
    } catch (error) {
      const result = this.failed(error, permit, limit);
      watch.ended(endOf(result));
      return { result, unreachable: isUnreachable(error, limit) };
    }
  }

  private failed(error: unknown, permit: Permit, limit: Deadline): Failure {
    const mayHaveLeft = error instanceof TransportError && error.delivery !== 'not-sent';
    if (mayHaveLeft) permit.sent();
    permit.ended();
    if (error instanceof SigningError || error instanceof SecretError) {
      return new Failure(ZimConfigError, error.message, { outcome: 'not-sent' });
    }
    if (!(error instanceof TransportError)) throw error;
    return limit.stopped === undefined
      ? disconnected(error)
      : stoppedFailure(limit.stopped, mayHaveLeft);
  }

  private read(
    reply: TransportReply,
    userIds: readonly string[] | undefined,
  ): ReceivedReply | Failure {
    const result = decodeReply(reply, userIds);
    // A reply that is none of ZIM's tells no time of ZIM's either.
    if (result instanceof Failure && result.details.vendorCode === undefined) return result;
    const expired = result instanceof Failure && result.next === 'sign-anew';
    const { signAnew, newlyAheadSeconds } = this.clock.learn(
      reply.date,
      expired,
      reply.signedAtSeconds,
    );
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

function isUnreachable(error: unknown, limit: Deadline): boolean {
  if (!(error instanceof TransportError) || error.delivery !== 'not-sent' || !error.tried) {
    return false;
  }
  if (limit.stopped === undefined) return true;
  const hadMs = limit.limitMs - limit.remainingMs;
  return limit.stopped === 'out-of-time' && hadMs >= Math.min(fairMs, limit.limitMs);
}

const stages = {
  'not-sent': 'ZIM could not be reached',
  sent: 'the connection broke after the request had left; it may have taken effect',
  replying: "the connection broke in the middle of ZIM's reply; it may have taken effect",
};

function disconnected({ delivery, code }: TransportError): Failure {
  const mayHaveLeft = delivery !== 'not-sent';
  return new Failure(
    ZimConnectionError,
    `${stages[delivery]} (${code})`,
    { outcome: mayHaveLeft ? 'unknown' : 'not-sent', cause: new Error(code) },
    mayHaveLeft ? 'give-up' : 'back-off',
  );
}
