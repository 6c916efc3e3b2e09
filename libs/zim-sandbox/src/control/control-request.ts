import { isIP } from 'node:net';
import { type IncomingHttpHeaders } from 'node:http';
import { isJsonObject } from '../core/json.js';
import { type SandboxUser } from '../directory/user-rules.js';
import { parseAppId } from '../gateway/parameter-checks.js';
import { type RequestBody } from '../gateway/body.js';

/** The request is wrong; its message is for whoever sent it. */
export class ControlError extends Error {
  readonly status: number;

  constructor(status: number, message: string) {
    super(message);
    this.status = status;
  }
}

/**
 * Refuses what comes from a web page: one whose name was re-pointed to this machine shows in `Host`, any
 * other in `Origin`.
 */
export function checkLocal(headers: IncomingHttpHeaders): void {
  if (!isLoopback(`http://${headers.host ?? ''}`))
    throw new ControlError(403, 'The control API answers only on a loopback address.');
  if (headers.origin !== undefined && !isLoopback(headers.origin))
    throw new ControlError(403, 'The control API does not answer other web sites.');
}

function isLoopback(url: string): boolean {
  if (!URL.canParse(url)) return false;
  const { hostname } = new URL(url);
  return (
    hostname === 'localhost' ||
    hostname === '[::1]' ||
    (isIP(hostname) === 4 && hostname.startsWith('127.'))
  );
}

/** An app id from a query or a body; `undefined` if none is given. */
export function readAppId(value: unknown, appIds: readonly number[]): number | undefined {
  if (value === undefined || value === null) return undefined;
  const appId = parseAppId(typeof value === 'number' ? String(value) : textOrNull(value));
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

/** The body of `POST /__/seed`. */
export function readSeed(
  body: RequestBody,
  appIds: readonly number[],
): { appId: number | undefined; users: (string | SandboxUser)[] } {
  if (!body.readable) throw new ControlError(400, `${body.reason}.`);
  const json = body.json;
  if (!isJsonObject(json) || !Array.isArray(json.users))
    throw new ControlError(400, 'The body must be a JSON object with a list of users.');
  return { appId: readAppId(json.appId, appIds), users: json.users.map(readUser) };
}

function readUser(value: unknown, index: number): string | SandboxUser {
  if (typeof value === 'string') return value;
  if (isJsonObject(value) && typeof value.userId === 'string') {
    const { userId, userName, userAvatar } = value;
    if (isTextOrAbsent(userName) && isTextOrAbsent(userAvatar))
      return { userId, userName, userAvatar };
  }
  throw new ControlError(
    400,
    `users[${index}] must be an id, or an object with userId and perhaps userName and userAvatar.`,
  );
}

function isTextOrAbsent(value: unknown): value is string | undefined {
  return value === undefined || typeof value === 'string';
}

function textOrNull(value: unknown): string | null {
  return typeof value === 'string' ? value : null;
}
