import { findZimReturnCode } from 'zim-protocol';

/** The answer no: a documented code, and for the person at the desk a hint that says what to mend. */
export interface Refusal {
  readonly code: number;
  readonly hint: string;
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
