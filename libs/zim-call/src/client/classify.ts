import type { ZimReply } from 'zim-protocol';
import type { ZimRequestOptions } from '../config/request-options.js';
import { ZimConfigError, ZimConnectionError, ZimTimeoutError } from '../errors/errors.js';
import { HttpFailure } from '../http/http-attempt.js';
import type { HttpReply } from '../http/node-request.js';
import type { ZimHttpRequest } from '../http/zim-http.service.js';
import type { StopReason } from '../time/deadline.js';
import type { ReplyTime, ZimClock } from '../time/zim-clock.js';
import type { CallEnd } from './call-observer.js';
import { decodeReply } from './decode-reply.js';
import { Failure } from './failure.js';

/** A call that is checked, with its request in the form of the wire. */
export interface PreparedCall<T> {
  readonly action: string;
  readonly request: ZimHttpRequest;
  readonly options: ZimRequestOptions;
  /** The users whom the request is about: others that a reply names are skipped. */
  readonly userIds?: readonly string[];
  /** Reads a reply whose `Code` is 0. */
  readonly decode: (reply: ZimReply, time: ReplyTime) => T | Failure;
}

export interface Success<T> {
  readonly value: T;
  readonly requestId?: string;
}

export function classify<T>(
  reply: HttpReply | HttpFailure,
  { userIds, decode }: Pick<PreparedCall<T>, 'userIds' | 'decode'>,
  clock: ZimClock,
): Success<T> | Failure {
  if (reply instanceof HttpFailure) return withoutReply(reply);
  const envelope = decodeReply(reply, userIds);
  if (envelope instanceof Failure) return envelope;
  const value = decode(envelope, clock.timeOf(reply.headers.date));
  if (value instanceof Failure) return value;
  return { value, requestId: envelope.RequestId || undefined };
}

/** What an attempt shows about ZIM's clock: only a reply that ZIM itself produced counts. */
export function clockUpdateOf(result: Success<unknown> | Failure, reply: HttpReply | HttpFailure) {
  const failure = result instanceof Failure ? result : undefined;
  const isFromZim = failure === undefined || failure.details.vendorCode !== undefined;
  return {
    date: isFromZim && !(reply instanceof HttpFailure) ? reply.headers.date : undefined,
    signatureExpired: failure?.next === 'sign-again',
  };
}

export function endOf(result: Success<unknown> | Failure, reply: HttpReply | HttpFailure): CallEnd {
  const httpStatus = reply instanceof HttpFailure ? undefined : reply.status;
  if (!(result instanceof Failure)) {
    return { outcome: 'done', requestId: result.requestId, httpStatus };
  }
  const { outcome, vendorCode, requestId } = result.details;
  return { outcome, kind: result.kind, vendorCode, requestId, httpStatus };
}

const stopWords: Record<StopReason, string> = {
  aborted: 'aborted by the caller',
  closed: 'the module was closed',
  'out-of-time': 'no answer in time',
};

export function stoppedFailure(reason: StopReason, mayHaveLeft: boolean): Failure {
  const when = mayHaveLeft
    ? 'the request had left and may have taken effect'
    : 'the request had not left';
  return new Failure(
    reason === 'out-of-time' ? ZimTimeoutError : ZimConnectionError,
    `${stopWords[reason]}: ${when}`,
    { outcome: mayHaveLeft ? 'unknown' : 'not-sent' },
    reason === 'out-of-time' && !mayHaveLeft ? 'back-off' : 'give-up',
  );
}

const stages = {
  'not-sent': 'ZIM could not be reached',
  sent: 'the connection broke after the request had left; it may have taken effect',
  replying: "the connection broke in the middle of ZIM's reply; it may have taken effect",
};

function withoutReply({ delivery, code, stopped, configProblem }: HttpFailure): Failure {
  if (configProblem !== undefined) {
    return new Failure(ZimConfigError, configProblem, { outcome: 'not-sent' });
  }
  const mayHaveLeft = delivery !== 'not-sent';
  if (stopped !== undefined) return stoppedFailure(stopped, mayHaveLeft);
  return new Failure(
    ZimConnectionError,
    `${stages[delivery]} (${code})`,
    { outcome: mayHaveLeft ? 'unknown' : 'not-sent', cause: new Error(code) },
    mayHaveLeft ? 'give-up' : 'back-off',
  );
}
