import type * as opentelemetry from '@opentelemetry/api';
import type { Span } from '@opentelemetry/api';
import type { RingResult } from '../plan/ring-event.js';
import type { RingTrace } from '../plan/ring-plan.js';

type TelemetryApi = typeof opentelemetry;

const scopeName = 'nestjs-zim-dispatch';

/** Spans and metrics of plans. Without `@opentelemetry/api`, or if it throws, it does nothing. */
export interface PlanTelemetry {
  /** Starts the span of a plan. Calls of any instance become children of it by its `trace`. */
  start(id: string, steps: number): PlanSpan;
  /** Runs work as a part of a plan. */
  within<T>(trace: RingTrace | undefined, work: () => Promise<T>): Promise<T>;
  /** Counts the end of a plan. */
  ended(result: RingResult): void;
}

/** The span of a plan, in the process that made it. */
export interface PlanSpan {
  readonly trace?: RingTrace;
  end(result?: RingResult): void;
}

export const PLAN_TELEMETRY = Symbol('PLAN_TELEMETRY');

export async function createPlanTelemetry(): Promise<PlanTelemetry> {
  try {
    return new OpenTelemetry(await import('@opentelemetry/api'));
  } catch {
    return noTelemetry;
  }
}

export const noTelemetry: PlanTelemetry = {
  start: () => ({ end: () => undefined }),
  within: (_trace, work) => work(),
  ended: () => undefined,
};

class OpenTelemetry implements PlanTelemetry {
  constructor(private readonly api: TelemetryApi) {}

  start(id: string, steps: number): PlanSpan {
    const { api } = this;
    const span = attempt(() =>
      api.trace
        .getTracer(scopeName)
        .startSpan('zim ring plan', { attributes: { 'zim.plan.id': id, 'zim.plan.steps': steps } }),
    );
    if (span === undefined) return noTelemetry.start(id, steps);
    const { traceId, spanId, traceFlags } = span.spanContext();
    const isRecording = api.trace.isSpanContextValid(span.spanContext());
    return {
      ...(isRecording && { trace: { traceId, spanId, traceFlags } }),
      end: (result) => {
        attempt(() => {
          this.end(span, result);
        });
      },
    };
  }

  within<T>(trace: RingTrace | undefined, work: () => Promise<T>): Promise<T> {
    const { api } = this;
    const parent =
      trace &&
      attempt(() => api.trace.setSpanContext(api.ROOT_CONTEXT, { ...trace, isRemote: true }));
    return parent === undefined ? work() : api.context.with(parent, work);
  }

  ended({ result }: RingResult): void {
    // Not kept: meters of an earlier provider stay without effect.
    attempt(() => {
      this.api.metrics
        .getMeter(scopeName)
        .createCounter('zim.plans', { unit: '{plan}', description: 'Ring plans that have ended' })
        .add(1, { 'zim.plan.result': result });
    });
  }

  private end(span: Span, result?: RingResult): void {
    if (result !== undefined) {
      const { calls, step } = result;
      span.setAttributes({
        'zim.plan.result': result.result,
        'zim.plan.calls': calls.length,
        ...(step !== undefined && { 'zim.plan.step': step }),
      });
      if (result.result === 'unknown') {
        span.setStatus({ code: this.api.SpanStatusCode.ERROR });
      }
    }
    span.end();
  }
}

/** Telemetry must not affect the plan. */
function attempt<T>(work: () => T): T | undefined {
  try {
    return work();
  } catch {
    return undefined;
  }
}
