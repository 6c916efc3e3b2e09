import { randomStream } from '../pacing/random.mjs';
import { apps, deadlines, shares, zimReplyMs } from './settings.mjs';

/**
 * @typedef {object} Phone
 * @property {string} userId one of a kind, so that a call shows of which step it is
 * @property {'accept' | 'reject' | 'none'} answer
 * @property {number} afterMs
 * @property {boolean} losesWithdrawal whether the reply to its first withdrawal is lost
 */

/**
 * @typedef {object} Plan
 * @property {string} key
 * @property {number} deadlineSeconds
 * @property {readonly { ringSeconds: number, losesReply: boolean, phones: readonly Phone[] }[]} steps
 */

/** The same for both ways, and in each run with one seed. @returns {Plan[]} */
export function createPlans(seed, count) {
  const random = randomStream(seed, 'plans');
  return Array.from({ length: count }, (_, index) => createPlan(`p${index}`, random));
}

function createPlan(key, random) {
  const { shortShare, shortSeconds, seconds } = deadlines;
  const deadlineSeconds = random() < shortShare ? shortSeconds : seconds;
  const steps = ['s0', 's1', 's2'].map((step) => {
    const ringSeconds = 1 + Math.floor(3 * random());
    const names = random() < 0.7 ? ['a'] : ['a', 'b'];
    const phones = names.map((name) => createPhone(key + step + name, ringSeconds, random));
    return { ringSeconds, losesReply: random() < shares.lostReply, phones };
  });
  return { key, deadlineSeconds, steps };
}

function createPhone(userId, ringSeconds, random) {
  const dice = random();
  const answer = dice < 0.25 ? 'accept' : dice < 0.6 ? 'reject' : 'none';
  const afterMs = Math.round(ringSeconds * 1_000 * random());
  return { userId, answer, afterMs, losesWithdrawal: random() < shares.lostReply };
}

/** @param {readonly Plan[]} plans */
export function phonesOf(plans) {
  return plans.flatMap(({ steps }) => steps.flatMap(({ phones }) => phones));
}

/** The sandbox's rules: a reply is lost after ZIM has executed the request, and all take some time. */
export function faultsOf(plans) {
  const lost = plans.flatMap(({ steps }) =>
    steps.flatMap(({ losesReply, phones }) => [
      ...(losesReply ? [{ action: 'CallInvite', userId: phones[0].userId }] : []),
      ...phones
        .filter(({ losesWithdrawal }) => losesWithdrawal)
        .map(({ userId }) => ({ action: 'CallReject', userId })),
    ]),
  );
  const resets = Object.values(apps).flatMap(({ appId }) =>
    lost.map((match) => ({
      match: { ...match, appId },
      times: 1,
      fault: { kind: 'reset', when: 'after' },
    })),
  );
  const late = ['CallInvite', 'CallReject'].map((action) => ({
    match: { action },
    fault: { kind: 'late-reply', ms: zimReplyMs },
  }));
  return [...resets, ...late];
}

/** As applications pass it on. */
export function stepsOf({ steps }) {
  return steps.map(({ ringSeconds, phones }) => ({
    userIds: phones.map(({ userId }) => userId),
    ringSeconds,
  }));
}
