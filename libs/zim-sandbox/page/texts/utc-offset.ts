/** How far this machine's time is from UTC: `UTC+08:00`. The command line shows the same. */
export function utcOffset(at: number | string): string {
  const minutes = -new Date(at).getTimezoneOffset();
  const distance = Math.abs(minutes);
  const pad = (value: number) => String(Math.floor(value)).padStart(2, '0');
  return `UTC${minutes < 0 ? '-' : '+'}${pad(distance / 60)}:${pad(distance % 60)}`;
}
