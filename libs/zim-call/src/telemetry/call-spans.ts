import type * as opentelemetry from '@opentelemetry/api';
import type { Span } from '@opentelemetry/api';
import type { CallEnd, CallObserver, CallWatch } from '../client/call-observer.js';

export type TelemetryApi = typeof opentelemetry;

export const scopeName = 'nestjs-zim-call';

/** The context key that stops OpenTelemetry's SDK from tracing: the API identifies keys by their names. */
const suppressTracingKey = 'OpenTelemetry SDK Context Key SUPPRESS_TRACING';

/** Creates a span for each call, and a child span for each attempt. */
export class CallSpans implements CallObserver {
  private readonly servers = new Map<string, { readonly address: string; readonly port: number }>();

  constructor(
    private readonly api: TelemetryApi,
    private readonly appId: number,
  ) {}

  callStarted(action: string): CallWatch {
    const { api } = this;
    const parent = api.context.active();
    const tracer = api.trace.getTracer(scopeName);
    const attributes = { 'zim.action': action, 'zim.app_id': this.appId };
    const span = tracer.startSpan(
      `zim ${action}`,
      { kind: api.SpanKind.INTERNAL, attributes },
      parent,
    );
    const context = api.trace.setSpan(parent, span);
    let totalWaitMs = 0;
    return {
      waited: (waitMs) => {
        totalWaitMs += waitMs;
      },
      attemptStarted: (attempt, origin, method) => {
        const server = this.serverOf(origin);
        // Written out, because spreading the shared attributes is slow.
        const attributes = {
          'zim.action': action,
          'zim.app_id': this.appId,
          'server.address': server.address,
          'server.port': server.port,
          'zim.attempt': attempt,
          'http.request.method': method,
        };
        const attemptSpan = tracer.startSpan(
          `zim ${action} attempt`,
          { kind: api.SpanKind.CLIENT, attributes },
          context,
        );
        // Instrumentation of HTTP would record the signed URL, which is a credential, in a span of its own.
        const suppressed = api.trace
          .setSpan(context, attemptSpan)
          .setValue(api.createContextKey(suppressTracingKey), true);
        return {
          run: (send) => api.context.with(suppressed, send),
          ended: (end) => {
            this.end(attemptSpan, end);
          },
        };
      },
      ended: (end, attempts) => {
        span.setAttributes({ 'zim.attempts': attempts, 'zim.wait_ms': totalWaitMs });
        this.end(span, end);
      },
    };
  }

  private serverOf(origin: string): { readonly address: string; readonly port: number } {
    const known = this.servers.get(origin);
    if (known !== undefined) return known;
    const { hostname, port, protocol } = new URL(origin);
    const defaultPort = protocol === 'https:' ? 443 : 80;
    const address = hostname.replace(/^\[|\]$/g, '');
    const server = { address, port: port === '' ? defaultPort : Number(port) };
    this.servers.set(origin, server);
    return server;
  }

  private end(span: Span, { outcome, kind, vendorCode, requestId, httpStatus }: CallEnd): void {
    span.setAttributes({
      'zim.outcome': outcome,
      ...(kind !== undefined && { 'error.type': kind }),
      ...(vendorCode !== undefined && { 'zim.code': vendorCode }),
      ...(requestId !== undefined && { 'zim.request_id': requestId }),
      ...(httpStatus !== undefined && { 'http.response.status_code': httpStatus }),
    });
    // Without a message: that of an error may quote what a server said.
    if (outcome !== 'done') span.setStatus({ code: this.api.SpanStatusCode.ERROR });
    span.end();
  }
}
