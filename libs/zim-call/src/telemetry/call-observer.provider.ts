import { CALL_OBSERVER, type CallObserver, noObserver } from '../client/call-observer.js';
import { ZIM_RUNTIME, type ZimRuntime } from '../time/runtime.js';
import {
  RESOLVED_ZIM_CALL_OPTIONS,
  type ResolvedZimCallOptions,
} from '../config/zim-call-options.js';
import { CallMetrics } from './call-metrics.js';
import { CallSpans } from './call-spans.js';
import { guarded } from './guarded-observer.js';
import { loadTelemetryApi, type TelemetryApi } from './telemetry-api.js';

/** Tells OpenTelemetry of every call; nobody if the application has no OpenTelemetry. */
export function createCallObserver(
  api: TelemetryApi | undefined,
  { appId }: Pick<ResolvedZimCallOptions, 'appId'>,
  runtime: Pick<ZimRuntime, 'monotonicMs'>,
): CallObserver {
  if (api === undefined) return noObserver;
  return guarded([new CallSpans(api, appId), new CallMetrics(api, () => runtime.monotonicMs())]);
}

/** Provides the {@link CallObserver}. */
export const callObserverProvider = {
  provide: CALL_OBSERVER,
  inject: [RESOLVED_ZIM_CALL_OPTIONS, ZIM_RUNTIME],
  useFactory: async (options: ResolvedZimCallOptions, runtime: ZimRuntime): Promise<CallObserver> =>
    createCallObserver(await loadTelemetryApi(), options, runtime),
};
