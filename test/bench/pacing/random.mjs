/** A linear congruential generator with the constants of Numerical Recipes: enough to spread arrivals, and short. */
export function seededRandom(seed) {
  let state = seed >>> 0;
  return () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return state / 2 ** 32;
  };
}

/**
 * A sequence of its own for each purpose: how often one of them is drawn from does not change the others.
 *
 * @param {number} seed
 * @param {string} purpose
 */
export function randomStream(seed, purpose) {
  return seededRandom(hashOf(`${seed} ${purpose}`));
}

/** FNV-1a: neighbouring seeds begin far apart. */
function hashOf(text) {
  let hash = 0x811c9dc5;
  for (const character of text) {
    hash = Math.imul(hash ^ (character.codePointAt(0) ?? 0), 0x01000193);
  }
  return hash >>> 0;
}
