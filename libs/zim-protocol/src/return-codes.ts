import { returnCodeRows, type ZimCodeCategory } from './return-code-rows.js';

/**
 * What a return code says about the operation: it was `done`; it was `refused` at the door and may be sent
 * again; it was `rejected` for what it asks; or it is `unknown` whether it took effect.
 */
export type ZimCodeOutcome = 'done' | 'refused' | 'rejected' | 'unknown';

export interface ZimReturnCode {
  readonly code: number;
  readonly category: ZimCodeCategory;
  readonly outcome: ZimCodeOutcome;
  readonly meaning: string;
  readonly advice: string;
}

const signatureExpired = 100000004;
const bodyUnreadable = 100000012;

/** All documented return codes, by number. See https://www.zegocloud.com/docs/zim-server/return-codes */
export const zimReturnCodes: ReadonlyMap<number, ZimReturnCode> = new Map(
  returnCodeRows.map(([code, category, meaning, advice]) => [
    code,
    { code, category, outcome: outcomeOf(code, category), meaning, advice },
  ]),
);

/** The entry of a return code, or `undefined` for one that is not documented. */
export function findZimReturnCode(code: number): ZimReturnCode | undefined {
  return zimReturnCodes.get(code);
}

function outcomeOf(code: number, category: ZimCodeCategory): ZimCodeOutcome {
  if (category === 'ok') return 'done';
  if (category === 'rate-limit' || code === signatureExpired) return 'refused';
  // A failure inside ZIM may come after the phones were told; only an unread body proves that nothing ran.
  if (category === 'server' && code !== bodyUnreadable) return 'unknown';
  return 'rejected';
}
