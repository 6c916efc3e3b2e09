import { createRandom } from './random.mjs';
import { lanes, noTrouble, troubles } from './trouble.mjs';

/** Of all invites. */
const shareWithoutTrouble = 0.4;
/** Requests that may meet a fault, per invite; further ones meet none. */
const plannedAttempts = 4;

/**
 * @typedef {object} PlannedInvite
 * @property {string} id also its callee, whom no other invite has
 * @property {import('./trouble.mjs').Lane} lane
 * @property {readonly import('./trouble.mjs').Trouble[]} steps what its attempts meet, one after the other
 */

/**
 * What each invite meets. The same seed gives the same plan; with enough invites, each trouble is in it at least once.
 *
 * @param {number} seed
 * @param {number} count
 * @returns {readonly PlannedInvite[]}
 */
export function createPlan(seed, count) {
  const random = createRandom(seed);
  const certain = troubles.slice(0, count);
  const first = [
    ...certain,
    ...Array.from({ length: count - certain.length }, () =>
      random.chance(shareWithoutTrouble) ? noTrouble : random.weighted(troubles),
    ),
  ];
  return random.shuffle(first).map((trouble, index) => ({
    id: `i${index}`,
    lane: trouble === noTrouble ? laneOfBystander(random) : trouble.lane,
    steps: [trouble, ...followers(trouble, random)],
  }));
}

/** What an attempt met by the plan. */
export function stepOf({ steps }, attempt) {
  return steps[attempt - 1] ?? noTrouble;
}

/** The rules that make the sandbox do as planned. */
export function rulesOf({ id, steps }) {
  return steps.flatMap(({ fault }, index) =>
    fault === undefined ? [] : [{ match: { userId: id, attempt: index + 1 }, times: 1, fault }],
  );
}

/** Connections that end and clocks that are wrong must find somebody whom they can harm. */
function laneOfBystander(random) {
  return random.weighted(lanes.map((lane) => ({ lane, weight: bystanders[lane] }))).lane;
}

const bystanders = { main: 8, idle: 1, clocks: 1, dead: 0 };

/** Mostly none, so that a client that repeats blindly is answered normally. */
function followers({ fault, ends }, random) {
  const others = troubles.filter(({ lane, isRegistered }) => lane === 'main' && isRegistered);
  const share = ends.includes('refused') ? 0.5 : 0.2;
  return Array.from({ length: plannedAttempts - 1 }, () => {
    // A server whose clock is off mostly stays so.
    if (fault?.kind === 'clock-skew' && random.chance(0.5)) return { ...noTrouble, fault };
    return random.chance(share) ? random.weighted(others) : noTrouble;
  });
}
