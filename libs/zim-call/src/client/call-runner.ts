import {
  type BeforeApplicationShutdown,
  Inject,
  Injectable,
  type OnApplicationShutdown,
} from '@nestjs/common';
import { findZimAction } from 'zim-protocol';
import {
  ownFields,
  type ZimRequestOptions,
  type ZimApiRequest,
} from '../config/request-options.js';
import { RESOLVED_OPTIONS, type ResolvedOptions } from '../config/zim-call-options.js';
import { invalidRequest } from '../errors/errors.js';
import { publicParameters, toQueryString } from '../http/http-attempt.js';
import { type ZimHttpRequest, ZimHttpService } from '../http/zim-http.service.js';
import { RateLimiter } from '../rate-limit/rate-limiter.js';
import { OpenDeadlines } from '../time/deadline.js';
import { ZIM_RUNTIME, type ZimRuntime } from '../time/runtime.js';
import { ZimClock } from '../time/zim-clock.js';
import { FirstReplyGate } from './admission.js';
import { CALL_OBSERVER, type CallObserver } from './call-observer.js';
import type { PreparedCall } from './classify.js';
import { Endpoints, RetryRules } from './retry-rules.js';
import { type CallParts, runCall } from './run-call.js';

export type ZimCall<T> = Omit<PreparedCall<T>, 'request' | 'options'> & {
  readonly request: ZimApiRequest;
  /** Checked. */
  readonly options: ZimRequestOptions;
};

/** Makes calls to ZIM for the services of this package, and ends those that are open when the module closes. */
@Injectable()
export class CallRunner implements BeforeApplicationShutdown, OnApplicationShutdown {
  private readonly deadlines: OpenDeadlines;
  private readonly parts: CallParts;

  constructor(
    @Inject(RESOLVED_OPTIONS) private readonly options: ResolvedOptions,
    http: ZimHttpService,
    clock: ZimClock,
    @Inject(ZIM_RUNTIME) private readonly runtime: ZimRuntime,
    private readonly limiter: RateLimiter,
    @Inject(CALL_OBSERVER) observer: CallObserver,
  ) {
    const { baseUrls, retry, onUnknown } = options;
    this.deadlines = new OpenDeadlines(runtime);
    this.parts = {
      firstReply: new FirstReplyGate(),
      limiter,
      http,
      clock,
      observer,
      endpoints: new Endpoints(baseUrls, runtime),
      retry: new RetryRules(retry, onUnknown, runtime),
    };
  }

  /**
   * @throws ZimInvalidRequestError if the request has no form on the wire
   * @throws ZimCallError of the class that fits
   */
  run<T>({ action, request, options, userIds, decode }: ZimCall<T>): Promise<T> {
    const prepared = { action, request: prepareRequest(action, request), options };
    const { deadlineMs = this.options.deadlineMs, signal } = options;
    this.parts.retry.callStarted();
    return this.deadlines.run(deadlineMs, signal, (deadline) =>
      runCall({ ...prepared, userIds, decode }, deadline, this.parts),
    );
  }

  /** Lets calls that wait for ZIM's quota leave, and calls that have left get their replies, while there is time. */
  async beforeApplicationShutdown(): Promise<void> {
    const { drainMs } = this.options.rateLimit;
    const endMs = this.runtime.monotonicMs() + drainMs;
    await this.limiter.close(drainMs);
    await this.deadlines.settled(endMs - this.runtime.monotonicMs());
  }

  /** Ends calls that are waiting or under way; what had left by then is `unknown`. */
  onApplicationShutdown(): void {
    this.deadlines.close();
  }
}

/**
 * A request in its form on the wire.
 * @throws ZimInvalidRequestError if it has none
 */
export function prepareRequest(action: string, request: ZimApiRequest): ZimHttpRequest {
  const { query, body } = ownFields(request);
  const params = withAction(action, query);
  const method = findZimAction(action)?.method ?? (body === undefined ? 'GET' : 'POST');
  const refuse = (path: string, rule: string): never => {
    throw invalidRequest([{ path, message: `${path} ${rule}` }], action);
  };
  let encoded: string;
  try {
    encoded = toQueryString(params);
  } catch {
    return refuse('query', 'must be text without broken characters');
  }
  try {
    const text = body === undefined ? undefined : JSON.stringify(body);
    return { method, params, query: encoded, body: text };
  } catch {
    return refuse('body', 'must be plain data that JSON can hold');
  }
}

/** `Action` stands first, as on the vendor's pages, and cannot be replaced by a field of the query. */
function withAction(action: string, query: ZimApiRequest['query'] = {}): Record<string, unknown> {
  const given = Object.entries(query).filter(
    ([name, value]: [string, unknown]) =>
      name !== 'Action' && !publicParameters.has(name) && value !== undefined,
  );
  return { Action: action, ...Object.fromEntries(given) };
}
