import { randomBytes } from 'node:crypto';
import { request, type IncomingMessage } from 'node:http';
import { signZimRequest } from 'zim-protocol';
import { isJsonObject, type JsonObject } from '../core/json.js';
import { type SandboxApp } from '../core/settings.js';

const maxReplyBytes = 1024 * 1024;
const maxTextLength = 2048;

/** Result of a request, as a client sees it: the response, or why there was none. */
export type SignedRequestResult =
  | {
      readonly status: number;
      /** The body, if it is a JSON object. */
      readonly reply?: JsonObject;
      /** The beginning of any other body. */
      readonly text?: string;
      readonly hint?: string;
    }
  | { readonly error: string };

export interface SignedRequest {
  /** The sandbox's own URL. */
  readonly url: string;
  readonly app: SandboxApp;
  readonly nowMs: number;
  readonly action: string;
  readonly body: JsonObject;
  /** Milliseconds of real time, until the response is complete. */
  readonly timeoutMs: number;
}

/**
 * Sends a signed request to the sandbox itself over HTTP, as a backend would: on a new connection, without following
 * redirects or retrying. Never rejects.
 */
export function sendSignedRequest({
  url,
  timeoutMs,
  body,
  ...call
}: SignedRequest): Promise<SignedRequestResult> {
  return new Promise((resolve) => {
    const content = JSON.stringify(body);
    const outgoing = request(`${url}/?${signedQuery(call)}`, {
      method: 'POST',
      agent: false,
      headers: {
        'Content-Type': 'application/json',
        'Content-Length': Buffer.byteLength(content),
        'Accept-Encoding': 'identity',
      },
    });
    const end = (result: SignedRequestResult): void => {
      clearTimeout(timer);
      resolve(result);
      outgoing.destroy();
    };
    const timer = setTimeout(() => {
      end({ error: `no complete response within ${timeoutMs} ms` });
    }, timeoutMs);
    outgoing.on('error', (error) => {
      end({ error: error.message });
    });
    outgoing.on('response', (response) => {
      readResponse(response).then(end, (error: unknown) => {
        end({ error: error instanceof Error ? error.message : String(error) });
      });
    });
    outgoing.end(content);
  });
}

function signedQuery({
  app,
  nowMs,
  action,
}: Pick<SignedRequest, 'app' | 'nowMs' | 'action'>): string {
  const { appId, serverSecret } = app;
  const signatureNonce = randomBytes(8).toString('hex');
  const timestampSeconds = Math.floor(nowMs / 1000);
  return new URLSearchParams({
    Action: action,
    AppId: String(appId),
    SignatureNonce: signatureNonce,
    SignatureVersion: '2.0',
    Timestamp: String(timestampSeconds),
    Signature: signZimRequest({ appId, signatureNonce, serverSecret, timestampSeconds }),
  }).toString();
}

async function readResponse(response: IncomingMessage): Promise<SignedRequestResult> {
  if (response.headers['content-encoding'] !== undefined)
    throw new Error('the response is compressed, which the request did not accept');
  const parts: Buffer[] = [];
  let bytes = 0;
  for await (const part of response) {
    if (!Buffer.isBuffer(part)) continue;
    bytes += part.length;
    if (bytes > maxReplyBytes)
      throw new Error(`the response is longer than ${maxReplyBytes} bytes`);
    parts.push(part);
  }
  const text = Buffer.concat(parts).toString('utf8');
  const reply = jsonOf(text);
  const hint = response.headers['x-sandbox-hint'];
  return {
    status: response.statusCode ?? 0,
    ...(reply === undefined ? { text: text.slice(0, maxTextLength) } : { reply }),
    ...(typeof hint === 'string' ? { hint } : {}),
  };
}

function jsonOf(text: string): JsonObject | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return isJsonObject(value) ? value : undefined;
  } catch {
    return undefined;
  }
}
