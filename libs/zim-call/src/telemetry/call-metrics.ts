import type { Attributes, MeterProvider } from '@opentelemetry/api';
import type { CallEnd, CallObserver, CallWatch } from '../client/call-observer.js';
import { scopeName, type TelemetryApi } from './call-spans.js';

/** The bucket bounds of OpenTelemetry's conventions for HTTP: its defaults are meant for milliseconds. */
const secondBounds = [0.005, 0.01, 0.025, 0.05, 0.075, 0.1, 0.25, 0.5, 0.75, 1, 2.5, 5, 7.5, 10];

type Instruments = ReturnType<typeof createInstruments>;

export class CallMetrics implements CallObserver {
  private current?: Instruments;

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

  /** Creates them again for a new provider: unlike tracers, meters of an earlier one stay without effect. */
  private instruments(): Instruments {
    const provider = this.api.metrics.getMeterProvider();
    if (this.current?.provider !== provider) this.current = createInstruments(provider);
    return this.current;
  }
}

function createInstruments(provider: MeterProvider) {
  const meter = provider.getMeter(scopeName);
  const seconds = { unit: 's', advice: { explicitBucketBoundaries: secondBounds } };
  return {
    provider,
    calls: meter.createCounter('zim.calls', {
      unit: '{call}',
      description: 'Calls of ZIM operations that have ended',
    }),
    attempts: meter.createCounter('zim.attempts', {
      unit: '{attempt}',
      description: 'Requests sent for calls',
    }),
    duration: meter.createHistogram('zim.call.duration', {
      ...seconds,
      description: 'Time from a call to its result, with waits and repeated requests',
    }),
    wait: meter.createHistogram('zim.call.wait', {
      ...seconds,
      description: "Time that a call waited for ZIM's quota",
    }),
  };
}

/** Contains no ids of users, calls or requests, so that there are few time series. */
function attributesOf(action: string, { outcome, kind }: CallEnd): Attributes {
  return {
    'zim.action': action,
    'zim.outcome': outcome,
    ...(kind !== undefined && { 'error.type': kind }),
  };
}
