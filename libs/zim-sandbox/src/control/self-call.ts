import { randomBytes } from 'node:crypto';
import { request, type IncomingMessage } from 'node:http';
import { signZimRequest } from 'zim-protocol';
import { isJsonObject, type JsonObject } from '../core/json.js';
import { type SandboxApp } from '../core/settings.js';

const maxAnswerBytes = 1024 * 1024;
const maxTextLength = 2048;

/** What came of a request, as a client sees it: an answer, or why there was none. */
export type SelfAnswer =
  | {
      readonly status: number;
      /** ZIM's answer, if it was one. */
      readonly reply?: JsonObject;
      /** The beginning of an answer that ZIM would not give. */
      readonly text?: string;
      readonly hint?: string;
    }
  | { readonly error: string };

export interface SelfCall {
  /** The sandbox's own. */
  readonly url: string;
  readonly app: SandboxApp;
  readonly nowMs: number;
  readonly action: string;
  readonly body: JsonObject;
  /** Of real time, until the answer is complete. */
  readonly timeoutMs: number;
}

/**
 * Calls the sandbox by its front door, signed, as a backend would: with a connection of its own, following no
 * redirect, and repeating nothing.
 *
 * @returns never rejects
 */
export function callSelf({ url, timeoutMs, body, ...call }: SelfCall): Promise<SelfAnswer> {
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
    const end = (answer: SelfAnswer): void => {
      clearTimeout(timer);
      resolve(answer);
      outgoing.destroy();
    };
    const timer = setTimeout(() => {
      end({ error: `no complete answer within ${timeoutMs} ms` });
    }, timeoutMs);
    outgoing.on('error', (error) => {
      end({ error: error.message });
    });
    outgoing.on('response', (response) => {
      readAnswer(response).then(end, (error: unknown) => {
        end({ error: error instanceof Error ? error.message : String(error) });
      });
    });
    outgoing.end(content);
  });
}

function signedQuery({ app, nowMs, action }: Pick<SelfCall, 'app' | 'nowMs' | 'action'>): string {
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

async function readAnswer(response: IncomingMessage): Promise<SelfAnswer> {
  if (response.headers['content-encoding'] !== undefined)
    throw new Error('the answer is compressed, which was not asked for');
  const parts: Buffer[] = [];
  let bytes = 0;
  for await (const part of response) {
    if (!Buffer.isBuffer(part)) continue;
    bytes += part.length;
    if (bytes > maxAnswerBytes)
      throw new Error(`the answer is longer than ${maxAnswerBytes} bytes`);
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
