import { findZimReturnCode } from 'zim-protocol';

/** Why a request was refused, for codes that have several causes, each with its own fix. */
export type RefusalCause =
  | 'quota-exceeded'
  | 'action-not-emulated'
  | 'nonce-format'
  | 'nonce-reused'
  | 'timestamp-behind'
  | 'timestamp-ahead'
  | 'timestamp-milliseconds'
  | 'signature-uppercase'
  | 'signature-order'
  | 'signature-milliseconds'
  | 'signature-nonce-encoding'
  | 'signature-secret-line-break'
  | 'signature-secret-quotes'
  | 'signature-base64'
  | 'signature-sha'
  | 'signature-form';

/** A refusal: a documented code, and a hint for the developer that says what to fix. */
export interface Refusal {
  readonly code: number;
  readonly hint: string;
  readonly cause?: RefusalCause;
}

/** The messages that the vendor's pages show; no page documents the wording of the others. */
const documentedMessages = new Map([
  [0, 'success'],
  [660000002, 'input params error'],
  [660000012, 'user length limit'],
]);

/** Returns the `Message` or `SubMessage` for a code. */
export function messageOf(code: number): string {
  return documentedMessages.get(code) ?? findZimReturnCode(code)?.meaning ?? '';
}
