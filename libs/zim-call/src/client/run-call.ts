import { isZimCallError } from '../errors/errors.js';
import type { ZimHttpService } from '../http/zim-http.service.js';
import type { RateLimiter } from '../rate-limit/rate-limiter.js';
import type { Deadline } from '../time/deadline.js';
import type { ZimClock } from '../time/zim-clock.js';
import { acquirePermit, type FirstReplyGate } from './admission.js';
import type { CallObserver } from './call-observer.js';
import { classify, clockUpdateOf, endOf, type PreparedCall } from './classify.js';
import { AttemptHistory, Failure } from './failure.js';
import type { Endpoints, RetryRules } from './retry-rules.js';

export interface CallParts {
  readonly firstReply: FirstReplyGate;
  readonly limiter: RateLimiter;
  readonly http: ZimHttpService;
  readonly endpoints: Endpoints;
  readonly clock: ZimClock;
  readonly retry: RetryRules;
  readonly observer: CallObserver;
}

/**
 * Makes one call: attempts in sequence, under one deadline, until one succeeds or must not be repeated.
 * @throws ZimCallError whose outcome covers all attempts
 */
export async function runCall<T>(
  call: PreparedCall<T>,
  deadline: Deadline,
  { firstReply, limiter, http, endpoints, clock, retry, observer }: CallParts,
): Promise<T> {
  const history = new AttemptHistory(call.action);
  const watch = observer.callStarted(call.action);
  try {
    for (;;) {
      const remainingMs = deadline.remainingMs;
      await firstReply.pass(deadline);
      const permit = await acquirePermit(limiter, call, deadline);
      watch.waited(remainingMs - deadline.remainingMs);
      if (permit instanceof Failure) throw history.toError(permit);

      // A request that may have reached one region must not be repeated in another.
      const origin = history.boundTo ?? endpoints.current;
      const attempt = watch.attemptStarted(history.begin(origin), origin, call.request.method);
      const clockOffsetMs = clock.offsetMs;
      const reply = await attempt.run(() => http.send(call.request, { origin, permit, deadline }));
      firstReply.open();
      const result = classify(reply, call, clock);
      attempt.ended(endOf(result, reply));

      clock.learn(clockUpdateOf(result, reply));
      endpoints.learn(origin, reply);
      if (!(result instanceof Failure)) {
        watch.ended({ outcome: 'done' }, history.attempts);
        return result.value;
      }

      if (result.next === 'next-slot') limiter.reportThrottled(call.action);
      const clockMoved = clock.hasMovedFrom(clockOffsetMs);
      const waitMs = retry.delayAfter(result, { call, history, deadline, clockMoved });
      if (waitMs === undefined) throw history.toError(result);
      history.add(result, waitMs);
      await deadline.sleep(waitMs);
    }
  } catch (error) {
    firstReply.open();
    watch.ended(isZimCallError(error) ? error : { outcome: 'unknown' }, history.attempts);
    throw error;
  }
}
