import { type IncomingMessage } from 'node:http';

/** 1 MiB: many times what any documented request needs. */
export const maxBodyBytes = 1024 * 1024;

/** A request body: JSON of any kind, or the reason why it is none. */
export type RequestBody =
  | { readonly readable: true; readonly json: unknown; readonly bytes: number }
  | { readonly readable: false; readonly reason: string };

/**
 * Reads a body to its end, and keeps at most {@link maxBodyBytes} of it: a client that is still sending
 * would not see the answer, so the rest is read and dropped.
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
    return { readable: true, json, bytes };
  } catch {
    return unreadable('the body is not JSON');
  }
}

function unreadable(reason: string): RequestBody {
  return { readable: false, reason };
}
