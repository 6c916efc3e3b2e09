import * as api from '@opentelemetry/api';
import {
  AggregationTemporality,
  InMemoryMetricExporter,
  MeterProvider,
  PeriodicExportingMetricReader,
} from '@opentelemetry/sdk-metrics';
import {
  InMemorySpanExporter,
  NodeTracerProvider,
  type ReadableSpan,
  SimpleSpanProcessor,
} from '@opentelemetry/sdk-trace-node';
import { createClient } from '../testing/create-client.js';
import { ManualRuntime } from '../testing/manual-runtime.js';
import { accepted, envelope, type Script, ScriptedServer } from '../testing/scripted-server.js';
import { createCallObserver, noObserver } from './call-observer.provider.js';

const invite = { fromUserId: 'alice', userIds: ['bob'] };
const throttled = envelope({ Code: 660300005, RequestId: '77' });
const notRegistered = envelope({ Code: 660500002, RequestId: '78' });

let spans: InMemorySpanExporter;
let metrics: InMemoryMetricExporter;
let meters: MeterProvider;
let server: ScriptedServer;

beforeEach(() => {
  spans = new InMemorySpanExporter();
  new NodeTracerProvider({ spanProcessors: [new SimpleSpanProcessor(spans)] }).register();
  metrics = new InMemoryMetricExporter(AggregationTemporality.CUMULATIVE);
  meters = new MeterProvider({
    readers: [new PeriodicExportingMetricReader({ exporter: metrics })],
  });
  api.metrics.setGlobalMeterProvider(meters);
});
afterEach(async () => {
  await server.stop();
  await meters.shutdown();
  api.trace.disable();
  api.context.disable();
  api.propagation.disable();
  api.metrics.disable();
});

async function callsOf(scripts: readonly Script[], count = 1, change = () => undefined) {
  server = await ScriptedServer.start(...scripts);
  const zim = await createClient(server.url);
  change();
  const results: unknown[] = [];
  for (let i = 0; i < count; i++) {
    results.push(await zim.settled(zim.service.invite(invite)).catch((error: unknown) => error));
  }
  await zim.module.close();
  return results;
}

const named = (name: string): ReadableSpan[] =>
  spans.getFinishedSpans().filter((span) => span.name === name);

async function points(name: string) {
  await meters.forceFlush();
  const last = metrics.getMetrics().at(-1)?.scopeMetrics ?? [];
  return last
    .filter(({ scope }) => scope.name === 'nestjs-zim-call')
    .flatMap((scope) => scope.metrics)
    .filter(({ descriptor }) => descriptor.name === name)
    .flatMap(({ dataPoints }) =>
      dataPoints.map(({ attributes, value }) => ({
        attributes,
        value: typeof value === 'number' ? value : value.count,
      })),
    );
}

describe('spans', () => {
  it('describe a call and each attempt, as children of the active span', async () => {
    const tracer = api.trace.getTracer('test');
    await tracer.startActiveSpan('request', async (span) => {
      await callsOf([throttled, accepted]);
      span.end();
    });
    const [request] = named('request');
    const [call] = named('zim CallInvite');
    const attempts = named('zim CallInvite attempt');
    const { hostname, port } = new URL(server.url);
    expect(call?.parentSpanContext?.spanId).toBe(request?.spanContext().spanId);
    expect(call).toMatchObject({ kind: api.SpanKind.INTERNAL, status: { code: 0 }, events: [] });
    expect(call?.attributes).toEqual({
      'zim.action': 'CallInvite',
      'zim.app_id': 12345,
      'zim.attempts': 2,
      'zim.outcome': 'done',
      'zim.wait_ms': expect.any(Number),
    });
    const common = {
      'zim.action': 'CallInvite',
      'zim.app_id': 12345,
      'server.address': hostname,
      'server.port': Number(port),
      'http.request.method': 'POST',
      'http.response.status_code': 200,
    };
    expect(attempts.map(({ attributes }) => attributes)).toEqual([
      {
        ...common,
        'zim.attempt': 1,
        'zim.outcome': 'refused',
        'zim.code': 660300005,
        'zim.request_id': '77',
        'error.type': 'rate-limit',
      },
      {
        ...common,
        'zim.attempt': 2,
        'zim.outcome': 'done',
        'zim.request_id': '343649807833778782',
      },
    ]);
    expect(attempts.map(({ status }) => status)).toEqual([
      { code: api.SpanStatusCode.ERROR },
      { code: api.SpanStatusCode.UNSET },
    ]);
    for (const attempt of attempts) {
      expect(attempt.kind).toBe(api.SpanKind.CLIENT);
      expect(attempt.parentSpanContext?.spanId).toBe(call?.spanContext().spanId);
    }
  });

  it('describe a failed call by the fields of its error, without the message', async () => {
    await callsOf([notRegistered]);
    const [call] = named('zim CallInvite');
    expect(call?.status).toEqual({ code: api.SpanStatusCode.ERROR });
    expect(call?.attributes).toMatchObject({
      'zim.outcome': 'rejected',
      'zim.code': 660500002,
      'zim.request_id': '78',
      'error.type': 'user-not-registered',
      'zim.attempts': 1,
    });
  });

  it('have no HTTP status if there was no reply', async () => {
    await callsOf([(response) => response.socket?.resetAndDestroy()]);
    const [attempt] = named('zim CallInvite attempt');
    expect(attempt?.attributes).toMatchObject({
      'zim.outcome': 'unknown',
      'error.type': 'connection',
    });
    expect(attempt?.attributes).not.toHaveProperty('http.response.status_code');
  });

  it.each([
    ['https://zim-api.zego.im', 'zim-api.zego.im', 443],
    ['http://[::1]', '::1', 80],
    ['http://[::1]:4010', '::1', 4010],
  ])('name the server of %s', async (origin, address, port) => {
    server = await ScriptedServer.start(accepted);
    const observer = createCallObserver(api, { appId: 1 }, new ManualRuntime());
    const attempt = observer.callStarted('CallAccept').attemptStarted(1, origin, 'GET');
    attempt.ended({ outcome: 'done' });
    expect(named('zim CallAccept attempt')[0]?.attributes).toMatchObject({
      'server.address': address,
      'server.port': port,
      'http.request.method': 'GET',
    });
  });
});

describe('metrics', () => {
  const done = { 'zim.action': 'CallInvite', 'zim.outcome': 'done' };
  const refused = {
    'zim.action': 'CallInvite',
    'zim.outcome': 'refused',
    'error.type': 'rate-limit',
  };
  const rejected = {
    'zim.action': 'CallInvite',
    'zim.outcome': 'rejected',
    'error.type': 'user-not-registered',
  };

  it('count calls and attempts by outcome, and measure how long calls take', async () => {
    await callsOf([accepted, throttled, accepted, notRegistered], 3);
    expect(await points('zim.calls')).toEqual([
      { attributes: done, value: 2 },
      { attributes: rejected, value: 1 },
    ]);
    expect(await points('zim.attempts')).toEqual([
      { attributes: done, value: 2 },
      { attributes: refused, value: 1 },
      { attributes: rejected, value: 1 },
    ]);
    for (const name of ['zim.call.duration', 'zim.call.wait']) {
      expect(await points(name)).toEqual([
        { attributes: done, value: 2 },
        { attributes: rejected, value: 1 },
      ]);
    }
  });

  it('are in seconds', async () => {
    server = await ScriptedServer.start(accepted);
    const runtime = new ManualRuntime();
    const watch = createCallObserver(api, { appId: 1 }, runtime).callStarted('CallInvite');
    watch.waited(250);
    watch.waited(500);
    runtime.advance(2_000);
    watch.ended({ outcome: 'done' }, 2);
    await meters.forceFlush();
    const all =
      metrics
        .getMetrics()
        .at(-1)
        ?.scopeMetrics.flatMap((scope) => scope.metrics) ?? [];
    const sumOf = (name: string): unknown[] => {
      const found = all.find(({ descriptor }) => descriptor.name === name);
      return [found?.descriptor.unit, Reflect.get(Object(found?.dataPoints[0]?.value), 'sum')];
    };
    expect(sumOf('zim.call.duration')).toEqual(['s', 2]);
    expect(sumOf('zim.call.wait')).toEqual(['s', 0.75]);
  });

  it('go to a provider that is registered after the module', async () => {
    api.metrics.disable();
    await callsOf([accepted], 1, () => void api.metrics.setGlobalMeterProvider(meters));
    expect(await points('zim.calls')).toEqual([{ attributes: done, value: 1 }]);
  });
});

describe('without a working OpenTelemetry', () => {
  it('observes nothing if the package is missing', async () => {
    server = await ScriptedServer.start(accepted);
    expect(createCallObserver(undefined, { appId: 1 }, new ManualRuntime())).toBe(noObserver);
  });

  it.each<[string, () => void]>([
    ['tracer', () => jest.spyOn(api.trace, 'getTracer').mockImplementation(fail)],
    ['context', () => jest.spyOn(api.context, 'with').mockImplementation(fail)],
    ['meter', () => jest.spyOn(api.metrics, 'getMeterProvider').mockImplementation(fail)],
    [
      'span',
      () =>
        jest.spyOn(api.trace, 'getTracer').mockImplementation(() => {
          const span = api.trace.wrapSpanContext(api.INVALID_SPAN_CONTEXT);
          const broken = Object.assign(span, { setAttributes: fail, setStatus: fail, end: fail });
          return { startSpan: () => broken, startActiveSpan: fail };
        }),
    ],
  ])('a call succeeds with a broken %s', async (_, breakIt) => {
    breakIt();
    const [result] = await callsOf([accepted]);
    jest.restoreAllMocks();
    expect(result).toMatchObject({ callId: '12261423186766631832' });
    expect(server.requests).toHaveLength(1);
  });
});

function fail(): never {
  throw new Error('broken');
}
