import { type ConsoleEvent } from './console-events.js';
import { EventLog, readPosition, writePosition } from './event-log.js';

const app = (appId: number): ConsoleEvent => ({
  kind: 'app',
  app: { appId, callbackUrl: null, isExample: false },
});

/** All events after a position, until there are no more. */
function follow(log: EventLog, position = log.position): unknown[] {
  const event = log.after(position);
  if (event === undefined || event === 'gone') return event === undefined ? [] : ['gone'];
  const { era, number } = position;
  return [event, ...follow(log, { era, number: number + 1 })];
}

it('gives what came after a position, in its order', () => {
  const log = new EventLog(10);
  log.add(app(1));
  const position = log.position;
  expect(follow(log, position)).toEqual([]);
  log.add(app(2));
  log.add(app(3));
  expect(follow(log, position)).toEqual([app(2), app(3)]);
});

it('keeps the newest, and says so when what is asked for is gone', () => {
  const log = new EventLog(10);
  const positions = Array.from({ length: 100 }, (_, index) => {
    const { position } = log;
    log.add(app(index));
    return position;
  });
  for (const [index, position] of positions.entries()) {
    const events = follow(log, position);
    if (index >= 90)
      expect(events).toEqual(Array.from({ length: 100 - index }, (_, i) => app(index + i)));
    if (index < 80) expect(events).toEqual(['gone']);
  }
});

it('knows nothing of another era, nor of what has not been', () => {
  const log = new EventLog(10);
  log.add(app(1));
  const { position } = log;
  expect(log.after({ ...position, number: 2 })).toBe('gone');
  log.begin();
  expect(log.after(position)).toBe('gone');
  expect(log.after(log.position)).toBeUndefined();
  expect(log.position.era).not.toBe(position.era);
});

it('tells of news until told not to', () => {
  const log = new EventLog(10);
  const news: string[] = [];
  const stop = log.onNews(() => news.push('news'));
  log.add(app(1));
  log.begin();
  stop();
  log.add(app(2));
  expect(news).toHaveLength(2);
});

it('writes a position so that it can read it, and reads nothing else', () => {
  const { position } = new EventLog(10);
  expect(readPosition(writePosition(position))).toEqual(position);
  for (const id of [
    '',
    '1',
    'abcdefabcdef',
    'abcdefabcdef.',
    'abcdefabcdef.-1',
    'x.1',
    'abcdefabcdef.1.2',
  ])
    expect(readPosition(id)).toBeUndefined();
});
