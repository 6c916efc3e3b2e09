import { createHash } from 'node:crypto';

/** What a request signature is made of. */
export interface ZimSignatureInput {
  readonly appId: number;
  /** Any text that is new for each request; ZIM's pages ask for 16 hex characters. */
  readonly signatureNonce: string;
  readonly serverSecret: string;
  /** Unix time in **seconds**; ZIM allows 10 minutes of deviation. */
  readonly timestampSeconds: number;
}

/** A signing algorithm: the same input always gives the same signature. */
export type ZimRequestSigner = (input: ZimSignatureInput) => string;

/**
 * Request signature 2.0: the lower-case hex MD5 of AppID, nonce, ServerSecret and timestamp, written one
 * after the other. It covers neither Action nor body, so whoever holds a signed URL can call **any**
 * operation of the AppID until it expires: treat it as a credential.
 *
 * See https://www.zegocloud.com/docs/zim-server/accessing-server-apis
 */
export const signZimRequest: ZimRequestSigner = (input) =>
  createHash('md5')
    .update(
      String(input.appId) +
        input.signatureNonce +
        input.serverSecret +
        String(input.timestampSeconds),
      'utf8',
    )
    .digest('hex');

/** Signers by SignatureVersion. */
export type ZimRequestSigners = Readonly<Record<string, ZimRequestSigner>>;

const shipped = new Map<string, ZimRequestSigner>([['2.0', signZimRequest]]);

/**
 * The signer of a SignatureVersion: the one supplied, else the one shipped ("2.0"), else `undefined`, for
 * an algorithm that no public page states (3.0) is not guessed.
 */
export function findZimRequestSigner(
  version: string,
  supplied: ZimRequestSigners = {},
): ZimRequestSigner | undefined {
  return Object.hasOwn(supplied, version) ? supplied[version] : shipped.get(version);
}
