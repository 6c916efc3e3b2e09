import { setTimeout } from 'node:timers/promises';
import type { ZimSandbox } from 'zim-sandbox';
import { describeBackend, listen, print, runMain } from '../src/run.js';
import { callbackPath } from '../src/zim/zim-options.js';
import { prepareDevelopment } from './development.js';
import { sandboxUsers } from './start-sandbox.js';

const pageFirstMs = 300;

/** The entry point of development: without settings for ZIM, the backend calls a sandbox in the same process. */
runMain(async () => {
  const development = await prepareDevelopment();
  const { environment, sandbox } = development;
  if (sandbox !== undefined)
    print(`\nPhones    ${sandbox.url}/__/console  (open it in a browser and watch them ring)\n`);
  // Loading Nest keeps the process busy for a second or two: a browser that is open already gets the page before.
  if (sandbox !== undefined) await setTimeout(pageFirstMs);
  const { createDevelopmentApp } = await import('./create-development-app.js');
  const url = await listen(await createDevelopmentApp(development), environment);
  print(describeBackend(url, environment));
  if (sandbox === undefined) return;
  sandbox.callbacks.setUrl(`${url}${callbackPath}`);
  print(describeSandbox(sandbox, url));
});

function describeSandbox(sandbox: ZimSandbox, backendUrl: string): string {
  return [
    `Sandbox   ${sandbox.url}  (AppID ${sandbox.app.appId}, users ${sandboxUsers.join(', ')})`,
    `Journal   ${sandbox.url}/__/journal`,
    '',
    'Ring a phone:',
    `  curl -s ${backendUrl}/calls -H 'Content-Type: application/json' -d '{"fromUserId":"alice","userIds":["bob"]}'`,
    '',
  ].join('\n');
}
