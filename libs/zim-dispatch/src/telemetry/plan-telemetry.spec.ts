import { context, metrics, trace } from '@opentelemetry/api';
import {
  AggregationTemporality,
  InMemoryMetricExporter,
  MeterProvider,
  PeriodicExportingMetricReader,
} from '@opentelemetry/sdk-metrics';
import { InMemorySpanExporter, SimpleSpanProcessor } from '@opentelemetry/sdk-trace-base';
import { NodeTracerProvider } from '@opentelemetry/sdk-trace-node';
import { DispatchScene, planFor } from '../testing/dispatch-scene.js';

const spans = new InMemorySpanExporter();
const scene = new DispatchScene();
const exporter = new InMemoryMetricExporter(AggregationTemporality.CUMULATIVE);
const reader = new PeriodicExportingMetricReader({ exporter, exportIntervalMillis: 3_600_000 });

beforeAll(() => {
  new NodeTracerProvider({ spanProcessors: [new SimpleSpanProcessor(spans)] }).register();
  metrics.setGlobalMeterProvider(new MeterProvider({ readers: [reader] }));
});
afterAll(async () => {
  await scene.close();
  await reader.shutdown();
  for (const api of [trace, metrics, context]) api.disable();
});

it('makes a span for a plan, with its calls as children, and counts its end', async () => {
  scene.calls.onInvite = () => {
    // As nestjs-zim-call does.
    trace.getTracer('test').startSpan('zim CallInvite').end();
  };
  await scene.start();
  const id = await scene.dispatcher.ring(planFor(['bob', 'carol']));
  await scene.nth(id, 'ringing');
  scene.calls.answer('call-1', 'bob', 'rejected');
  await scene.nth(id, 'ringing', 2);
  scene.calls.answer('call-2', 'carol', 'accepted');
  await scene.dispatcher.result(id);
  await reader.forceFlush();

  const [plan] = spans.getFinishedSpans().filter(({ name }) => name === 'zim ring plan');
  expect(plan?.attributes).toEqual({
    ...{ 'zim.plan.id': id, 'zim.plan.steps': 2, 'zim.plan.calls': 2 },
    ...{ 'zim.plan.result': 'accepted', 'zim.plan.step': 1 },
  });
  const calls = spans.getFinishedSpans().filter(({ name }) => name === 'zim CallInvite');
  const parents = calls.map(({ parentSpanContext }) => parentSpanContext?.spanId);
  expect(parents).toEqual([plan?.spanContext().spanId, plan?.spanContext().spanId]);
  const points = exporter
    .getMetrics()
    .flatMap(({ scopeMetrics }) => scopeMetrics)
    .flatMap((scope) => scope.metrics)
    .filter(({ descriptor }) => descriptor.name === 'zim.plans')
    .flatMap(({ dataPoints }) =>
      dataPoints.map(({ attributes, value }) => ({ attributes, value })),
    );
  expect(points).toMatchObject([{ value: 1, attributes: { 'zim.plan.result': 'accepted' } }]);
});
