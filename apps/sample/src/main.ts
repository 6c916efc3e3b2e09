import { loadEnvironment } from './config/load-environment.js';
import { createApp } from './create-app.js';
import { describeBackend, listen, print, runMain } from './run.js';

/** Production's entry point. It never starts a sandbox: `dev/start.ts` does, for development. */
runMain(async () => {
  const environment = loadEnvironment();
  const url = await listen(await createApp(environment), environment);
  print(describeBackend(url, environment));
});
