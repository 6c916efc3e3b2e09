/**
 * Numbers that only depend on the seed, by Marsaglia's xorshift.
 *
 * @param {number} seed
 */
export function createRandom(seed) {
  // All zeros would stay so.
  let state = Math.imul(seed, 0x9e3779b1) | 0 || 1;
  const next = () => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    return (state >>> 0) / 2 ** 32;
  };
  // Seeds that are near one another begin alike.
  for (let round = 0; round < 16; round++) next();
  const between = (lowest, highest) => lowest + Math.floor(next() * (highest - lowest + 1));
  return {
    /** Whole numbers, both ends included. */
    between,
    chance: (probability) => next() < probability,
    /** @param {readonly { weight: number }[]} rows */
    weighted: (rows) => {
      let left = next() * rows.reduce((sum, { weight }) => sum + weight, 0);
      return rows.find(({ weight }) => (left -= weight) < 0) ?? rows.at(-1);
    },
    shuffle: (values) => {
      for (let last = values.length - 1; last > 0; last--) {
        const other = between(0, last);
        [values[last], values[other]] = [values[other], values[last]];
      }
      return values;
    },
  };
}
