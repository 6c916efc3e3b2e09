import { type JournalEntry } from '../../src/core/journal.js';
import { actions } from '../widgets/actions.js';

/** What arrived in one second. */
export interface Second {
  readonly arrived: number;
  /** Of those, the ones that the quota looked at. */
  readonly counted: number;
  /** Of those, the ones that the quota refused. */
  readonly refused: number;
}

/** What arrived of one Action. */
export interface Arrivals {
  readonly action: string;
  /** Counted by the quota in the last 1000 ms. */
  readonly lastSecond: number;
  /** Of the last minute, by whole seconds of the clock; the oldest first, the present one last. */
  readonly seconds: readonly Second[];
}

export const secondsShown = 60;
/** So many older ones in a row are the past; fewer may be delayed requests, which are journaled when they end. */
const pastInRow = 100;

/**
 * What arrived in the last minute, action by action; CallInvite first, and always there. What is no Action of the
 * sandbox's uses no quota, whatever it is called.
 *
 * @param entries of one app, oldest first
 * @param now on the sandbox's clock
 */
export function arrivalsOf(entries: readonly JournalEntry[], now: number): Arrivals[] {
  const tallies = new Map([['CallInvite', newTally('CallInvite')]]);
  const thisSecond = Math.floor(now / 1000);
  let past = 0;
  for (let index = entries.length - 1; index >= 0; index--) {
    const entry = entries[index];
    const atMs = Date.parse(entry?.at ?? '');
    const isPast = !(atMs > now - secondsShown * 1000);
    past = isPast ? past + 1 : 0;
    if (past === pastInRow) break;
    // What is from a moment that this tab's clock has not reached yet has arrived just now.
    const ago = Math.max(0, thisSecond - Math.floor(atMs / 1000));
    if (entry?.action === undefined || ago >= secondsShown) continue;
    const { action, cause } = entry;
    if (!actions.includes(action)) continue;
    const tally = tallies.get(action) ?? newTally(action);
    tallies.set(action, tally);
    const isCounted = reachedQuota(entry);
    if (isCounted && atMs > now - 1000) tally.lastSecond++;
    const second = tally.seconds[secondsShown - 1 - ago];
    if (second === undefined) continue;
    second.arrived++;
    if (isCounted) second.counted++;
    if (cause === 'quota-exceeded') second.refused++;
  }
  // Always in the same order: what came last must not move what one reads.
  return actions.flatMap((action) => tallies.get(action) ?? []);
}

/** The quota is the first check after the credentials; a fault before execution leaves all of them out. */
function reachedQuota({ signature, cause }: JournalEntry): boolean {
  return signature === 'verified' && cause !== 'nonce-reused';
}

function newTally(action: string) {
  const seconds = Array.from({ length: secondsShown }, () => ({
    arrived: 0,
    counted: 0,
    refused: 0,
  }));
  return { action, lastSecond: 0, seconds };
}

/** The minute in figures. */
export function summaryOf({ seconds }: Arrivals) {
  return {
    total: seconds.reduce((sum, { arrived }) => sum + arrived, 0),
    refused: seconds.reduce((sum, { refused }) => sum + refused, 0),
    uncounted: seconds.reduce((sum, { arrived, counted }) => sum + arrived - counted, 0),
    peak: Math.max(...seconds.map(({ arrived }) => arrived)),
  };
}
