import { type FeedItem } from './state.js';
import { ConsoleStore } from './store.js';

const item = (now: number): FeedItem => ({
  kind: 'message',
  message: { now, event: { kind: 'clock' } },
  receivedAt: 0,
});

beforeEach(() => {
  jest.useFakeTimers();
});
afterEach(() => {
  jest.useRealTimers();
});

it('applies the first item at once and batches the ones that follow', () => {
  const store = new ConsoleStore();
  const seen: number[] = [];
  store.subscribe(() => seen.push(store.state.clockOffsetMs));
  store.push(item(1));
  jest.advanceTimersByTime(0);
  for (const now of [2, 3, 4]) {
    store.push(item(now));
    jest.advanceTimersByTime(10);
  }
  expect(seen).toEqual([1]);
  jest.advanceTimersByTime(100);
  expect(seen).toEqual([1, 4]);
  jest.advanceTimersByTime(1000);
  store.push(item(5));
  jest.advanceTimersByTime(0);
  expect(seen).toEqual([1, 4, 5]);
});

it('does not call a listener after it unsubscribed', () => {
  const store = new ConsoleStore();
  const called: string[] = [];
  const stop = store.subscribe(() => called.push('one'));
  store.subscribe(() => called.push('two'));
  stop();
  store.push(item(1));
  jest.advanceTimersByTime(0);
  expect(called).toEqual(['two']);
});
