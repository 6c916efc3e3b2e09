import type { Attributes, Counter, Histogram, MeterProvider } from '@opentelemetry/api';
import type { CallEnd, CallObserver, CallWatch } from '../client/call-observer.js';
import { scopeName, type TelemetryApi } from './telemetry-api.js';

/** As OpenTelemetry's conventions have them for requests; its own defaults are made for milliseconds. */
const secondBounds = [0.005, 0.01, 0.025, 0.05, 0.075, 0.1, 0.25, 0.5, 0.75, 1, 2.5, 5, 7.5, 10];

interface Instruments {
  readonly calls: Counter;
  readonly attempts: Counter;
  readonly duration: Histogram;
  readonly wait: Histogram;
}

/** Counts calls and attempts, and measures how long calls take and wait. */
export class CallMetrics implements CallObserver {
  private madeBy?: MeterProvider;
  private made?: Instruments;

  constructor(
    private readonly api: TelemetryApi,
    private readonly monotonicMs: () => number,
  ) {}

  callStarted(action: string): CallWatch {
    const instruments = this.instruments();
    const startMs = this.monotonicMs();
    let waitMs: number | undefined;
    return {
      waited: (ms) => {
        waitMs = (waitMs ?? 0) + ms;
      },
      attemptStarted: () => ({
        run: (send) => send(),
        ended: (end) => {
          instruments.attempts.add(1, attributesOf(action, end));
        },
      }),
      ended: (end) => {
        const attributes = attributesOf(action, end);
        instruments.calls.add(1, attributes);
        instruments.duration.record((this.monotonicMs() - startMs) / 1_000, attributes);
        if (waitMs !== undefined) instruments.wait.record(waitMs / 1_000, attributes);
      },
    };
  }

  /** Of the provider there is now: unlike tracers, meters that were made before it stay without effect. */
  private instruments(): Instruments {
    const provider = this.api.metrics.getMeterProvider();
    if (this.made === undefined || this.madeBy !== provider) {
      this.made = make(provider);
      this.madeBy = provider;
    }
    return this.made;
  }
}

function make(provider: MeterProvider): Instruments {
  const meter = provider.getMeter(scopeName);
  const seconds = { unit: 's', advice: { explicitBucketBoundaries: secondBounds } };
  return {
    calls: meter.createCounter('zim.calls', {
      unit: '{call}',
      description: 'Calls of ZIM operations that have ended',
    }),
    attempts: meter.createCounter('zim.attempts', {
      unit: '{attempt}',
      description: 'Requests made for them',
    }),
    duration: meter.createHistogram('zim.call.duration', {
      ...seconds,
      description: 'From the call to its result, with waits and repeated requests',
    }),
    wait: meter.createHistogram('zim.call.wait', {
      ...seconds,
      description: "How long a call waited for its turns within ZIM's quota",
    }),
  };
}

/** Few values each: no user, no call and no request has a series of its own. */
function attributesOf(action: string, { outcome, kind }: CallEnd): Attributes {
  return {
    'zim.action': action,
    'zim.outcome': outcome,
    ...(kind !== undefined && { 'error.type': kind }),
  };
}
