/**
 * Gives a function that registers what has to be stopped after the test, the last first: also when the test fails
 * or runs out of time, or an open server keeps jest's worker from exiting.
 */
export function useCleanup(): <T extends () => unknown>(stop: T) => T {
  const stops: (() => unknown)[] = [];
  afterEach(async () => {
    for (const stop of stops.splice(0).reverse()) await stop();
  });
  return (stop) => {
    stops.push(stop);
    return stop;
  };
}
