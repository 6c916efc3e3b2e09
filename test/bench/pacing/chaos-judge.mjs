import { maxInWindow } from './metrics.mjs';
import { quotaLimit } from './quota.mjs';

const graceMs = 100;

/**
 * @typedef {object} Frame
 * @property {number} deadlineMs of each call
 * @property {number} fromMs when the incident began
 * @property {number} untilMs when everything was as before
 * @property {number} [stoppedProcess] which stood still meanwhile
 * @property {string} tailTenant whose calls came after all was over
 */

/**
 * @typedef {object} Verdict
 * @property {number} calls
 * @property {number} done
 * @property {number} notSent
 * @property {number} refused by the receiver, whether or not the call got through later
 * @property {Record<'whole' | 'before' | 'meanwhile' | 'after', number>} maxInWindow
 * @property {number} arrivedTwice calls that came again though they had been accepted
 * @property {number} arrivedNotSent calls that arrived although their result says they were not sent
 * @property {number} withoutOneResult calls that have no result, or several
 * @property {number} latestMs how long after its deadline the latest result came
 * @property {number} tailCalls
 * @property {number} tailDone
 * @property {string[]} wrongs
 */

/**
 * @param {readonly import('./workloads.mjs').Job[]} jobs
 * @param {Pick<import('./measure.mjs').Outcome, 'arrivals' | 'results'>} outcome
 * @param {Frame} frame
 * @returns {Verdict}
 */
export function judge(jobs, { arrivals, results }, frame) {
  const resultsOf = grouped(results);
  const arrivalsOf = grouped(arrivals);
  const processOf = new Map(jobs.map((job) => [job.id, job.process]));
  const tail = jobs.filter((job) => job.tenant === frame.tailTenant);
  const isDone = ({ id }) => resultsOf.get(id)?.some(({ outcome }) => outcome === 'done') ?? false;
  const notSent = results.filter(({ outcome }) => outcome === 'not-sent');
  const facts = {
    calls: jobs.length,
    done: jobs.filter(isDone).length,
    notSent: notSent.length,
    refused: arrivals.filter(({ accepted }) => !accepted).length,
    maxInWindow: maxima(arrivals, frame),
    arrivedTwice: [...arrivalsOf.values()].filter(isRepeated).length,
    arrivedNotSent: notSent.filter(({ id }) => arrivalsOf.has(id)).length,
    withoutOneResult: jobs.filter(({ id }) => resultsOf.get(id)?.length !== 1).length,
    latestMs: results.reduce(
      (latest, result) => Math.max(latest, latenessOf(result, processOf.get(result.id), frame)),
      -Infinity,
    ),
    tailCalls: tail.length,
    tailDone: tail.filter(isDone).length,
  };
  return { ...facts, wrongs: wrongsOf(facts) };
}

/** A call that was refused may come again; one that was accepted rings already. */
function isRepeated(arrivals) {
  const first = arrivals.findIndex(({ accepted }) => accepted);
  return first !== -1 && first < arrivals.length - 1;
}

/** A process that stands still cannot tell anything: its deadlines count from when it goes on. */
function latenessOf({ submittedAtMs, settledAtMs }, process, frame) {
  const deadlineAtMs = submittedAtMs + frame.deadlineMs;
  const isStopped =
    process === frame.stoppedProcess && deadlineAtMs > frame.fromMs && deadlineAtMs < frame.untilMs;
  return settledAtMs - (isStopped ? frame.untilMs : deadlineAtMs);
}

function maxima(arrivals, { fromMs, untilMs }) {
  const times = arrivals.map(({ atMs }) => atMs);
  return {
    whole: maxInWindow(times),
    before: maxInWindow(times.filter((atMs) => atMs < fromMs)),
    meanwhile: maxInWindow(times.filter((atMs) => atMs >= fromMs && atMs < untilMs)),
    after: maxInWindow(times.filter((atMs) => atMs >= untilMs)),
  };
}

function wrongsOf(facts) {
  const checks = [
    [facts.maxInWindow.whole <= quotaLimit, `${facts.maxInWindow.whole} in one second`],
    [facts.refused === 0, `${facts.refused} refused`],
    [facts.arrivedTwice === 0, `${facts.arrivedTwice} arrived twice`],
    [facts.arrivedNotSent === 0, `${facts.arrivedNotSent} arrived, but are reported as not sent`],
    [facts.withoutOneResult === 0, `${facts.withoutOneResult} without exactly one result`],
    [facts.latestMs <= graceMs, `a result ${facts.latestMs.toFixed(0)} ms after its deadline`],
    [facts.tailDone === facts.tailCalls, `${facts.tailDone} of ${facts.tailCalls} when idle again`],
  ];
  return checks.filter(([isRight]) => !isRight).map(([, text]) => String(text));
}

function grouped(records) {
  const groups = new Map();
  for (const record of records) groups.set(record.id, [...(groups.get(record.id) ?? []), record]);
  return groups;
}
