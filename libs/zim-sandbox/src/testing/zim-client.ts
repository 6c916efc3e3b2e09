import { signZimRequest } from 'zim-protocol';
import { type SandboxApp } from '../core/settings.js';
import { isJsonObject, type JsonObject } from '../core/json.js';

/** A reply as a client sees it. */
export interface Answer {
  readonly status: number;
  readonly hint: string | null;
  readonly reply: JsonObject;
}

export interface ClientTarget {
  readonly url: string;
  readonly app: SandboxApp;
  readonly clock: { now(): number };
}

/** Returns the same target with the credentials of another app. */
export function asApp({ url, clock }: ClientTarget, app: SandboxApp): ClientTarget {
  return { url, clock, app };
}

let requests = 0;

/** Returns the six public parameters with a valid signature; overrides replace them, `null` leaves one out. */
export function publicParameters(
  target: ClientTarget,
  action: string,
  overrides: Readonly<Record<string, string | null>> = {},
): URLSearchParams {
  const nonce = overrides.SignatureNonce ?? (++requests).toString(16).padStart(16, '0');
  const timestamp = overrides.Timestamp ?? String(Math.floor(target.clock.now() / 1000));
  const query: Record<string, string | null> = {
    Action: action,
    AppId: String(target.app.appId),
    SignatureNonce: nonce,
    Timestamp: timestamp,
    SignatureVersion: '2.0',
    Signature: signZimRequest({
      appId: target.app.appId,
      signatureNonce: nonce,
      serverSecret: target.app.serverSecret,
      timestampSeconds: Number(timestamp),
    }),
    ...overrides,
  };
  const parameters = new URLSearchParams();
  for (const [name, value] of Object.entries(query))
    if (value !== null) parameters.append(name, value);
  return parameters;
}

export async function post(url: string, body: string, method = 'POST'): Promise<Answer> {
  const response = await fetch(url, {
    method,
    body: method === 'GET' ? undefined : body,
    headers: { 'Content-Type': 'application/json' },
  });
  const reply: unknown = await response.json();
  if (!isJsonObject(reply)) throw new Error('The reply is not a JSON object.');
  return { status: response.status, hint: response.headers.get('x-sandbox-hint'), reply };
}

/** Calls an action as a backend would. */
export function call(
  target: ClientTarget,
  action: string,
  body: unknown,
  overrides?: Readonly<Record<string, string | null>>,
): Promise<Answer> {
  const query = publicParameters(target, action, overrides);
  return post(`${target.url}/?${query.toString()}`, JSON.stringify(body));
}

/** Returns a valid CallInvite body, with changes. */
export function inviteBody(changes: JsonObject = {}): JsonObject {
  return { FromUserId: 'alice', UserIds: ['bob'], OfflinePush: { Enable: 0 }, ...changes };
}

/** Calls an action whose fields are all in the query. */
export function callByGet(
  target: ClientTarget,
  action: string,
  fields: Readonly<Record<string, string | readonly string[] | undefined>>,
): Promise<Answer> {
  const query = publicParameters(target, action);
  for (const [name, value] of Object.entries(fields))
    for (const item of typeof value === 'string' ? [value] : (value ?? []))
      query.append(name, item);
  return post(`${target.url}/?${query.toString()}`, '', 'GET');
}

/** Invites, and returns the id of the call. */
export async function ring(target: ClientTarget, changes: JsonObject = {}): Promise<string> {
  const { reply } = await call(target, 'CallInvite', inviteBody(changes));
  if (typeof reply.CallId !== 'string')
    throw new Error(`The invite failed: ${JSON.stringify(reply)}`);
  return reply.CallId;
}
