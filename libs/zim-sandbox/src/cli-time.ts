/**
 * A time of day as the command line and the console show it: local, with its distance from UTC, such as
 * `16:00:00.123+08:00`.
 *
 * @param atMs Unix time in milliseconds
 * @param offsetMinutes of the time zone, east of UTC; by default that of this machine at that time
 */
export function timeText(
  atMs: number,
  offsetMinutes = -new Date(atMs).getTimezoneOffset(),
): string {
  const time = new Date(atMs + offsetMinutes * 60_000).toISOString().slice(11, 23);
  const distance = Math.abs(offsetMinutes);
  const pad = (value: number) => String(Math.floor(value)).padStart(2, '0');
  return `${time}${offsetMinutes < 0 ? '-' : '+'}${pad(distance / 60)}:${pad(distance % 60)}`;
}
