import { timeText } from './cli-time.js';

const atMs = Date.parse('2026-11-23T08:00:00.123Z');

describe('timeText', () => {
  it.each([
    [0, '08:00:00.123+00:00'],
    [480, '16:00:00.123+08:00'],
    [345, '13:45:00.123+05:45'],
    [-210, '04:30:00.123-03:30'],
    [-720, '20:00:00.123-12:00'],
  ])('is local, and says how far from UTC: %i minutes', (offsetMinutes, text) => {
    expect(timeText(atMs, offsetMinutes)).toBe(text);
  });

  it('is that of this machine', () => {
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
