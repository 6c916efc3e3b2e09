/** A server that asks for longer asks for too much to count with. */
const longestSeconds = 24 * 3600;

/**
 * How long a `Retry-After` asks to wait: seconds, or a date, which is measured by the server's own `Date`.
 * `undefined` for anything else.
 */
export function retryAfterMs(
  header: string | undefined,
  dateHeader: string | undefined,
): number | undefined {
  if (header === undefined) return undefined;
  if (/^\d{1,9}$/.test(header)) return Math.min(Number(header), longestSeconds) * 1000;
  const fromServer = Date.parse(header) - Date.parse(dateHeader ?? '');
  if (Number.isNaN(fromServer)) return undefined;
  return Math.min(Math.max(fromServer, 0), longestSeconds * 1000);
}
