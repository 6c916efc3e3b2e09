import {
  type BeforeApplicationShutdown,
  Inject,
  Injectable,
  Logger,
  type OnApplicationShutdown,
} from '@nestjs/common';
import { findZimAction, type ZimReply } from 'zim-protocol';
import { invalidRequest, ZimConfigError, ZimConnectionError } from '../errors/errors.js';
import type { CallOptions } from '../options/call-options.js';
import {
  RESOLVED_ZIM_CALL_OPTIONS,
  type ResolvedZimCallOptions,
} from '../options/zim-call-options.js';
import { SecretError } from '../options/read-secret.js';
import { type Permit, QUOTA_PACER, type QuotaPacer } from '../pacing/quota-pacer.js';
import { CallRun, stoppedFailure } from './call-run.js';
import { checkCallOptions } from './check-call-options.js';
import { Deadline } from './deadline.js';
import { decodeReply } from './decode-reply.js';
import { Failure } from './failure.js';
import { OpenDeadlines } from './open-deadlines.js';
import {
  HttpTransport,
  TransportError,
  type TransportReply,
  type TransportRequest,
} from './http-transport.js';
import { toQueryString } from './query-string.js';
import { ZIM_RUNTIME, type ZimRuntime } from './runtime.js';
import { SigningError } from './signing.interceptor.js';
import { pacedCall, takeTurn } from './turn.js';
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
export class ZimApiClient implements BeforeApplicationShutdown, OnApplicationShutdown {
  private readonly logger = new Logger('ZimCall');
  private readonly deadlines: OpenDeadlines;

  constructor(
    @Inject(RESOLVED_ZIM_CALL_OPTIONS) private readonly options: ResolvedZimCallOptions,
    private readonly transport: HttpTransport,
    private readonly clock: ZimClock,
    @Inject(ZIM_RUNTIME) private readonly runtime: ZimRuntime,
    @Inject(QUOTA_PACER) private readonly pacer: QuotaPacer,
  ) {
    this.deadlines = new OpenDeadlines(runtime);
  }

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
    const { deadlineMs = this.options.deadlineMs, signal } = options;
    return this.deadlines.run(deadlineMs, signal, (deadline) => {
      const run = new CallRun(action, deadline, {
        maxAttempts: this.options.retry.maxAttempts,
        takeTurn: () =>
          takeTurn(this.pacer, pacedCall(action, prepared, options, deadline), deadline),
        random: () => this.runtime.random(),
        onRetry: (message) => {
          this.log('debug', message);
        },
      });
      return run.complete(async (permit) => {
        const reply = await this.attempt(prepared, deadline, permit);
        if (reply instanceof Failure && reply.next === 'next-slot') this.pacer.throttled(action);
        return reply instanceof Failure ? reply : read(reply);
      });
    });
  }

  /** Calls that wait for ZIM's quota leave, and calls that have left get their answers, while there is time. */
  async beforeApplicationShutdown(): Promise<void> {
    const endMs = this.runtime.monotonicMs() + this.options.pacing.drainMs;
    await this.pacer.close(this.options.pacing.drainMs);
    await this.deadlines.settled(endMs - this.runtime.monotonicMs());
  }

  /** Calls that are waiting or under way end now; what had left by then is `unknown`. */
  onApplicationShutdown(): void {
    this.deadlines.close();
  }

  private async attempt(
    request: TransportRequest,
    deadline: Deadline,
    permit: Permit,
  ): Promise<ZimReply | Failure> {
    const limit = new Deadline(this.runtime, this.options.requestTimeoutMs, deadline.signal);
    try {
      const reply = await this.transport.send(request, limit.signal, () => {
        permit.sent();
      });
      permit.answered();
      return this.read(reply);
    } catch (error) {
      if (error instanceof TransportError && error.mayHaveLeft) permit.sent();
      permit.ended();
      if (error instanceof SigningError || error instanceof SecretError) {
        return new Failure(ZimConfigError, error.message, { outcome: 'not-sent' });
      }
      if (!(error instanceof TransportError)) throw error;
      if (limit.stopped === undefined) return disconnected(error);
      return stoppedFailure(deadline.stopped ?? 'out-of-time', error.mayHaveLeft);
    } finally {
      limit.dispose();
    }
  }

  private read(reply: TransportReply): ZimReply | Failure {
    const result = decodeReply(reply);
    if (!(result instanceof Failure) || result.next !== 'sign-anew') return result;
    const { signAnew, movedSeconds } = this.clock.learn(reply.date, reply.signedAtSeconds);
    if (movedSeconds !== 0) {
      this.log(
        'warn',
        `This machine's clock is off by ${-movedSeconds} s from ZIM's; requests are signed with ZIM's time from now on. Synchronise the clock.`,
      );
    }
    return signAnew ? result : result.final();
  }

  /** A logger that fails must not take the place of what really happened. */
  private log(level: 'debug' | 'warn', message: string): void {
    try {
      this.logger[level](message);
    } catch {
      // There is nowhere left to say it.
    }
  }
}

/** @throws ZimInvalidRequestError if it has no form on the wire */
function prepare(action: string, { query, body }: ZimApiRequest): TransportRequest {
  const params = withAction(action, query);
  try {
    toQueryString(params);
  } catch {
    throw invalidRequest(
      [{ path: 'query', message: 'query must be text without broken characters' }],
      action,
    );
  }
  return {
    method: findZimAction(action)?.method ?? (body === undefined ? 'GET' : 'POST'),
    params,
    body: body === undefined ? undefined : toJson(action, body),
  };
}

/** `Action` stands first, as on the vendor's pages, and cannot be replaced by a field of the query. */
function withAction(action: string, query: ZimApiRequest['query'] = {}): Record<string, unknown> {
  const given = Object.entries(query).filter(
    ([name, value]: [string, unknown]) => name !== 'Action' && value !== undefined,
  );
  return { Action: action, ...Object.fromEntries(given) };
}

function toJson(action: string, body: object): string {
  try {
    return JSON.stringify(body);
  } catch {
    throw invalidRequest(
      [{ path: 'body', message: 'body must be plain data that JSON can hold' }],
      action,
    );
  }
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
