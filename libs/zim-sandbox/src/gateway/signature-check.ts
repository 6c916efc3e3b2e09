import { createHash, timingSafeEqual } from 'node:crypto';
import { signZimRequest } from 'zim-protocol';
import { type Refusal } from '../core/reply.js';
import { type SandboxApp } from '../core/settings.js';
import { type GatewayCheck } from './request-context.js';

export const signatureCheck: GatewayCheck = {
  name: 'the Signature is valid',
  refuse: ({ app, query }) => {
    const sent = query.get('Signature') ?? '';
    const nonce = query.get('SignatureNonce') ?? '';
    const timestamp = Number(query.get('Timestamp'));
    if (app !== undefined && isEqual(sent, sign(app, nonce, timestamp))) return undefined;
    const explained = app === undefined ? { hint: noMatch } : explain(sent, app, nonce, timestamp);
    return { code: 100000005, ...explained };
  },
};

const noMatch =
  'the Signature is not the MD5 of AppId, SignatureNonce, ServerSecret and Timestamp as sent, in this order without separators: check the secret, and that the nonce and Timestamp sent are the ones that were signed';

function sign({ appId, serverSecret }: SandboxApp, nonce: string, timestamp: number): string {
  return signZimRequest({
    appId,
    signatureNonce: nonce,
    serverSecret,
    timestampSeconds: timestamp,
  });
}

/** Compares in constant time, so that timing does not reveal how much of a guess is right. */
function isEqual(sent: string, expected: string): boolean {
  const [a, b] = [Buffer.from(sent), Buffer.from(expected)];
  return a.length === b.length && timingSafeEqual(a, b);
}

/** Tries the usual mistakes, and names the one that produces the signature sent; never reveals the right signature. */
function explain(
  sent: string,
  app: SandboxApp,
  nonce: string,
  timestamp: number,
): Omit<Refusal, 'code'> {
  const right = sign(app, nonce, timestamp);
  const parts = [String(app.appId), nonce, app.serverSecret, String(timestamp)];
  const signsSent = (secret: string, signedNonce = nonce) =>
    isEqual(sent, sign({ ...app, serverSecret: secret }, signedNonce, timestamp));

  if (sent.toLowerCase() === right)
    return {
      hint: 'the Signature is in upper case; ZIM expects lower case',
      cause: 'signature-uppercase',
    };
  if (orders(parts).some((order) => isEqual(sent, digest('md5', order, 'hex'))))
    return {
      hint: 'the Signature was made with the parts in another order; it must be AppId, SignatureNonce, ServerSecret, Timestamp',
      cause: 'signature-order',
    };
  if (milliseconds(timestamp).some((time) => isEqual(sent, sign(app, nonce, time))))
    return {
      hint: 'the Signature was made with milliseconds, the Timestamp is in seconds',
      cause: 'signature-milliseconds',
    };
  if (signsSent(app.serverSecret, nonce.replaceAll(' ', '+')))
    return {
      hint: 'the + in the SignatureNonce must be percent-encoded: in a query it means a space',
      cause: 'signature-nonce-encoding',
    };
  if ([`${app.serverSecret}\n`, `${app.serverSecret}\r\n`].some((secret) => signsSent(secret)))
    return {
      hint: 'the Signature was made with a line break after the ServerSecret',
      cause: 'signature-secret-line-break',
    };
  if ([`"${app.serverSecret}"`, `'${app.serverSecret}'`].some((secret) => signsSent(secret)))
    return {
      hint: 'the Signature was made with quotes around the ServerSecret',
      cause: 'signature-secret-quotes',
    };
  if (isEqual(sent, digest('md5', parts, 'base64')))
    return { hint: 'the Signature is base64; ZIM expects hex digits', cause: 'signature-base64' };
  if (['sha1', 'sha256'].some((algorithm) => isEqual(sent, digest(algorithm, parts, 'hex'))))
    return {
      hint: 'the Signature was made with SHA; version 2.0 uses MD5',
      cause: 'signature-sha',
    };
  if (!/^[0-9a-f]{32}$/.test(sent))
    return { hint: 'a Signature is 32 hex digits in lower case', cause: 'signature-form' };
  return { hint: noMatch };
}

function digest(algorithm: string, parts: readonly string[], form: 'hex' | 'base64'): string {
  return createHash(algorithm).update(parts.join(''), 'utf8').digest(form);
}

/** Returns the 1000 millisecond timestamps of a second. */
function milliseconds(second: number): number[] {
  return Array.from({ length: 1000 }, (_, offset) => second * 1000 + offset);
}

function orders(parts: readonly string[]): string[][] {
  if (parts.length === 0) return [[]];
  return parts.flatMap((part, index) =>
    orders(parts.toSpliced(index, 1)).map((rest) => [part, ...rest]),
  );
}
