import { Inject, Injectable, Logger } from '@nestjs/common';
import { findZimAction, type ZimReply } from 'zim-protocol';
import { ZimConfigError, ZimConnectionError, ZimTimeoutError } from '../errors/errors.js';
import type { CallOptions } from '../options/call-options.js';
import {
  RESOLVED_ZIM_CALL_OPTIONS,
  type ResolvedZimCallOptions,
} from '../options/zim-call-options.js';
import { SecretError } from '../options/read-secret.js';
import { checkCallOptions } from './check-call-options.js';
import { Deadline } from './deadline.js';
import { decodeReply } from './decode-reply.js';
import { Failure } from './failure.js';
import {
  HttpTransport,
  TransportError,
  type TransportReply,
  type TransportRequest,
} from './http-transport.js';
import { retryDelayMs } from './retry.js';
import { ZIM_RUNTIME, type ZimRuntime } from './runtime.js';
import { SigningError } from './signing.interceptor.js';
import { ZimClock } from './zim-clock.js';

/** The business fields of a request; the public parameters and the signature are added on the way. */
export interface ZimApiRequest {
  /** For the query. Everything is percent-encoded; a list is sent as `Name[]=a&Name[]=b`. */
  readonly query?: Readonly<Record<string, string | number | readonly string[]>>;
  /** For the JSON body; its presence makes the request a POST where the action does not say. */
  readonly body?: object;
}

/**
 * The client inside its own module, whatever the module's name: a named module must not hold the class as a
 * token, or `app.get(ZimApiClient)` could find the wrong client.
 */
export const ZIM_API_CLIENT = Symbol('ZIM_API_CLIENT');

/** The one way out to ZIM. Also the way to any operation this package has no method for. */
@Injectable()
export class ZimApiClient {
  private readonly logger = new Logger('ZimCall');

  constructor(
    @Inject(RESOLVED_ZIM_CALL_OPTIONS) private readonly options: ResolvedZimCallOptions,
    private readonly transport: HttpTransport,
    private readonly clock: ZimClock,
    @Inject(ZIM_RUNTIME) private readonly runtime: ZimRuntime,
  ) {}

  /**
   * Calls an operation of ZIM's server API and gives its reply, whose `Code` is 0.
   *
   * What certainly did not happen is tried again while the deadline lasts: requests that never left, and
   * those that ZIM stopped at the door. What may have happened is never tried again.
   *
   * @param action the operation, as `CallInvite`; case-sensitive
   * @throws ZimCallError of the class that fits; its `outcome` says what happened
   * See https://www.zegocloud.com/docs/zim-server/accessing-server-apis
   */
  async call(
    action: string,
    request: ZimApiRequest = {},
    options: CallOptions = {},
  ): Promise<ZimReply> {
    return this.callAndRead(action, request, options, (reply) => reply);
  }

  /** {@link ZimApiClient.call} for the services of this package: what they cannot read is a failure too. */
  async callAndRead<T>(
    action: string,
    request: ZimApiRequest,
    options: CallOptions,
    read: (reply: ZimReply) => T | Failure,
  ): Promise<T> {
    checkCallOptions(action, options);
    const prepared = prepare(action, request);
    const limitMs = options.deadlineMs ?? this.options.deadlineMs;
    const deadline = new Deadline(this.runtime, limitMs, options.signal);
    try {
      const attempt = async () => {
        const reply = await this.attempt(action, prepared, deadline);
        return reply instanceof Failure ? reply : read(reply);
      };
      return await this.run(action, attempt, deadline);
    } finally {
      deadline.dispose();
    }
  }

  private async run<T>(
    action: string,
    attemptOnce: () => Promise<T | Failure>,
    deadline: Deadline,
  ): Promise<T> {
    if (deadline.stopped === 'aborted') throw stopped('aborted', false).toError(action, 0);
    let resigned = false;
    for (let attempt = 1; ; attempt++) {
      const result = await attemptOnce();
      if (!(result instanceof Failure)) return result;
      const waitMs =
        resigned && result.next === 'sign-anew' ? undefined : this.wait(result, attempt);
      if (waitMs === undefined || waitMs >= deadline.remainingMs) {
        throw result.toError(action, attempt);
      }
      resigned ||= result.next === 'sign-anew';
      this.logger.debug(
        `${action}: attempt ${attempt} was ${result.details.outcome}, the next follows in ${Math.round(waitMs)} ms: ${result.message}`,
      );
      await deadline.sleep(waitMs);
      if (deadline.stopped !== undefined) {
        throw stopped(deadline.stopped, false).toError(action, attempt);
      }
    }
  }

  /** How long to wait for the next attempt, or `undefined` if there is none. */
  private wait(failure: Failure, attempt: number): number | undefined {
    if (failure.next === 'give-up' || attempt >= this.options.maxAttempts) return undefined;
    return retryDelayMs(failure.next, attempt, this.runtime.random());
  }

  private async attempt(
    action: string,
    request: TransportRequest,
    deadline: Deadline,
  ): Promise<ZimReply | Failure> {
    const limit = new Deadline(this.runtime, this.options.requestTimeoutMs, deadline.signal);
    try {
      const reply = await this.transport.send(request, limit.signal);
      return this.read(reply);
    } catch (error) {
      if (error instanceof SigningError || error instanceof SecretError)
        throw new ZimConfigError([error.message], { action });
      if (!(error instanceof TransportError)) throw error;
      if (limit.stopped === undefined) return disconnected(error);
      return stopped(deadline.stopped ?? 'out-of-time', error.mayHaveLeft);
    } finally {
      limit.dispose();
    }
  }

  private read(reply: TransportReply): ZimReply | Failure {
    const result = decodeReply(reply);
    if (!(result instanceof Failure) || result.next !== 'sign-anew') return result;
    const offSeconds = this.clock.correct(reply.date);
    if (offSeconds === undefined) return result.final();
    this.logger.warn(
      `This machine's clock is off by ${-offSeconds} s from ZIM's; requests are signed with ZIM's time from now on. Synchronise the clock.`,
    );
    return result;
  }
}

function prepare(action: string, { query, body }: ZimApiRequest): TransportRequest {
  return {
    method: findZimAction(action)?.method ?? (body === undefined ? 'GET' : 'POST'),
    params: { Action: action, ...query },
    body: body === undefined ? undefined : JSON.stringify(body),
  };
}

function disconnected(error: TransportError): Failure {
  const message = error.mayHaveLeft
    ? `the connection broke after the request had left (${error.code}); it may have taken effect`
    : `ZIM could not be reached (${error.code})`;
  return new Failure(
    ZimConnectionError,
    message,
    { outcome: error.mayHaveLeft ? 'unknown' : 'not-sent', cause: new Error(error.code) },
    error.mayHaveLeft ? 'give-up' : 'back-off',
  );
}

function stopped(reason: 'aborted' | 'out-of-time', mayHaveLeft: boolean): Failure {
  const when = mayHaveLeft
    ? 'the request had left and may have taken effect'
    : 'the request had not left';
  return new Failure(
    reason === 'aborted' ? ZimConnectionError : ZimTimeoutError,
    `${reason === 'aborted' ? 'aborted by the caller:' : 'no answer in time:'} ${when}`,
    { outcome: mayHaveLeft ? 'unknown' : 'not-sent' },
    reason === 'out-of-time' && !mayHaveLeft ? 'back-off' : 'give-up',
  );
}
