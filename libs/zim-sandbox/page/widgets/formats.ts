import { utcOffset } from '../texts/utc-offset.js';

/** Figures and times as the page writes them. */
export interface Formats {
  readonly number: (value: number) => string;
  /** `08:00:00.123` of this machine's time zone; Unix time in milliseconds, or ISO. */
  readonly timeOfDay: (at: number | string) => string;
  /** The same with its day and its distance from UTC. */
  readonly dateAndTime: (at: number | string) => string;
  readonly duration: (ms: number) => string;
}

/** @param locale as `Intl` takes it */
export function createFormats(locale: string): Formats {
  const time = {
    hour: '2-digit',
    minute: '2-digit',
    second: '2-digit',
    fractionalSecondDigits: 3,
    hourCycle: 'h23',
  } as const;
  const number = new Intl.NumberFormat(locale);
  const timeOfDay = new Intl.DateTimeFormat(locale, time);
  const dateAndTime = new Intl.DateTimeFormat(locale, {
    ...time,
    year: 'numeric',
    month: 'short',
    day: 'numeric',
  });
  const units = (unit: string, maximumFractionDigits: number): Intl.NumberFormat =>
    new Intl.NumberFormat(locale, {
      style: 'unit',
      unit,
      unitDisplay: 'short',
      maximumFractionDigits,
    });
  const short = units('millisecond', 1);
  const usual = units('millisecond', 0);
  const long = units('second', 1);
  return {
    number: (value) => number.format(value),
    timeOfDay: (at) => timeOfDay.format(new Date(at)),
    dateAndTime: (at) => `${dateAndTime.format(new Date(at))} ${utcOffset(at)}`,
    duration: (ms) => {
      if (ms < 10) return short.format(ms);
      return ms < 1000 ? usual.format(ms) : long.format(ms / 1000);
    },
  };
}
