import { loadConfig, type SampleConfig } from './config/config.module.js';
import { ZimTarget } from './zim/zim-target.js';

/** What the backend stands on: its configuration, and where its calls go. */
export interface Surroundings {
  readonly config: SampleConfig;
  readonly target: ZimTarget;
}

/**
 * Reads the configuration, and starts the sandbox if there is to be one.
 *
 * @param overrides variables that go before those of the process, for tests and the demo
 * @throws Error that names every variable that is wrong or missing
 */
export async function prepareSurroundings(
  overrides: Record<string, string> = {},
): Promise<Surroundings> {
  const config = await loadConfig(overrides);
  return { config, target: await ZimTarget.create(config.environment) };
}
