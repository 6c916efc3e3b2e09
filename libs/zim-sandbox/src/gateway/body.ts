import { type IncomingMessage } from 'node:http';

/** Far more than any documented request needs. */
export const maxBodyBytes = 1024 * 1024;

/** No documented request has more than five levels. */
const maxDepth = 64;

/** A request body: JSON of any type, or the reason why it could not be read. */
export type RequestBody =
  | { readonly readable: true; readonly json: unknown; readonly bytes: number }
  | { readonly readable: false; readonly reason: string };

/**
 * Reads a body to its end, and keeps at most {@link maxBodyBytes} of it. The rest is read and dropped: a client that
 * is still sending would not read the reply.
 */
export async function readBody(request: IncomingMessage): Promise<RequestBody> {
  const stream: AsyncIterable<unknown> = request;
  const chunks: Buffer[] = [];
  let bytes = 0;
  try {
    for await (const chunk of stream) {
      if (!Buffer.isBuffer(chunk)) continue;
      bytes += chunk.length;
      if (bytes <= maxBodyBytes) chunks.push(chunk);
      else chunks.length = 0;
    }
  } catch {
    return unreadable(`the connection broke off after ${bytes} bytes of the body`);
  }
  if (bytes === 0) return unreadable('the body is empty');
  if (bytes > maxBodyBytes)
    return unreadable(
      `the body has ${bytes} bytes; this sandbox reads ${maxBodyBytes} (its own limit, none is documented)`,
    );
  return parse(Buffer.concat(chunks), bytes);
}

function parse(content: Buffer, bytes: number): RequestBody {
  let text: string;
  try {
    text = new TextDecoder('utf-8', { fatal: true }).decode(content);
  } catch {
    return unreadable('the body is not UTF-8');
  }
  try {
    const json: unknown = JSON.parse(text);
    return isDeep(json)
      ? unreadable(`the body is nested deeper than ${maxDepth} levels (a limit of this sandbox)`)
      : { readable: true, json, bytes };
  } catch {
    return unreadable('the body is not JSON');
  }
}

/** Walks level by level, not recursively: the limit keeps later recursions from overflowing the stack. */
function isDeep(json: unknown): boolean {
  let level: unknown[] = [json];
  for (let depth = 0; level.length > 0; depth++) {
    if (depth > maxDepth) return true;
    level = level.flatMap(childrenOf);
  }
  return false;
}

function childrenOf(value: unknown): unknown[] {
  return typeof value === 'object' && value !== null ? Object.values(value) : [];
}

function unreadable(reason: string): RequestBody {
  return { readable: false, reason };
}
