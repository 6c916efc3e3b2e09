import { createApp, listen } from './create-app.js';
import { runMain } from './run.js';

/** The entry point outside development. It never starts a sandbox: `dev/start.ts` does that. */
runMain(async () => {
  await listen(await createApp());
});
