import { type ConsoleEvent } from './console-events.js';
import { EventLog, readPosition, writePosition } from './event-log.js';

const app = (appId: number): ConsoleEvent => ({
  kind: 'app',
  app: { appId, callbackUrl: null, isExample: false },
});

/** Returns all events after a position. */
function follow(log: EventLog, position = log.position): unknown[] {
  const event = log.after(position);
  if (event === undefined || event === 'gone') return event === undefined ? [] : ['gone'];
  return [event, ...follow(log, { ...position, number: position.number + 1 })];
}

it('returns the events after a position, in their order', () => {
  const log = new EventLog(10);
  log.add(app(1));
  const position = log.position;
  expect(follow(log, position)).toEqual([]);
  log.add(app(2));
  log.add(app(3));
  expect(follow(log, position)).toEqual([app(2), app(3)]);
});

it('keeps the newest events, and reports a position whose next event is gone', () => {
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

it('reports a position of another generation, or one that lies ahead, as gone', () => {
  const log = new EventLog(10);
  log.add(app(1));
  const { position } = log;
  expect(log.after({ ...position, number: 2 })).toBe('gone');
  log.reset();
  expect(log.after(position)).toBe('gone');
  expect(log.after(log.position)).toBeUndefined();
  expect(log.position.generation).not.toBe(position.generation);
});

it('notifies listeners of events and resets until they are removed', () => {
  const log = new EventLog(10);
  let notified = 0;
  const remove = log.onChange(() => notified++);
  log.add(app(1));
  log.reset();
  remove();
  log.add(app(2));
  expect(notified).toBe(2);
});

it('parses the positions it writes, and nothing else', () => {
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
