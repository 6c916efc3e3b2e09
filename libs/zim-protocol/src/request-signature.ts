import { createHash } from 'node:crypto';

/** Input of a request signature. */
export interface ZimSignatureInput {
  readonly appId: number;
  /** Any text that is new for each request; ZIM's pages ask for 16 hex characters. */
  readonly signatureNonce: string;
  readonly serverSecret: string;
  /** Unix time in **seconds**; ZIM allows 10 minutes of deviation. */
  readonly timestampSeconds: number;
}

/** A signing algorithm; deterministic. */
export type ZimRequestSigner = (input: ZimSignatureInput) => string;

/**
 * Returns request signature 2.0: the lower-case hex MD5 of AppID, nonce, ServerSecret and timestamp, concatenated.
 * It covers neither Action nor body, so a signed URL can be used to call **any** operation of the AppID until it
 * expires: treat it as a credential.
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

const builtIn = new Map<string, ZimRequestSigner>([['2.0', signZimRequest]]);

/**
 * Returns the signer of a SignatureVersion: the supplied one, else the built-in one ("2.0"), else `undefined`. There
 * is no built-in signer for 3.0, because no public page states its algorithm.
 */
export function findZimRequestSigner(
  version: string,
  supplied: ZimRequestSigners = {},
): ZimRequestSigner | undefined {
  return Object.hasOwn(supplied, version) ? supplied[version] : builtIn.get(version);
}
