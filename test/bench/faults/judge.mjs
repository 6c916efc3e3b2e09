import { stepOf } from './plan.mjs';
import { deadlineMs, deadlineSlackMs, requestTimeoutMs } from './settings.mjs';
import { noTrouble } from './trouble.mjs';

/** A machine on which more calls than these run out of time without a reason is too busy to prove anything. */
const mostSlow = 0.02;
/** Timers may be early by the part of a millisecond that they do not count. */
const timerToleranceMs = 1;

/**
 * @typedef {object} Case one invite, and all that is known of it
 * @property {import('./plan.mjs').PlannedInvite} invite
 * @property {import('./trial.mjs').Trial['results'][number]} result
 * @property {readonly import('./trial.mjs').JournalEntry[]} entries in the order of the attempts
 */

/**
 * @param {readonly import('./plan.mjs').PlannedInvite[]} plan
 * @param {import('./trial.mjs').Trial} trial
 * @returns {Case[]}
 */
export function casesOf(plan, { results, journal }) {
  const byId = groupById(journal);
  return plan.map((invite, index) => ({
    invite,
    result: results[index],
    entries: (byId.get(invite.id) ?? []).toSorted((a, b) => a.attempt - b.attempt),
  }));
}

function groupById(journal) {
  const groups = new Map();
  for (const entry of journal) {
    const group = groups.get(entry.id);
    if (group === undefined) groups.set(entry.id, [entry]);
    else group.push(entry);
  }
  return groups;
}

/** How often the phones rang for one invite. */
export function ringsOf({ entries }) {
  return entries.filter(({ executed }) => executed).length;
}

/** Everything that a client may not do, and how it shows. Each says what is wrong, or nothing. */
const rules = [
  (each) => ringsOf(each) > 1 && `rang ${ringsOf(each)} times`,
  ({ result }) => result.settled !== 1 && `settled ${result.settled} times`,
  ({ result }) => result.outcome === 'stranger' && 'an error that does not tell what happened',
  ({ result: { lateMs } }) =>
    lateMs > deadlineSlackMs && `settled ${Math.round(lateMs)} ms after its deadline`,
  (each) =>
    ['not-sent', 'refused', 'rejected'].includes(each.result.outcome) &&
    ringsOf(each) > 0 &&
    `${each.result.outcome}, but it rang`,
  ({ result, entries }) =>
    result.outcome === 'not-sent' && entries.length > 0 && 'not-sent, but the server has it',
  (each) => each.result.outcome === 'done' && ringsOf(each) === 0 && 'done, but it did not ring',
  ({ result, entries }) =>
    result.outcome === 'done' &&
    entries.some(({ executed, callId }) => executed && callId !== result.callId) &&
    'done, with the id of another call',
  (each) =>
    each.entries.slice(0, -1).some((entry) => !truthsAfter(each, entry).includes('refused')) &&
    'asked again after an attempt that had not been stopped at the door',
  (each) =>
    !isTrue(each) &&
    !isSlow(each) &&
    `${each.result.outcome}, where only ${truthsOf(each).join(' or ')} is true`,
];

/** What can truly be said of an invite, by the last that it met. */
function truthsOf(each) {
  const last = each.entries.at(-1);
  return last === undefined ? ['not-sent'] : truthsAfter(each, last);
}

function truthsAfter({ invite }, { attempt, code }) {
  const { ends } = stepOf(invite, attempt);
  // The sandbox itself refused it: somebody else's wrong `Date` had moved the clock of this client.
  const isExpired = invite.lane === 'clocks' && code === 100000004;
  return isExpired && ends.includes('done') ? ['refused'] : ends;
}

/** A connection may end before the reply to its next request, by either client. */
function isTrue(each) {
  const { invite, result } = each;
  if (truthsOf(each).includes(result.outcome)) return true;
  return invite.lane === 'idle' && result.outcome === 'unknown' && result.kind === 'connection';
}

/** True as well, but not by the plan: the machine took the time that the client had. */
function isSlow({ result, entries }) {
  const { outcome, kind, tookMs } = result;
  if (outcome === 'unknown' && kind === 'timeout') {
    return tookMs >= requestTimeoutMs - timerToleranceMs;
  }
  return outcome === 'not-sent' && entries.length === 0 && tookMs >= deadlineMs - timerToleranceMs;
}

/**
 * @param {readonly Case[]} cases
 * @returns {{ each: Case, text: string }[]}
 */
export function violationsOf(cases) {
  return cases.flatMap((each) => {
    const texts = [...rules.map((rule) => rule(each)), departureFrom(each)];
    return texts.filter((text) => typeof text === 'string').map((text) => ({ each, text }));
  });
}

/** Whether the sandbox did what was planned: without that, nothing is proven. */
function departureFrom({ invite, entries }) {
  const wrong = entries.find(({ attempt, fault }) => stepOf(invite, attempt).fault?.kind !== fault);
  return wrong !== undefined && `attempt ${wrong.attempt} did not meet what was planned`;
}

/**
 * @typedef {object} Counts
 * @property {number} invites
 * @property {number} requests that the sandbox got
 * @property {number} twice invites that rang more than once
 * @property {number} deniedButRang reported as failed although it rang
 * @property {number} doneButSilent reported as done although it did not ring
 * @property {number} done reported as done, and it rang once
 * @property {number} unknownRang
 * @property {number} unknownSilent
 * @property {number} slow
 * @property {number} untroubled invites that met nothing
 * @property {number} longestMs what one took at most
 * @property {number} latestMs by how much one missed its deadline at most
 */

/** @returns {Counts} */
export function countsOf(cases) {
  const count = (test) => cases.filter(test).length;
  const is = (outcome) => (each) => each.result.outcome === outcome;
  const isDenied = ({ result }) => !['done', 'unknown'].includes(result.outcome);
  return {
    invites: cases.length,
    requests: cases.reduce((sum, { entries }) => sum + entries.length, 0),
    twice: count((each) => ringsOf(each) > 1),
    deniedButRang: count((each) => isDenied(each) && ringsOf(each) > 0),
    doneButSilent: count((each) => is('done')(each) && ringsOf(each) === 0),
    done: count((each) => is('done')(each) && ringsOf(each) === 1),
    unknownRang: count((each) => is('unknown')(each) && ringsOf(each) > 0),
    unknownSilent: count((each) => is('unknown')(each) && ringsOf(each) === 0),
    slow: count((each) => !isTrue(each) && isSlow(each)),
    untroubled: count(({ invite }) => invite.steps[0] === noTrouble),
    longestMs: Math.max(...cases.map(({ result }) => result.tookMs)),
    latestMs: Math.max(...cases.map(({ result }) => result.lateMs)),
  };
}

/**
 * What ours has to do, beside not violating anything.
 *
 * @param {import('./trial.mjs').Trial} trial
 * @param {readonly Case[]} cases
 * @returns {{ isMet: boolean, text: string }[]}
 */
export function judge(trial, cases) {
  const counts = countsOf(cases);
  const violations = violationsOf(cases);
  const { twice, deniedButRang, doneButSilent, unknownRang, unknownSilent, slow, latestMs } =
    counts;
  const target = (isMet, text) => ({ isMet, text });
  return [
    target(twice === 0, `invites that rang twice: ${twice}`),
    target(
      deniedButRang === 0,
      `reported as not-sent, refused or rejected, but rang: ${deniedButRang}`,
    ),
    target(doneButSilent === 0, `reported as done, but did not ring: ${doneButSilent}`),
    target(violations.length === 0, `wrong outcomes, ids, attempts or times: ${violations.length}`),
    target(
      latestMs <= deadlineSlackMs,
      `the latest result came ${latestMs.toFixed(0)} ms after its deadline (${deadlineSlackMs} are allowed)`,
    ),
    target(
      unknownRang > 0 && unknownSilent > 0,
      `reported as unknown: ${unknownRang} rang and ${unknownSilent} did not`,
    ),
    target(
      slow <= mostSlow * counts.invites,
      `timed out only because the machine was slow: ${slow}`,
    ),
    target(
      trial.left.length === 0,
      `left open after closing: ${trial.left.join(', ') || 'nothing'}`,
    ),
    target(
      trial.exitCode === 0,
      `the process ended by itself: ${trial.exitCode === 0 ? 'yes' : 'no'}`,
    ),
  ];
}
