/** How the page writes numbers, times and durations. */
export interface Formats {
  readonly number: (value: number) => string;
  /** Local time such as `08:00:00.123`; takes Unix time in milliseconds, or ISO 8601. */
  readonly timeOfDay: (at: number | string) => string;
  /** Local date and time with the UTC offset. */
  readonly dateAndTime: (at: number | string) => string;
  readonly duration: (ms: number) => string;
}

/** @param locale a BCP 47 tag, as for `Intl` */
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
  const tenthsOfMs = units('millisecond', 1);
  const wholeMs = units('millisecond', 0);
  const tenthsOfSeconds = units('second', 1);
  return {
    number: (value) => number.format(value),
    timeOfDay: (at) => timeOfDay.format(new Date(at)),
    dateAndTime: (at) => `${dateAndTime.format(new Date(at))} ${utcOffset(at)}`,
    duration: (ms) => {
      if (ms < 10) return tenthsOfMs.format(ms);
      return ms < 1000 ? wholeMs.format(ms) : tenthsOfSeconds.format(ms / 1000);
    },
  };
}

/** Returns this machine's UTC offset, such as `UTC+08:00`, in the format of the command line. */
export function utcOffset(at: number | string): string {
  const minutes = -new Date(at).getTimezoneOffset();
  const distance = Math.abs(minutes);
  const pad = (value: number) => String(Math.floor(value)).padStart(2, '0');
  return `UTC${minutes < 0 ? '-' : '+'}${pad(distance / 60)}:${pad(distance % 60)}`;
}
