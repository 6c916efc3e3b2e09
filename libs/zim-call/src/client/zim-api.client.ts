import {
  type BeforeApplicationShutdown,
  Inject,
  Injectable,
  Logger,
  type OnApplicationShutdown,
} from '@nestjs/common';
import { findZimAction, type ZimReply } from 'zim-protocol';
import { isZimCallError } from '../errors/zim-call-error.js';
import type { CallOptions } from '../options/call-options.js';
import {
  RESOLVED_ZIM_CALL_OPTIONS,
  type ResolvedZimCallOptions,
} from '../options/zim-call-options.js';
import { type Permit, QUOTA_PACER, type QuotaPacer } from '../pacing/quota-pacer.js';
import { Attempts } from './attempt.js';
import { CALL_OBSERVER, type CallObserver, type CallWatch } from './call-observer.js';
import { CallRun } from './call-run.js';
import { checkCallOptions } from './check-call-options.js';
import type { Deadline } from './deadline.js';
import { Failure } from './failure.js';
import { FirstContact } from './first-contact.js';
import { type ZimHttpRequest, ZimHttpService } from '../http/zim-http.service.js';
import { OpenDeadlines } from './open-deadlines.js';
import { Origins } from './origins.js';
import { prepareRequest, type ZimApiRequest } from './prepare-request.js';
import { RetryBudget } from './retry-budget.js';
import { ZIM_RUNTIME, type ZimRuntime } from './runtime.js';
import { pacedCall, takeTurn } from './turn.js';
import { type ReplyTime, ZimClock } from './zim-clock.js';

/**
 * The client inside its own module, whatever the module's name: a named module must not hold the class as a
 * token, or `app.get(ZimApiClient)` could find the wrong client.
 */
export const ZIM_API_CLIENT = Symbol('ZIM_API_CLIENT');

/** One call on its way. */
interface OpenCall {
  readonly action: string;
  readonly request: ZimHttpRequest;
  readonly options: CallOptions;
  readonly deadline: Deadline;
  readonly watch: CallWatch;
  readonly userIds?: readonly string[];
}

/** How a service of this package reads replies whose `Code` is 0. */
export interface ReplyReader<T> {
  /** Those whom the request is about: whoever else a reply names is skipped. */
  readonly userIds?: readonly string[];
  readonly read: (reply: ZimReply, time: ReplyTime) => T | Failure;
}

/** The one way out to ZIM. Also the way to any operation this package has no method for. */
@Injectable()
export class ZimApiClient implements BeforeApplicationShutdown, OnApplicationShutdown {
  private readonly logger = new Logger('ZimCall');
  private readonly deadlines: OpenDeadlines;
  private readonly attempts: Attempts;
  private readonly origins: Origins;
  private readonly budget: RetryBudget;
  private readonly firstContact: FirstContact;

  constructor(
    @Inject(RESOLVED_ZIM_CALL_OPTIONS) private readonly options: ResolvedZimCallOptions,
    transport: ZimHttpService,
    clock: ZimClock,
    @Inject(ZIM_RUNTIME) private readonly runtime: ZimRuntime,
    @Inject(QUOTA_PACER) private readonly pacer: QuotaPacer,
    @Inject(CALL_OBSERVER) private readonly observer: CallObserver,
  ) {
    this.deadlines = new OpenDeadlines(runtime);
    this.attempts = new Attempts(transport, clock);
    this.origins = new Origins(options.baseUrls, runtime);
    this.budget = new RetryBudget(options.retry.budget, runtime);
    this.firstContact = new FirstContact(runtime);
  }

  /**
   * Calls an operation of ZIM's server API and gives its reply, whose `Code` is 0.
   *
   * What certainly did not happen is tried again while the deadline lasts: requests that never left, and
   * those that ZIM stopped at the door. What may have happened is tried again only where twice is as good as
   * once (accepting, rejecting, registering, asking), or where `onUnknown` says so.
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
    return this.callAndRead(action, request, options, { read: (reply) => reply });
  }

  /** {@link ZimApiClient.call} for the services of this package: what they cannot read is a failure too. */
  async callAndRead<T>(
    action: string,
    request: ZimApiRequest,
    givenOptions: CallOptions,
    { userIds, read }: ReplyReader<T>,
  ): Promise<T> {
    const options = checkCallOptions(action, givenOptions);
    const prepared = prepareRequest(action, request);
    const { deadlineMs = this.options.deadlineMs, signal } = options;
    return this.deadlines.run(deadlineMs, signal, async (deadline) => {
      const watch = this.observer.callStarted(action);
      const call = { action, request: prepared, options, deadline, watch, userIds };
      const run = this.runOf(call);
      let origin = this.origins.current;
      try {
        const result = await run.complete(async (permit, attempt) => {
          // What may have reached one region must not be sent to another.
          if (!run.mayHaveLeft) origin = this.origins.current;
          const end = await this.attempt(call, permit, attempt, origin);
          if (end.unreachable) this.origins.unreachable(origin);
          const { result } = end;
          return result instanceof Failure ? result : read(result.reply, result.time);
        });
        watch.ended({ outcome: 'done' }, run.attempts);
        return result;
      } catch (error) {
        watch.ended(isZimCallError(error) ? error : { outcome: 'unknown' }, run.attempts);
        throw error;
      }
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

  private runOf(call: OpenCall): CallRun {
    const { action, options, deadline } = call;
    const repeatable = findZimAction(action)?.repeatable ?? false;
    this.budget.called();
    return new CallRun(action, deadline, {
      retry: this.options.retry,
      repeatable,
      onUnknown: options.onUnknown ?? (repeatable ? 'retry' : this.options.onUnknown),
      budget: this.budget,
      takeTurn: () => this.takeTurn(call),
      random: () => this.runtime.random(),
      onRetry: (message) => {
        this.debug(message);
      },
    });
  }

  private async takeTurn(call: OpenCall): Promise<Permit | Failure> {
    const { action, request, options, deadline, watch } = call;
    const startMs = this.runtime.monotonicMs();
    await this.firstContact.wait(deadline);
    const turn = await takeTurn(
      this.pacer,
      pacedCall(action, request, options, deadline),
      deadline,
    );
    if (turn instanceof Failure) this.firstContact.made();
    watch.waited(this.runtime.monotonicMs() - startMs);
    return turn;
  }

  private async attempt(
    { action, request, deadline, watch, userIds }: OpenCall,
    permit: Permit,
    attempt: number,
    origin: string,
  ) {
    const making = deadline.within(this.options.requestTimeoutMs, (limit) =>
      this.attempts.make(request, {
        origin,
        limit,
        permit,
        watch: watch.attemptStarted(attempt, origin, request.method),
        userIds,
      }),
    );
    const end = await making.finally(() => {
      this.firstContact.made();
    });
    const { result } = end;
    if (result instanceof Failure && result.next === 'next-slot') this.pacer.throttled(action);
    return end;
  }

  private debug(message: string): void {
    try {
      this.logger.debug(message);
    } catch {
      // A logger that fails must not take the place of what really happened.
    }
  }
}
