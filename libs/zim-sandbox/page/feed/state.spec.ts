import { type ConsoleEvent, type ConsoleSnapshot } from '../../src/console/console-events.js';
import { sampleEntry } from '../testing/sample-entry.js';
import {
  advance,
  emptyState,
  type FeedItem,
  maxDeliveries,
  maxEndedCalls,
  maxRequests,
  strangers,
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
  advance(
    emptyState,
    [snapshot, ...events].map((event) => message(event)),
  );

it('is live with the first message, and knows how far the clocks are apart', () => {
  const live = advance(emptyState, [message({ kind: 'clock' }, 5000, 1000)]);
  expect([live.connection, live.clockOffsetMs]).toEqual(['live', 4000]);
  const lost = advance(live, [{ kind: 'connection', connection: 'lost' }]);
  expect([lost.connection, lost.clockOffsetMs]).toEqual(['lost', 4000]);
});

it('counts how often the stream has come up, whatever it brings', () => {
  const lost: FeedItem = { kind: 'connection', connection: 'lost' };
  const first = advance(emptyState, [message(snapshot), message({ kind: 'clock' })]);
  const second = advance(first, [lost, lost, message({ kind: 'clock' })]);
  const third = advance(second, [lost, message(snapshot)]);
  expect([emptyState, first, second, third].map(({ connections }) => connections)).toEqual([
    0, 1, 2, 3,
  ]);
});

it('forgets all of before with a snapshot', () => {
  const state = after(
    { kind: 'call', call: call('1') },
    { kind: 'requests', requests: [entry(1, 7)] },
    snapshot,
  );
  expect(state).toEqual(after());
});

it('takes the state of whoever has it', () => {
  const state = after({ kind: 'call', call: call('1') });
  expect(advance(emptyState, [{ kind: 'state', state }])).toBe(state);
});

it('replaces what it knows, and adds what it does not', () => {
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
  expect(state.deliveries.map(({ state: itsState }) => itsState)).toEqual(['delivered', 'pending']);
  expect(state.apps).toEqual([{ ...app, callbackUrl: 'http://127.0.0.1:2' }]);
});

it('never changes what it has given', () => {
  const before = after({ kind: 'requests', requests: [entry(1, 7)] });
  const copy = structuredClone(before);
  advance(before, [
    message({ kind: 'requests', requests: [entry(2, 7)] }),
    message({ kind: 'call', call: call('1') }),
  ]);
  expect(before).toEqual(copy);
});

it('sorts requests by app, those of no app apart, whether they come alone or together', () => {
  const events: ConsoleEvent[] = [1, 2, 3, 4].map((id) => ({
    kind: 'requests',
    requests: [entry(id, id === 2 ? 99 : id === 3 ? undefined : 7)],
  }));
  const together = after(...events);
  const alone = events.reduce((state, event) => advance(state, [message(event)]), after());
  expect(alone.requests).toEqual(together.requests);
  expect(together.requests).toEqual({
    7: [entry(1, 7), entry(4, 7)],
    [strangers]: [entry(2, 99), entry(3, undefined)],
  });
});

it('keeps the newest of everything, and every call under way', () => {
  const many = (count: number) => Array.from({ length: count }, (_, index) => index + 1);
  const state = after(
    { kind: 'call', call: call('under way') },
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
  expect([state.calls[0]?.callId, state.calls[1]?.callId]).toEqual(['under way', '11']);
  expect([state.deliveries.length, state.deliveries[0]?.id]).toEqual([maxDeliveries, 11]);
  expect([state.requests['7']?.length, state.requests['7']?.[0]?.id]).toEqual([maxRequests, 11]);
  expect(state.requests[strangers]).toHaveLength(1);
});

it('keeps the callbacks of each app, the newest by their number, whenever they change', () => {
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
    // Its next attempt does not make it one of the newest.
    of(7, 3),
  );
  expect(deliveries.map(({ id }) => id)).toEqual([2, 4, ...many]);
});

it('keeps the calls of each app that ended last, however long they rang', () => {
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
