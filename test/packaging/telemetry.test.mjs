// A signed URL is a credential. OpenTelemetry's own HTTP instrumentation writes URLs into spans, so it must see
// nothing of what goes to ZIM. It patches node:http, hence a process of its own and the built packages.
import { metrics, trace } from '@opentelemetry/api';
import { HttpInstrumentation } from '@opentelemetry/instrumentation-http';
import {
  AggregationTemporality,
  InMemoryMetricExporter,
  MeterProvider,
  PeriodicExportingMetricReader,
} from '@opentelemetry/sdk-metrics';
import {
  InMemorySpanExporter,
  NodeTracerProvider,
  SimpleSpanProcessor,
} from '@opentelemetry/sdk-trace-node';
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createRequire } from 'node:module';
import { after, before, beforeEach, test } from 'node:test';
import { URL } from 'node:url';
import { inspect } from 'node:util';

const secret = 'canary5ec2e7c0ffee5ec2e7c0ffee42';
const invite = { fromUserId: 'alice', userIds: ['bob'] };
const require = createRequire(import.meta.url);

const spans = new InMemorySpanExporter();
const measured = new InMemoryMetricExporter(AggregationTemporality.CUMULATIVE);
const meterProvider = new MeterProvider({
  readers: [new PeriodicExportingMetricReader({ exporter: measured })],
});
const tracerProvider = new NodeTracerProvider({
  spanProcessors: [new SimpleSpanProcessor(spans)],
});
tracerProvider.register();
metrics.setGlobalMeterProvider(meterProvider);
new HttpInstrumentation({
  // The server below stands for ZIM's: what it would trace is not this process's concern.
  disableIncomingRequestInstrumentation: true,
  // Of itself it redacts a parameter that is called Signature, but a list of a user's own takes the place of that.
  redactedQueryParams: [],
});
const http = require('node:http');

/** What the server saw. */
const requests = [];
let server;
let origin;

before(async () => {
  server = http.createServer((request, response) => {
    requests.push(request);
    const { searchParams } = new URL(request.url, origin);
    request.resume().on('end', () => answer(searchParams, response));
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  origin = `http://127.0.0.1:${server.address().port}`;
});

beforeEach(() => {
  requests.length = 0;
  spans.reset();
});

after(async () => {
  await meterProvider.shutdown();
  server.closeAllConnections();
  server.close();
});

function answer(searchParams, response) {
  if (requests.length % 3 === 0) return void response.socket.resetAndDestroy();
  const Message = `quotes ${searchParams.get('Signature')}`;
  const Code = requests.length % 3 === 1 ? 0 : 100000005;
  const reply = { Code, Message, RequestId: '1', CallId: '12', CreateTime: 1, ErrorUsers: [] };
  response.setHeader('Content-Type', 'application/json');
  response.end(JSON.stringify(reply));
}

/** A call that succeeds, one that ZIM refuses, one whose connection breaks. */
async function callThrice(zimCall, change = (builder) => builder) {
  const { Test } = await import('@nestjs/testing');
  const zim = zimCall.ZimCallModule.forRoot({ appId: 1, serverSecret: secret, baseUrl: origin });
  const app = await change(Test.createTestingModule({ imports: [zim] })).compile();
  await app.init();
  const calls = app.get(zimCall.CallInviteService);
  const outcomes = await trace.getTracer('test').startActiveSpan('request', async (span) => {
    const seen = [];
    for (let count = 0; count < 3; count++) {
      await calls.invite(invite).then(
        () => seen.push('done'),
        (error) => seen.push(error.outcome),
      );
    }
    span.end();
    return seen;
  });
  await app.close();
  assert.deepEqual(outcomes, ['done', 'rejected', 'unknown']);
}

/** The secrets that appear in the exported spans and metrics. */
async function leaks() {
  await meterProvider.forceFlush();
  const exported = spans
    .getFinishedSpans()
    .map(({ name, attributes, events, links, status }) => [
      name,
      attributes,
      events,
      links,
      status,
    ]);
  const text = inspect([exported, measured.getMetrics()], { depth: null, maxStringLength: null });
  const signatures = requests.map(({ url }) => new URL(url, origin).searchParams.get('Signature'));
  assert.equal(signatures.filter((signature) => /^[0-9a-f]{32}$/.test(signature)).length, 3);
  return [secret, 'Signature', ...signatures].filter((word) => text.includes(word));
}

const names = () => spans.getFinishedSpans().map(({ name }) => name);

for (const [format, load] of [
  ['ES modules', () => import('nestjs-zim-call')],
  ['CommonJS', () => Promise.resolve(require('nestjs-zim-call'))],
]) {
  test(`${format}: spans of our own, none of the HTTP instrumentation, no signature`, async () => {
    await callThrice(await load());
    const each = ['zim CallInvite attempt', 'zim CallInvite'];
    assert.deepEqual(names(), [...each, ...each, ...each, 'request']);
    assert.deepEqual(await leaks(), []);
    for (const { headers } of requests) assert.equal(headers.traceparent, undefined);
  });
}

test('the search finds a signature where instrumentation is not kept away', async () => {
  const built = '../../libs/zim-call/dist/esm';
  const { CALL_OBSERVER } = await import(`${built}/client/call-observer.js`);
  const { noObserver } = await import(`${built}/telemetry/call-observer.provider.js`);
  await callThrice(await import('nestjs-zim-call'), (builder) =>
    builder.overrideProvider(CALL_OBSERVER).useValue(noObserver),
  );
  assert.deepEqual(names(), ['POST', 'POST', 'POST', 'request']);
  assert.equal((await leaks()).length, 4);
  for (const { headers } of requests) assert.match(headers.traceparent, /^00-/);
});

test('other requests of the application are traced as ever', async () => {
  const [response] = await once(http.get(origin), 'response');
  response.resume();
  await once(response, 'end');
  assert.deepEqual(names(), ['GET']);
});
