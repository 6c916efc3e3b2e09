import type { IncomingHttpHeaders } from 'node:http';

/** A reply, read to its end. */
export interface HttpReply {
  readonly status: number;
  readonly contentType: string;
  /** The `Date` header. */
  readonly date?: string;
  /** What the server's `Retry-After` asks for. */
  readonly retryAfterMs?: number;
  /** Whether zim-sandbox sent it, which ZIM never says of itself. */
  readonly fromSandbox?: boolean;
  readonly text: string;
}

export function toHttpReply(status: number, headers: IncomingHttpHeaders, text: string): HttpReply {
  return {
    status,
    contentType: headers['content-type'] ?? '',
    date: headers.date,
    retryAfterMs: retryAfterMs(headers['retry-after'], headers.date),
    fromSandbox: headers['x-zim-sandbox'] !== undefined,
    text,
  };
}

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
