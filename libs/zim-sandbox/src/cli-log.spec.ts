import { CliLog, type LogLine, timeText } from './cli-log.js';

function start() {
  const printed: LogLine[] = [];
  const log = new CliLog((line) => printed.push(line));
  return { printed, log, texts: () => printed.map(({ text }) => text) };
}
const ofCall =
  (callId: string) =>
  ({ callId: other }: LogLine) =>
    other === callId;

describe('CliLog', () => {
  it('prints a request before the changes it caused, and not with a later time', async () => {
    const { printed, log } = start();
    log.add({ atMs: 5, text: 'call 1 timed out', callId: '1' });
    log.add({ atMs: 10, text: 'call 2 rings', callId: '2' });
    log.addCause({ atMs: 11, text: 'CallInvite 2' }, ofCall('2'));
    await Promise.resolve();
    expect(printed).toEqual([
      { atMs: 5, text: 'call 1 timed out', callId: '1' },
      { atMs: 10, text: 'CallInvite 2' },
      { atMs: 10, text: 'call 2 rings', callId: '2' },
    ]);
  });

  it('prints a request that changed nothing in its place', async () => {
    const { log, texts } = start();
    log.add({ atMs: 5, text: 'call 1 timed out', callId: '1' });
    log.addCause({ atMs: 6, text: 'refused' }, ofCall('2'));
    log.add({ atMs: 7, text: 'bob is offline' });
    await Promise.resolve();
    expect(texts()).toEqual(['call 1 timed out', 'refused', 'bob is offline']);
  });

  it('prints every line by the end of the turn of the event loop', async () => {
    const { log, texts } = start();
    log.add({ atMs: 5, text: 'call 1 rings', callId: '1' });
    await Promise.resolve();
    expect(texts()).toEqual(['call 1 rings']);
    log.addCause({ atMs: 6, text: 'later' }, ofCall('1'));
    await Promise.resolve();
    expect(texts()).toEqual(['call 1 rings', 'later']);
  });
});

describe('timeText', () => {
  const atMs = Date.parse('2026-11-23T08:00:00.123Z');

  it.each([
    [0, '08:00:00.123+00:00'],
    [480, '16:00:00.123+08:00'],
    [345, '13:45:00.123+05:45'],
    [-210, '04:30:00.123-03:30'],
    [-720, '20:00:00.123-12:00'],
  ])('returns local time and the offset from UTC: %i minutes', (offsetMinutes, text) => {
    expect(timeText(atMs, offsetMinutes)).toBe(text);
  });

  it("uses this machine's time zone by default", () => {
    const local = new Date(atMs);
    const [hours, minutes] = [local.getHours(), local.getMinutes()].map((value) =>
      String(value).padStart(2, '0'),
    );
    expect(timeText(atMs)).toMatch(`${String(hours)}:${String(minutes)}:00.123`);
    const [, sign, east = 0, rest = 0] = /([+-])(\d\d):(\d\d)$/.exec(timeText(atMs)) ?? [];
    const offset = (Number(east) * 60 + Number(rest)) * (sign === '-' ? -1 : 1);
    expect(offset + local.getTimezoneOffset()).toBe(0);
  });
});
