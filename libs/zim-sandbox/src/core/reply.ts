import { findZimReturnCode } from 'zim-protocol';

/** Why a request was refused, where one code has several causes and each has a fix of its own. */
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

/** A refusal: a documented code, and for the developer a hint that says what to fix. */
export interface Refusal {
  readonly code: number;
  readonly hint: string;
  readonly cause?: RefusalCause;
}

/** The few texts the vendor's pages show; for the rest nobody documents the wording. */
const documentedMessages = new Map([
  [0, 'success'],
  [660000002, 'input params error'],
  [660000012, 'user length limit'],
]);

/** What stands in `Message` or `SubMessage` beside a code. */
export function messageOf(code: number): string {
  return documentedMessages.get(code) ?? findZimReturnCode(code)?.meaning ?? '';
}
