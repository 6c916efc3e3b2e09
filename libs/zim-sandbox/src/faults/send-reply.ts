import { type ServerResponse } from 'node:http';
import { type JsonObject } from '../core/json.js';

/** What the sandbox has to say to a request. */
export interface WireReply {
  readonly status: number;
  /** Clients correct their clocks by `Date`, so it must be the time that signatures are judged by. */
  readonly dateMs: number;
  /** For the person at the desk, free of secrets. */
  readonly hint?: string;
  readonly content: JsonObject;
}

const maxHintLength = 1000;

/** Sends a reply as ZIM does. */
export function sendReply(response: ServerResponse, reply: WireReply): void {
  writeHead(response, reply);
  response.end(JSON.stringify(reply.content));
}

/** The status and the headers, to which others may be added. */
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

/** A header holds ASCII only, and clients limit all headers together. */
function toHeader(hint: string): string {
  return hint.replace(/[^\x20-\x7e]/gu, '?').slice(0, maxHintLength);
}
