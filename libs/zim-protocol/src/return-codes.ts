import { returnCodeTable, type ZimCodeCategory } from './return-code-table.js';

/**
 * The effect of an operation by its return code: `done`; `refused` before processing, so that it may be sent again;
 * `rejected` because of its content; or `unknown`, if it may have taken effect.
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
/** Failures of the gateway before it forwards a request: no ServerSecret, no configuration, no body. */
const notForwarded: readonly number[] = [100000010, 100000011, 100000012];

/**
 * All documented return codes by number: those of https://www.zegocloud.com/docs/zim-server/return-codes and seven
 * that only the pages of single operations list (660000013, 660000015, 660300013, 660400102, 660400103,
 * 660400104, 660800054).
 */
export const zimReturnCodes: ReadonlyMap<number, ZimReturnCode> = new Map(
  returnCodeTable.map(([code, category, meaning, advice]) => [
    code,
    { code, category, outcome: outcomeOf(code, category), meaning, advice },
  ]),
);

/** Returns the entry of a return code, or `undefined` for an undocumented one. */
export function findZimReturnCode(code: number): ZimReturnCode | undefined {
  return zimReturnCodes.get(code);
}

function outcomeOf(code: number, category: ZimCodeCategory): ZimCodeOutcome {
  if (category === 'ok') return 'done';
  if (category === 'rate-limit' || code === signatureExpired) return 'refused';
  // An internal failure of ZIM may come after the phones have rung.
  if (category === 'server' && !notForwarded.includes(code)) return 'unknown';
  return 'rejected';
}
