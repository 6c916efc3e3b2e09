import { createFormats, utcOffset } from './formats.js';

describe('createFormats', () => {
  it('formats numbers, times and durations in English', () => {
    const { number, timeOfDay, dateAndTime, duration } = createFormats('en');
    const at = new Date(2026, 10, 23, 8, 5, 7, 12);
    expect(number(1204)).toBe('1,204');
    expect(timeOfDay(at.getTime())).toBe('08:05:07.012');
    expect(timeOfDay(at.toISOString())).toBe('08:05:07.012');
    expect(dateAndTime(at.getTime())).toBe(`Nov 23, 2026, 08:05:07.012 ${utcOffset(at.getTime())}`);
    expect(timeOfDay(new Date(2026, 10, 23).getTime())).toBe('00:00:00.000');
    expect([0.44, 9.96, 12.4, 999, 3000, 61_240].map(duration)).toEqual([
      '0.4 ms',
      '10 ms',
      '12 ms',
      '999 ms',
      '3 sec',
      '61.2 sec',
    ]);
  });

  it('formats times and durations in Chinese', () => {
    const { timeOfDay, dateAndTime, duration } = createFormats('zh-CN');
    const at = new Date(2026, 10, 23, 8, 5, 7, 12).getTime();
    expect(timeOfDay(at)).toBe('08:05:07.012');
    expect(dateAndTime(at)).toBe(`2026年11月23日 08:05:07.012 ${utcOffset(at)}`);
    expect(duration(3000)).toBe('3秒');
  });
});

describe('utcOffset', () => {
  it('formats the UTC offset of the local time zone', () => {
    const offsetAt = (minutesWest: number) => {
      const getTimezoneOffset = jest
        .spyOn(Date.prototype, 'getTimezoneOffset')
        .mockReturnValue(minutesWest);
      const text = utcOffset(0);
      getTimezoneOffset.mockRestore();
      return text;
    };
    expect([-480, 0, 210, -345].map(offsetAt)).toEqual([
      'UTC+08:00',
      'UTC+00:00',
      'UTC-03:30',
      'UTC+05:45',
    ]);
  });
});
