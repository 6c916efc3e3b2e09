/**
 * Returns a function that registers what must be stopped after the test, the last first. It is stopped also when the
 * test fails or times out, so that no open server keeps jest's worker from exiting.
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
