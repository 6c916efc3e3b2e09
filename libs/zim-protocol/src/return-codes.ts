import { returnCodeTable, type ZimCodeCategory } from './return-code-table.js';

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
/** Failures of the gateway before it had a request to pass on: no ServerSecret, no configuration, no body. */
const neverPassedOn: readonly number[] = [100000010, 100000011, 100000012];

/**
 * All documented return codes, by number: those of https://www.zegocloud.com/docs/zim-server/return-codes and
 * seven that stand on the pages of single operations only (660000013, 660000015, 660300013, 660400102, 660400103,
 * 660400104, 660800054).
 */
export const zimReturnCodes: ReadonlyMap<number, ZimReturnCode> = new Map(
  returnCodeTable.map(([code, category, meaning, advice]) => [
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
  // A failure inside ZIM may come after the phones were told.
  if (category === 'server' && !neverPassedOn.includes(code)) return 'unknown';
  return 'rejected';
}
