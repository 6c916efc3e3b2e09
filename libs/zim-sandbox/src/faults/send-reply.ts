import { type ServerResponse } from 'node:http';
import { type JsonObject } from '../core/json.js';

/** The sandbox's reply to a request. */
export interface WireReply {
  readonly status: number;
  /** Clients correct their clocks by `Date`, so it must be the clock that checks the Timestamp. */
  readonly dateMs: number;
  /** For the developer, without secrets. */
  readonly hint?: string;
  readonly content: JsonObject;
}

const maxHintLength = 1000;

/** Sends a reply as ZIM does. */
export function sendReply(response: ServerResponse, reply: WireReply): void {
  writeHead(response, reply);
  response.end(JSON.stringify(reply.content));
}

/** Sets the status and the headers; more headers can be set afterwards. */
export function writeHead(
  response: ServerResponse,
  { status, dateMs, hint }: Omit<WireReply, 'content'>,
  contentType = 'application/json; charset=utf-8',
): void {
  response.statusCode = status;
  response.setHeader('Content-Type', contentType);
  response.setHeader('Date', new Date(dateMs).toUTCString());
  if (hint !== undefined) response.setHeader('X-Sandbox-Hint', toHeader(hint));
}

/** Replaces what is not ASCII, and shortens the text: clients limit the size of all headers together. */
function toHeader(hint: string): string {
  return hint.replace(/[^\x20-\x7e]/gu, '?').slice(0, maxHintLength);
}
