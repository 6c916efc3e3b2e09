import { ConsoleStore } from './store.js';
import { type FeedItem } from './state.js';

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

it('takes the first in at once, and what comes soon after together', () => {
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

it('tells nobody who does not listen any more', () => {
  const store = new ConsoleStore();
  const heard: string[] = [];
  const stop = store.subscribe(() => heard.push('one'));
  store.subscribe(() => heard.push('two'));
  stop();
  store.push(item(1));
  jest.advanceTimersByTime(0);
  expect(heard).toEqual(['two']);
});
