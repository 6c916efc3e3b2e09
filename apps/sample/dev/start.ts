import { setTimeout } from 'node:timers/promises';
import type { ZimSandbox } from 'zim-sandbox';
import { callbackPath } from '../src/config/zim-options.js';
import { print, runMain } from '../src/run.js';
import { prepareDevelopment, sandboxUsers } from './development.js';

const pageFirstMs = 600;

/** The launcher of `npm start`: starts a sandbox unless there are settings for ZIM, then the backend against it. */
runMain(async () => {
  const sandbox = await prepareDevelopment();
  if (sandbox !== undefined) {
    print(`\nPhones    ${sandbox.url}/__/console  (open it in a browser and watch them ring)\n`);
    // Loading Nest keeps the process busy for a second or two: a browser gets the page before that.
    await setTimeout(pageFirstMs);
  }
  const { createDevelopmentApp } = await import('./create-development-app.js');
  const { listen } = await import('../src/create-app.js');
  const url = await listen(await createDevelopmentApp(sandbox));
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
