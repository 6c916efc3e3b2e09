/**
 * `npm test` tries a small sample of the cases of a property, `npm run test:property` all of them. The sample's seed
 * is fixed, that of a full run is new each time; the environment variable SEED sets either.
 */
declare global {
  /** Set by jest.property.config.js. */
  var isFullRun: boolean | undefined;
}

export const isFullRun = globalThis.isFullRun === true;

export const seed = Number(process.env['SEED'] ?? (isFullRun ? Date.now() % 2 ** 31 : 1));

/** How many of something a run tries. */
export function countOf({ sample, full }: { sample: number; full: number }): number {
  return isFullRun ? full : sample;
}

/** All cases in a full run, otherwise every n-th, from the first on. */
export function sampled<T>(cases: readonly T[], every: number): readonly T[] {
  return isFullRun ? cases : cases.filter((_, index) => index % every === 0);
}

/** The name of a property with its seed, so that each report of a failure says how to repeat it. */
export const seeded = (name: string): string => `${name} (SEED=${seed})`;
