import type * as opentelemetry from '@opentelemetry/api';
import type { RingResult } from '../plan/ring-event.js';
import type { RingTrace } from '../plan/ring-plan.js';

const scopeName = 'nestjs-zim-dispatch';

/** Makes spans and metrics of plans. Without `@opentelemetry/api`, or if it throws, it does nothing. */
export class PlanTelemetry {
  constructor(private readonly api?: typeof opentelemetry) {}

  static async load(): Promise<PlanTelemetry> {
    // In the CommonJS build an import throws at once.
    try {
      return new PlanTelemetry(await import('@opentelemetry/api'));
    } catch {
      return new PlanTelemetry();
    }
  }

  /** Starts the span of a plan, whose calls become children of it by `trace`, on any instance. */
  start(
    id: string,
    steps: number,
  ): { readonly trace?: RingTrace; readonly end: (result?: RingResult) => void } {
    const attributes = { 'zim.plan.id': id, 'zim.plan.steps': steps };
    const span = this.use(({ trace }) =>
      trace.getTracer(scopeName).startSpan('zim ring plan', { attributes }),
    );
    const end = (result?: RingResult) =>
      this.use(({ SpanStatusCode }) => {
        if (result?.result === 'unknown') span?.setStatus({ code: SpanStatusCode.ERROR });
        if (result !== undefined) span?.setAttributes(attributesOf(result));
        span?.end();
      });
    const found = span?.spanContext();
    if (found === undefined || this.api?.trace.isSpanContextValid(found) !== true) return { end };
    const { traceId, spanId, traceFlags } = found;
    return { trace: { traceId, spanId, traceFlags }, end };
  }

  /** Runs work as a part of a plan. */
  within<T>(parent: RingTrace | undefined, work: () => Promise<T>): Promise<T> {
    const context = this.use(
      ({ trace, ROOT_CONTEXT }) =>
        parent && trace.setSpanContext(ROOT_CONTEXT, { ...parent, isRemote: true }),
    );
    return this.api && context ? this.api.context.with(context, work) : work();
  }

  /** Counts the end of a plan. */
  ended({ result }: RingResult): void {
    // Not kept: meters of an earlier provider stay without effect.
    this.use(({ metrics }) => {
      metrics
        .getMeter(scopeName)
        .createCounter('zim.plans', { unit: '{plan}', description: 'Ring plans that have ended' })
        .add(1, { 'zim.plan.result': result });
    });
  }

  private use<T>(work: (api: typeof opentelemetry) => T): T | undefined {
    try {
      return this.api && work(this.api);
    } catch {
      return undefined;
    }
  }
}

function attributesOf({ result, calls, step }: RingResult): opentelemetry.Attributes {
  return { 'zim.plan.result': result, 'zim.plan.calls': calls.length, 'zim.plan.step': step };
}
