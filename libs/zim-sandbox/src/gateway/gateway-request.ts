import { type IncomingMessage } from 'node:http';
import { type Socket } from 'node:net';
import { isJsonObject } from '../core/json.js';
import { readBody, type RequestBody } from './body.js';
import { parseAppId } from './parameter-checks.js';
import { parseTarget } from './target.js';

/** A request as it was received. */
export interface GatewayRequest {
  /** `performance.now()` at the start, for the duration. */
  readonly startedMs: number;
  readonly socket: Socket;
  readonly method: string;
  readonly path: string;
  readonly query: URLSearchParams;
  readonly body: RequestBody;
  /** Absent if the query has no valid AppId. */
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

/** Returns the parsed body; `undefined` if it could not be read. */
export function jsonOf({ body }: GatewayRequest): unknown {
  return body.readable ? body.json : undefined;
}

/** Returns every user that a request names: the acting user first, then the others in their order. */
export function namedUsers(request: GatewayRequest): string[] {
  const { query } = request;
  const json = jsonOf(request);
  const body = isJsonObject(json) ? json : {};
  const named = [
    query.get('FromUserId'),
    body.FromUserId,
    ...query.getAll('UserId'),
    ...query.getAll('UserId[]'),
    body.UserId,
    ...listOf(body.UserIds),
    ...listOf(body.UserInfo).map((user) => (isJsonObject(user) ? user.UserId : undefined)),
  ];
  return named.filter((userId) => typeof userId === 'string');
}

function listOf(value: unknown): unknown[] {
  return Array.isArray(value) ? value : [];
}
