import { type IncomingHttpHeaders, type ServerResponse } from 'node:http';
import { isJsonObject, type JsonObject } from '../core/json.js';
import { isLoopback } from '../core/loopback.js';
import { unknownNames } from '../core/unknown-names.js';
import {
  isPresence,
  sandboxPresences,
  seedUserFields,
  type SandboxSeedUser,
} from '../core/user-rules.js';
import { parseAppId } from '../gateway/parameter-checks.js';
import { type RequestBody } from '../gateway/body.js';

/** A refusal of a control request; the message is sent to the client. */
export class ControlError extends Error {
  constructor(
    readonly status: number,
    message: string,
    readonly headers: Readonly<Record<string, string>> = {},
  ) {
    super(message);
  }

  /** @param methods - the methods of this path */
  static wrongMethod(methods: readonly string[]): ControlError {
    const allowed = methods.join(', ');
    return new ControlError(405, `This path takes ${allowed}.`, { Allow: allowed });
  }

  sendTo(response: ServerResponse): void {
    sendJson(response, this.status, { error: this.message }, this.headers);
  }
}

/** A route of the control API. */
export interface Route {
  readonly method: 'GET' | 'POST' | 'DELETE';
  readonly path: string;
  readonly description: string;
  /** The allowed query parameters. Default: none. */
  readonly query?: readonly string[];
  /** Returns the JSON of the response, or a promise of it. */
  run(query: URLSearchParams, body: RequestBody): unknown;
}

export function sendJson(
  response: ServerResponse,
  status: number,
  content: unknown,
  headers: Readonly<Record<string, string>> = {},
): void {
  response.writeHead(status, { ...headers, 'Content-Type': 'application/json; charset=utf-8' });
  response.end(`${JSON.stringify(content, undefined, 2)}\n`);
}

/**
 * Refuses requests of foreign web pages: `Host` shows a name that was re-pointed to this machine (DNS rebinding),
 * `Origin` any other site.
 */
export function checkLocal(headers: IncomingHttpHeaders): void {
  if (!isLoopback(`http://${headers.host ?? ''}`))
    throw new ControlError(403, 'The control API answers only on a loopback address.');
  if (headers.origin !== undefined && !isLoopback(headers.origin))
    throw new ControlError(403, 'The control API does not answer other web sites.');
}

/** Reads an AppID from a query or a body; returns `undefined` if none is given. */
export function readAppId(value: unknown, appIds: readonly number[]): number | undefined {
  if (value === undefined || value === null) return undefined;
  const appId = parseAppId(typeof value === 'number' ? String(value) : stringOrNull(value));
  if (appId === undefined)
    throw new ControlError(400, 'appId must be an unsigned 32-bit number in decimal digits.');
  if (!appIds.includes(appId)) throw new ControlError(404, 'This sandbox has no such app.');
  return appId;
}

export function readLimit(value: string | null): number | undefined {
  if (value === null) return undefined;
  if (!/^[1-9]\d{0,8}$/.test(value))
    throw new ControlError(400, 'limit must be a whole number from 1 up.');
  return Number(value);
}

/**
 * Reads a body that must be a JSON object.
 *
 * @param known - the allowed fields; absent if the caller checks them
 */
export function readObject(body: RequestBody, known?: readonly string[]): JsonObject {
  if (!body.readable) throw new ControlError(400, `${body.reason}.`);
  if (!isJsonObject(body.json)) throw new ControlError(400, 'The body must be a JSON object.');
  if (known !== undefined) refuseUnknown(Object.keys(body.json), known);
  return body.json;
}

/** @throws ControlError that names each unknown name */
export function refuseUnknown(given: Iterable<string>, known: readonly string[], path = ''): void {
  const problems = unknownNames(given, known, path);
  if (problems.length > 0) throw new ControlError(400, `${problems.join('; ')}.`);
}

/** @param prefix - of the field's path in an error, such as `offlinePush.` */
export function readString(json: JsonObject, name: string, prefix = ''): string {
  const value = json[name];
  if (typeof value !== 'string') throw new ControlError(400, `${prefix}${name} must be a string.`);
  return value;
}

/** Reads the body of `POST /__/seed`. */
export function readSeed(
  body: RequestBody,
  appIds: readonly number[],
): { appId: number | undefined; users: (string | SandboxSeedUser)[] } {
  if (!body.readable) throw new ControlError(400, `${body.reason}.`);
  const json = body.json;
  if (!isJsonObject(json) || !Array.isArray(json.users))
    throw new ControlError(400, 'The body must be a JSON object with an array of users.');
  refuseUnknown(Object.keys(json), ['appId', 'users']);
  return { appId: readAppId(json.appId, appIds), users: json.users.map(readUser) };
}

function readUser(value: unknown, index: number): string | SandboxSeedUser {
  if (typeof value === 'string') return value;
  if (isJsonObject(value) && typeof value.userId === 'string') {
    refuseUnknown(Object.keys(value), seedUserFields, `users[${index}].`);
    const { userId, userName, userAvatar, presence } = value;
    if (presence !== undefined && !isPresence(presence))
      throw new ControlError(
        400,
        `users[${index}].presence must be ${sandboxPresences.join(', ')}.`,
      );
    if (isStringOrAbsent(userName) && isStringOrAbsent(userAvatar))
      return { userId, userName, userAvatar, presence };
  }
  throw new ControlError(
    400,
    `users[${index}] must be an id, or an object with userId and optionally userName and userAvatar.`,
  );
}

function isStringOrAbsent(value: unknown): value is string | undefined {
  return value === undefined || typeof value === 'string';
}

function stringOrNull(value: unknown): string | null {
  return typeof value === 'string' ? value : null;
}
