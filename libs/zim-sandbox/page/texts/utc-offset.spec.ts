import { utcOffset } from './utc-offset.js';

it('says how far local time is from UTC', () => {
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
