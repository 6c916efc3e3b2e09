import { type ConsoleEvent, type ConsoleSnapshot } from '../../src/console/console-events.js';
import { sampleEntry } from '../testing/samples.js';
import {
  applyItems,
  initialState,
  type FeedItem,
  maxDeliveries,
  maxEndedCalls,
  maxRequests,
  unknownApp,
} from './state.js';

const app = { appId: 7, callbackUrl: null, isExample: false };
const snapshot: ConsoleSnapshot = {
  kind: 'snapshot',
  version: '1',
  url: 'http://127.0.0.1:1',
  callsPerSecond: 20,
  codes: {},
  apps: [app],
  users: [{ appId: 7, userId: 'alice', presence: 'online' }],
  calls: [],
  deliveries: [],
  faults: [],
};
const call = (callId: string, state: 'started' | 'ended' = 'started') => ({
  appId: 7,
  callId,
  state,
  caller: 'alice',
  ringing: ['bob'],
  failed: [],
  createdAt: 0,
  timeoutSeconds: 90,
  offlinePush: {},
  callees: [],
});
const delivery = (id: number, state: 'pending' | 'delivered' = 'pending') => ({
  id,
  state,
  appId: 7,
  event: 'call_create' as const,
  body: {},
  attempts: [],
});
const entry = (id: number, appId?: number) => sampleEntry({ id, appId });

const message = (event: ConsoleEvent, now = 1000, receivedAt = 1000): FeedItem => ({
  kind: 'message',
  message: { now, event },
  receivedAt,
});
const after = (...events: ConsoleEvent[]) =>
  applyItems(
    initialState,
    [snapshot, ...events].map((event) => message(event)),
  );

it('is live after the first message and computes the clock offset', () => {
  const live = applyItems(initialState, [message({ kind: 'clock' }, 5000, 1000)]);
  expect([live.connection, live.clockOffsetMs]).toEqual(['live', 4000]);
  const lost = applyItems(live, [{ kind: 'connection', connection: 'lost' }]);
  expect([lost.connection, lost.clockOffsetMs]).toEqual(['lost', 4000]);
});

it('counts how often the stream has connected, whatever the first message is', () => {
  const lost: FeedItem = { kind: 'connection', connection: 'lost' };
  const first = applyItems(initialState, [message(snapshot), message({ kind: 'clock' })]);
  const second = applyItems(first, [lost, lost, message({ kind: 'clock' })]);
  const third = applyItems(second, [lost, message(snapshot)]);
  expect([initialState, first, second, third].map(({ connections }) => connections)).toEqual([
    0, 1, 2, 3,
  ]);
});

it('replaces everything by a snapshot', () => {
  const state = after(
    { kind: 'call', call: call('1') },
    { kind: 'requests', requests: [entry(1, 7)] },
    snapshot,
  );
  expect(state).toEqual(after());
});

it('takes over a whole state', () => {
  const state = after({ kind: 'call', call: call('1') });
  expect(applyItems(initialState, [{ kind: 'state', state }])).toBe(state);
});

it('replaces known items and adds new ones', () => {
  const state = after(
    { kind: 'user', user: { appId: 7, userId: 'alice', presence: 'offline' } },
    { kind: 'user', user: { appId: 8, userId: 'alice', presence: 'online' } },
    { kind: 'call', call: call('1') },
    { kind: 'call', call: call('2') },
    { kind: 'call', call: call('1', 'ended') },
    { kind: 'delivery', delivery: delivery(1) },
    { kind: 'delivery', delivery: delivery(2) },
    { kind: 'delivery', delivery: delivery(1, 'delivered') },
    { kind: 'app', app: { ...app, callbackUrl: 'http://127.0.0.1:2' } },
  );
  expect(state.users.map(({ appId, presence }) => [appId, presence])).toEqual([
    [7, 'offline'],
    [8, 'online'],
  ]);
  expect(state.calls.map((one) => [one.callId, one.state])).toEqual([
    ['1', 'ended'],
    ['2', 'started'],
  ]);
  expect(state.deliveries.map(({ state: deliveryState }) => deliveryState)).toEqual([
    'delivered',
    'pending',
  ]);
  expect(state.apps).toEqual([{ ...app, callbackUrl: 'http://127.0.0.1:2' }]);
});

it('does not mutate the previous state', () => {
  const before = after({ kind: 'requests', requests: [entry(1, 7)] });
  const copy = structuredClone(before);
  applyItems(before, [
    message({ kind: 'requests', requests: [entry(2, 7)] }),
    message({ kind: 'call', call: call('1') }),
  ]);
  expect(before).toEqual(copy);
});

it('groups requests by app, with a group of their own for unknown apps, in one batch or several', () => {
  const events: ConsoleEvent[] = [1, 2, 3, 4].map((id) => ({
    kind: 'requests',
    requests: [entry(id, id === 2 ? 99 : id === 3 ? undefined : 7)],
  }));
  const together = after(...events);
  const separate = events.reduce((state, event) => applyItems(state, [message(event)]), after());
  expect(separate.requests).toEqual(together.requests);
  expect(together.requests).toEqual({
    7: [entry(1, 7), entry(4, 7)],
    [unknownApp]: [entry(2, 99), entry(3, undefined)],
  });
});

it('keeps the newest of everything and every running call', () => {
  const many = (count: number) => Array.from({ length: count }, (_, index) => index + 1);
  const state = after(
    { kind: 'call', call: call('running') },
    ...many(maxEndedCalls + 10).map((id): ConsoleEvent => ({
      kind: 'call',
      call: call(String(id), 'ended'),
    })),
    ...many(maxDeliveries + 10).map((id): ConsoleEvent => ({
      kind: 'delivery',
      delivery: delivery(id),
    })),
    { kind: 'requests', requests: many(maxRequests + 10).map((id) => entry(id, 7)) },
    { kind: 'requests', requests: [entry(1, 99)] },
  );
  expect(state.calls).toHaveLength(maxEndedCalls + 1);
  expect([state.calls[0]?.callId, state.calls[1]?.callId]).toEqual(['running', '11']);
  expect([state.deliveries.length, state.deliveries[0]?.id]).toEqual([maxDeliveries, 11]);
  expect([state.requests['7']?.length, state.requests['7']?.[0]?.id]).toEqual([maxRequests, 11]);
  expect(state.requests[unknownApp]).toHaveLength(1);
});

it('keeps the callbacks of each app with the highest ids, whenever they change', () => {
  const many = Array.from({ length: maxDeliveries }, (_, index) => index + 10);
  const of = (appId: number, id: number): ConsoleEvent => ({
    kind: 'delivery',
    delivery: { ...delivery(id), appId },
  });
  const { deliveries } = after(
    of(8, 2),
    of(7, 3),
    of(8, 4),
    ...many.map((id) => of(7, id)),
    // An update of an old delivery.
    of(7, 3),
  );
  expect(deliveries.map(({ id }) => id)).toEqual([2, 4, ...many]);
});

it('keeps the calls of each app that ended last, whenever they started', () => {
  const of = (appId: number, callId: string, endedAt?: number): ConsoleEvent => ({
    kind: 'call',
    call: { ...call(callId, endedAt === undefined ? 'started' : 'ended'), appId, endedAt },
  });
  const many = Array.from({ length: maxEndedCalls }, (_, index) => index + 10);
  const { calls } = after(
    of(8, '1', 0),
    of(7, '2'),
    ...many.map((endedAt) => of(7, String(endedAt), endedAt)),
    of(7, '2', 1000),
  );
  expect(calls.map(({ callId }) => callId)).toEqual(['1', '2', ...many.slice(1).map(String)]);
});
