import { type JournalEntry } from '../../src/core/journal.js';
import { sandboxActions } from '../shared/sandbox-actions.js';

/** The requests that arrived in one second. */
export interface Second {
  readonly arrived: number;
  /** How many of them the quota counted. */
  readonly counted: number;
  /** How many of them the quota refused. */
  readonly refused: number;
}

/** The requests that arrived for one Action. */
export interface Arrivals {
  readonly action: string;
  /** How many the quota counted in the last 1000 ms. */
  readonly lastSecond: number;
  /** The last minute in whole seconds of the clock, oldest first; the current second is last. */
  readonly seconds: readonly Second[];
}

export const secondsShown = 60;
/** After so many old entries in a row, all earlier ones are old too: only delayed requests are journaled out of order. */
const maxOldInRow = 100;

/**
 * Counts the requests of the last minute by Action. CallInvite is always included, and first. Requests of an unknown
 * Action are left out, because they use no quota.
 *
 * @param entries the requests of one app, oldest first
 * @param now Unix time in milliseconds on the sandbox's clock
 */
export function arrivalsOf(entries: readonly JournalEntry[], now: number): Arrivals[] {
  const byAction = new Map([['CallInvite', emptyArrivals('CallInvite')]]);
  const thisSecond = Math.floor(now / 1000);
  let oldInRow = 0;
  for (let index = entries.length - 1; index >= 0; index--) {
    const entry = entries[index];
    const atMs = Date.parse(entry?.at ?? '');
    const isOld = !(atMs > now - secondsShown * 1000);
    oldInRow = isOld ? oldInRow + 1 : 0;
    if (oldInRow === maxOldInRow) break;
    // The clock offset is approximate, so a request can be later than `now`.
    const ago = Math.max(0, thisSecond - Math.floor(atMs / 1000));
    if (entry?.action === undefined || ago >= secondsShown) continue;
    const { action, cause } = entry;
    if (!sandboxActions.includes(action)) continue;
    const arrivals = byAction.get(action) ?? emptyArrivals(action);
    byAction.set(action, arrivals);
    const isCounted = reachedQuota(entry);
    if (isCounted && atMs > now - 1000) arrivals.lastSecond++;
    const second = arrivals.seconds[secondsShown - 1 - ago];
    if (second === undefined) continue;
    second.arrived++;
    if (isCounted) second.counted++;
    if (cause === 'quota-exceeded') second.refused++;
  }
  // A fixed order, so that a chart does not move while it is read.
  return sandboxActions.flatMap((action) => byAction.get(action) ?? []);
}

/** The quota is checked right after the signature and the nonce; a fault before execution skips all checks. */
function reachedQuota({ signature, cause }: JournalEntry): boolean {
  return signature === 'verified' && cause !== 'nonce-reused';
}

function emptyArrivals(action: string) {
  const seconds = Array.from({ length: secondsShown }, () => ({
    arrived: 0,
    counted: 0,
    refused: 0,
  }));
  return { action, lastSecond: 0, seconds };
}

/** Returns the figures of the last minute. */
export function summaryOf({ seconds }: Arrivals) {
  return {
    total: seconds.reduce((sum, { arrived }) => sum + arrived, 0),
    refused: seconds.reduce((sum, { refused }) => sum + refused, 0),
    uncounted: seconds.reduce((sum, { arrived, counted }) => sum + arrived - counted, 0),
    peak: Math.max(...seconds.map(({ arrived }) => arrived)),
  };
}
