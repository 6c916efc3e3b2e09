import { type IncomingMessage } from 'node:http';
import { type Socket } from 'node:net';
import { parseAppId } from './parameter-checks.js';
import { readBody, type RequestBody } from './body.js';
import { parseTarget } from './target.js';

/** A request as it came. */
export interface GatewayRequest {
  /** By the clock that measures, for the duration. */
  readonly startedMs: number;
  readonly socket: Socket;
  readonly method: string;
  readonly path: string;
  readonly query: URLSearchParams;
  readonly body: RequestBody;
  /** Absent if the query has none that is one. */
  readonly appId: number | undefined;
  readonly action: string | undefined;
}

export async function readRequest(incoming: IncomingMessage): Promise<GatewayRequest> {
  const startedMs = performance.now();
  const { path, query } = parseTarget(incoming.url ?? '/');
  return {
    startedMs,
    socket: incoming.socket,
    method: incoming.method ?? '',
    path,
    query,
    body: await readBody(incoming),
    appId: parseAppId(query.get('AppId')),
    action: query.get('Action') ?? undefined,
  };
}

/** The parsed body; `undefined` if there was none that could be read. */
export function jsonOf({ body }: GatewayRequest): unknown {
  return body.readable ? body.json : undefined;
}
