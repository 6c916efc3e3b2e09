import type { Environment } from './config/environment.js';
import { loadEnvironment } from './config/load-environment.js';
import { ZimTarget } from './zim/zim-target.js';

/** What the backend stands on: its environment, and where its calls go. Nothing here needs Nest. */
export interface Surroundings {
  readonly environment: Environment;
  readonly target: ZimTarget;
}

/**
 * Reads the environment, and starts the sandbox if there is to be one.
 *
 * @param overrides variables that go before all others, for tests and the demo
 * @throws Error that names every variable that is wrong or missing
 */
export async function prepareSurroundings(
  overrides: Record<string, string> = {},
): Promise<Surroundings> {
  const environment = loadEnvironment(overrides);
  return { environment, target: await ZimTarget.create(environment) };
}
