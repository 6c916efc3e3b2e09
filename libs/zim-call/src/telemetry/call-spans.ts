import type { Attributes, Context, Span } from '@opentelemetry/api';
import type { AttemptWatch, CallEnd, CallObserver, CallWatch } from '../client/call-observer.js';
import { scopeName, type TelemetryApi } from './telemetry-api.js';

/**
 * The key by which OpenTelemetry's SDK knows that nothing is to be traced: the API registers keys by their
 * names, so the SDK itself is not needed.
 */
const suppressTracingKey = 'OpenTelemetry SDK Context Key SUPPRESS_TRACING';

/** A span for each call, and below it one for each attempt. */
export class CallSpans implements CallObserver {
  constructor(
    private readonly api: TelemetryApi,
    private readonly appId: number,
  ) {}

  callStarted(action: string): CallWatch {
    const { api, appId } = this;
    const parent = api.context.active();
    const attributes = { 'zim.action': action, 'zim.app_id': appId };
    const span = api.trace
      .getTracer(scopeName)
      .startSpan(`zim ${action}`, { kind: api.SpanKind.INTERNAL, attributes }, parent);
    return new CallSpan(api, span, api.trace.setSpan(parent, span), attributes);
  }
}

class CallSpan implements CallWatch {
  private waitMs = 0;

  constructor(
    private readonly api: TelemetryApi,
    private readonly span: Span,
    private readonly inside: Context,
    private readonly common: Readonly<Record<'zim.action', string>> & Attributes,
  ) {}

  waited(waitMs: number): void {
    this.waitMs += waitMs;
  }

  attemptStarted(attempt: number, origin: string, method: string): AttemptWatch {
    const { api, inside, common } = this;
    const attributes = {
      ...common,
      ...serverOf(origin),
      'zim.attempt': attempt,
      'http.request.method': method,
    };
    const span = api.trace
      .getTracer(scopeName)
      .startSpan(
        `zim ${common['zim.action']} attempt`,
        { kind: api.SpanKind.CLIENT, attributes },
        inside,
      );
    return new AttemptSpan(api, span, inside);
  }

  ended(end: CallEnd, attempts: number): void {
    this.span.setAttributes({ 'zim.attempts': attempts, 'zim.wait_ms': this.waitMs });
    endSpan(this.api, this.span, end);
  }
}

class AttemptSpan implements AttemptWatch {
  constructor(
    private readonly api: TelemetryApi,
    private readonly span: Span,
    private readonly parent: Context,
  ) {}

  /** Instrumentation of HTTP would write the signed URL, which is a credential, into a span of its own. */
  run<T>(send: () => Promise<T>): Promise<T> {
    const { context, createContextKey, trace } = this.api;
    const surroundings = trace
      .setSpan(this.parent, this.span)
      .setValue(createContextKey(suppressTracingKey), true);
    return context.with(surroundings, send);
  }

  ended(end: CallEnd): void {
    endSpan(this.api, this.span, end);
  }
}

function endSpan({ SpanStatusCode }: TelemetryApi, span: Span, end: CallEnd): void {
  const { outcome, kind, vendorCode, requestId, httpStatus } = end;
  span.setAttributes({
    'zim.outcome': outcome,
    ...(kind !== undefined && { 'error.type': kind }),
    ...(vendorCode !== undefined && { 'zim.code': vendorCode }),
    ...(requestId !== undefined && { 'zim.request_id': requestId }),
    ...(httpStatus !== undefined && { 'http.response.status_code': httpStatus }),
  });
  // Without a message: those of errors may quote what a server said.
  if (outcome !== 'done') span.setStatus({ code: SpanStatusCode.ERROR });
  span.end();
}

function serverOf(origin: string): Attributes {
  const { hostname, port, protocol } = new URL(origin);
  const usualPort = protocol === 'https:' ? 443 : 80;
  return {
    'server.address': hostname.replace(/^\[|\]$/g, ''),
    'server.port': port === '' ? usualPort : Number(port),
  };
}
