import { deadlineSlackMs, mostThrottledShare } from './settings.mjs';

/** A request takes no longer; one of a process that died sooner may have had no reply. */
const longestInviteMs = 10_000;
const endEvents = ['call_accept', 'call_reject', 'call_cancel', 'call_timeout'];

/**
 * What a way says of a plan.
 *
 * @typedef {object} PlanRecord
 * @property {boolean} isKnown
 * @property {number} [createdAtMs]
 * @property {number} [deadlineAtMs]
 * @property {number} [endedAtMs]
 * @property {'accepted' | 'no-answer' | 'cancelled' | 'expired' | 'unknown' | 'failed'} [result]
 * @property {readonly string[]} [acceptedBy]
 * @property {number} [step]
 * @property {string} [callId]
 * @property {readonly { type: string, step?: number, atMs: number }[]} [history] for the reader of a violation
 * @property {readonly { step: number, callId?: string, outcome: string, callees: readonly { userId: string, state: string }[] }[]} [calls]
 */

/**
 * @typedef {object} Evidence
 * @property {readonly { callId?: string, userIds: readonly string[], isReplyLost: boolean, isThrottled: boolean }[]} invites the
 * sandbox's journal; without a call id if it did nothing
 * @property {readonly LedgerCall[]} calls the sandbox's calls, with how its devices answered
 * @property {ReadonlyMap<string, PlanRecord>} records by the keys of the plans
 * @property {ReadonlySet<string>} heard the keys of the plans whose end the application was notified of
 * @property {readonly { event: string, callId: string, userIds: readonly string[] }[]} lostCallbacks by the relay for good, or
 * given up by the sandbox
 * @property {readonly { fromMs: number, untilMs: number }[]} crashes of processes and of Redis
 */

/** @typedef {{ callId: string, createdAtMs: number, callees: readonly { userId: string, state: string }[] }} LedgerCall */

/**
 * @typedef {object} Case one plan, and all that is known of it
 * @property {import('./plans.mjs').Plan} plan
 * @property {PlanRecord} record
 * @property {boolean} isHeard
 * @property {readonly (readonly LedgerCall[])[]} rings the calls of each step
 */

/** @returns {Case[]} */
export function casesOf(plans, { records, heard, calls }) {
  const byUser = new Map();
  for (const call of calls) {
    const [{ userId }] = call.callees;
    byUser.set(userId, [...(byUser.get(userId) ?? []), call]);
  }
  return plans.map((plan) => ({
    plan,
    record: records.get(plan.key) ?? { isKnown: false },
    isHeard: heard.has(plan.key),
    rings: plan.steps.map(({ phones }) => byUser.get(phones[0].userId) ?? []),
  }));
}

const accepted = (call) => call.callees.filter(({ state }) => state === 'accepted');
const stepsAccepted = ({ rings }) =>
  rings.flatMap((calls, step) => (calls.some((call) => accepted(call).length > 0) ? [step] : []));
const isEndless = ({ record }) => record.isKnown && record.result === undefined;
const isFalseFailure = (each) =>
  each.record.result === 'failed' ||
  (['no-answer', 'expired'].includes(each.record.result) && stepsAccepted(each).length > 0);

/** What no way may do, by its name. Each says what is wrong, or nothing. */
export const wrongs = {
  twice: ({ rings }) => {
    const steps = rings.flatMap((calls, step) => (calls.length > 1 ? [step] : []));
    return steps.length > 0 && `rang twice for step ${steps.join(', ')}`;
  },
  rangOn: (each) => {
    const [first] = stepsAccepted(each);
    const isLater = (calls, step) => step > first && calls.length > 0;
    return (
      first !== undefined && each.rings.some(isLater) && `rang on after step ${first} was accepted`
    );
  },
  contradicts: (each) => contradictionOf(each),
  lost: ({ record }) => !record.isKnown && 'lost',
  endless: (each) => isEndless(each) && 'has no end',
  unheard: ({ record, isHeard }) =>
    record.result !== undefined && !isHeard && 'ended, but the application was not notified',
  late: ({ record: { endedAtMs, deadlineAtMs } }) =>
    endedAtMs > deadlineAtMs + deadlineSlackMs &&
    `ended ${((endedAtMs - deadlineAtMs) / 1_000).toFixed(1)} s after its deadline`,
  unexplained: (each, evidence) => unexplainedOf(each, evidence),
};

/** Where an end says something that the sandbox knows to be otherwise. */
function contradictionOf(each) {
  const { record, rings } = each;
  const { result, step, callId, acceptedBy = [] } = record;
  const reallyAccepted = stepsAccepted(each);
  switch (result) {
    case 'accepted': {
      const call = rings[step]?.find((one) => one.callId === callId);
      const users = call === undefined ? [] : accepted(call).map(({ userId }) => userId);
      const isTrue = acceptedBy.length > 0 && acceptedBy.every((userId) => users.includes(userId));
      return !isTrue && `accepted by ${acceptedBy.join(', ')}, but not in the sandbox`;
    }
    case 'no-answer':
    case 'expired':
      if (reallyAccepted.length > 0) return `${result}, but step ${reallyAccepted[0]} was accepted`;
      if (result !== 'no-answer' || rings.every((calls) => calls.length > 0)) return false;
      return 'no-answer, but a step did not ring';
    case 'failed':
      return 'failed, although ZIM could be reached';
    case 'cancelled':
      return 'cancelled, which was not asked for';
    default:
      return false;
  }
}

/** `unknown` is right only where what was injected has removed every source. */
function unexplainedOf({ plan, record, rings }, evidence) {
  if (record.result !== 'unknown') return false;
  const unknown = (record.calls ?? []).filter(({ outcome }) => outcome === 'unknown');
  if (unknown.length === 0) return 'unknown, but no call of it is';
  const reasons = unknown.map((call) =>
    call.callId === undefined
      ? unexplainedInvite(record, plan.steps[call.step], rings[call.step], evidence)
      : unexplainedAnswer(call, evidence),
  );
  return reasons.find((reason) => reason !== undefined) ?? false;
}

/** Of a call without an id, the reply and the callback with the id must have been removed. */
function unexplainedInvite(record, step, [call], { invites, lostCallbacks, crashes }) {
  const isNear = (fromMs, untilMs) =>
    crashes.some((crash) => crash.untilMs >= fromMs && crash.fromMs <= untilMs);
  if (call === undefined) {
    // A refusal that was lost looks like a reply that was.
    const isRefusalLost = invites.some(
      ({ callId, isReplyLost, userIds }) =>
        callId === undefined && isReplyLost && userIds.includes(step.phones[0].userId),
    );
    const isExplained = isRefusalLost || isNear(record.createdAtMs, record.endedAtMs);
    return isExplained ? undefined : 'unknown, but it did not ring, and nothing had crashed';
  }
  const { callId, createdAtMs } = call;
  const isCreateLost = lostCallbacks.some(
    (lost) => lost.callId === callId && lost.event === 'call_create',
  );
  if (!isCreateLost) return 'unknown, but the callback with the id of the call was delivered';
  const isReplyLost =
    invites.some((invite) => invite.callId === callId && invite.isReplyLost) ||
    isNear(createdAtMs - longestInviteMs, createdAtMs + longestInviteMs);
  return isReplyLost ? undefined : 'unknown, but the reply to the invite was delivered';
}

function unexplainedAnswer({ callId, callees }, { lostCallbacks }) {
  const silent = callees.filter(({ state }) => state === 'unknown');
  const isExplained = silent.every(({ userId }) =>
    lostCallbacks.some(
      (lost) =>
        lost.callId === callId && endEvents.includes(lost.event) && lost.userIds.includes(userId),
    ),
  );
  return isExplained ? undefined : 'unknown, but the callback with the answer was delivered';
}

/** @returns {{ each: Case, kind: keyof typeof wrongs, text: string }[]} */
export function violationsOf(cases, evidence) {
  return cases.flatMap((each) =>
    Object.entries(wrongs).flatMap(([kind, find]) => {
      const text = find(each, evidence);
      return typeof text === 'string' ? [{ each, kind, text }] : [];
    }),
  );
}

/**
 * @param {readonly Case[]} cases
 * @param {Evidence} evidence
 */
export function countsOf(cases, evidence) {
  const violations = violationsOf(cases, evidence);
  const found = Object.keys(wrongs).map((kind) => [
    kind,
    violations.filter((violation) => violation.kind === kind).length,
  ]);
  const count = (test) => cases.filter(test).length;
  return {
    plans: cases.length,
    wrongPlans: new Set(violations.map(({ each }) => each)).size,
    ...Object.fromEntries(found),
    accepted: count(({ record }) => record.result === 'accepted'),
    noAnswer: count(({ record }) => record.result === 'no-answer'),
    expired: count(({ record }) => record.result === 'expired'),
    failed: count(({ record }) => record.result === 'failed'),
    unknown: count(({ record }) => record.result === 'unknown'),
    falseFailures: count(isFalseFailure),
    calls: evidence.calls.length,
    lostReplies: evidence.invites.filter(({ isReplyLost }) => isReplyLost).length,
    throttled: evidence.invites.filter(({ isThrottled }) => isThrottled).length,
    lostCallbacks: evidence.lostCallbacks.length,
  };
}

/** What ours has to do. @returns {{ isMet: boolean, text: string }[]} */
export function judge(counts, { invites, calls }) {
  const none = (count, text) => ({ isMet: count === 0, text: `${text}: ${count}` });
  const executed = invites.filter(({ callId }) => callId !== undefined).length;
  return [
    none(counts.twice, 'plans that rang a phone twice for one step'),
    none(counts.rangOn, 'plans that rang on after a phone had accepted'),
    none(counts.contradicts, 'ends that contradict the sandbox'),
    none(counts.lost, 'plans lost'),
    none(counts.endless, 'plans without an end'),
    none(counts.unheard, 'ends of which the application was not notified'),
    none(
      counts.late,
      `plans that ended more than ${deadlineSlackMs / 1_000} s after their deadline`,
    ),
    none(counts.unexplained, 'ends as unknown although a source was left'),
    {
      isMet: counts.throttled <= mostThrottledShare * invites.length,
      text: `invites that the sandbox throttled, at most ${mostThrottledShare * 100} % of ${invites.length}: ${counts.throttled}`,
    },
    none(executed - calls.length, 'calls that the sandbox no longer lists'),
  ];
}
