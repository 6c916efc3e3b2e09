import { type AttemptWatch, CALL_OBSERVER, type CallObserver } from '../client/call-observer.js';
import { RESOLVED_OPTIONS, type ResolvedOptions } from '../config/zim-call-options.js';
import { ZIM_RUNTIME, type ZimRuntime } from '../time/runtime.js';
import { CallMetrics } from './call-metrics.js';
import { CallSpans, type TelemetryApi } from './call-spans.js';

/** Provides the {@link CallObserver}: OpenTelemetry, or none if the application has no `@opentelemetry/api`. */
export const callObserverProvider = {
  provide: CALL_OBSERVER,
  inject: [RESOLVED_OPTIONS, ZIM_RUNTIME],
  useFactory: async (options: ResolvedOptions, runtime: ZimRuntime): Promise<CallObserver> =>
    createCallObserver(await loadTelemetryApi(), options, runtime),
};

export function createCallObserver(
  api: TelemetryApi | undefined,
  { appId }: Pick<ResolvedOptions, 'appId'>,
  runtime: Pick<ZimRuntime, 'monotonicMs'>,
): CallObserver {
  if (api === undefined) return noObserver;
  return guarded([new CallSpans(api, appId), new CallMetrics(api, () => runtime.monotonicMs())]);
}

async function loadTelemetryApi(): Promise<TelemetryApi | undefined> {
  try {
    return await import('@opentelemetry/api');
  } catch {
    return undefined;
  }
}

/** Notifies each observer. An error that one of them throws affects neither the call nor the others. */
export function guarded(observers: readonly CallObserver[]): CallObserver {
  return {
    callStarted: (action) => {
      const calls = each(observers, (one) => one.callStarted(action));
      return {
        waited: (waitMs) => {
          each(calls, (one) => {
            one.waited(waitMs);
          });
        },
        attemptStarted: (...start) => {
          const attempts = each(calls, (one) => one.attemptStarted(...start));
          return {
            run: (send) => sendOnce(attempts, send),
            ended: (end) => {
              each(attempts, (one) => {
                one.ended(end);
              });
            },
          };
        },
        ended: (end, attempts) => {
          each(calls, (one) => {
            one.ended(end, attempts);
          });
        },
      };
    },
  };
}

/** Used without telemetry. */
export const noObserver = guarded([]);

/** Sends exactly once, whatever the observers do, and returns what the sending returned. */
function sendOnce<T>(attempts: readonly AttemptWatch[], send: () => Promise<T>): Promise<T> {
  if (attempts.length === 0) return send();
  let sending: Promise<T> | undefined;
  // Async, so that a send that throws is not taken for an observer that throws.
  const start = async () => send();
  const once = () => (sending ??= start());
  const observed = attempts.reduce<() => Promise<T>>((inner, one) => () => one.run(inner), once);
  // Ignores the observers' promise: only the request's result counts.
  each([observed], (run) => {
    run().catch(() => undefined);
  });
  return once();
}

/** Returns the results of the calls that did not throw. */
function each<T, R>(items: readonly T[], call: (item: T) => R): R[] {
  const results: R[] = [];
  for (const item of items) {
    try {
      results.push(call(item));
    } catch {
      // Telemetry must not affect the call.
    }
  }
  return results;
}
