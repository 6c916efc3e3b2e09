import { Environment } from './config/environment.js';
import { createApp } from './create-app.js';
import { JsonLogger } from './logging/json-logger.js';
import { sandboxUsers, ZimTarget } from './zim/zim-target.js';

async function main(): Promise<void> {
  const app = await createApp();
  const { HOST, PORT } = app.get(Environment);
  try {
    await app.listen(PORT, HOST);
  } catch (error) {
    await app.close();
    throw error;
  }
  const url = await app.getUrl();
  const target = app.get(ZimTarget);
  target.listenAt(url);
  process.stdout.write(`\n${describe(url, target)}\n\n`);
}

function describe(url: string, { sandbox }: ZimTarget): string {
  const backend = [`Backend   ${url}`, `API docs  ${url}/docs`];
  if (sandbox === undefined) return backend.join('\n');
  return [
    `Phones    ${sandbox.url}/__/console  (open it in a browser and watch them ring)`,
    ...backend,
    `Sandbox   ${sandbox.url}  (AppID ${sandbox.app.appId}, users ${sandboxUsers.join(', ')})`,
    `Journal   ${sandbox.url}/__/journal`,
    '',
    'Ring a phone:',
    `  curl -s ${url}/calls -H 'Content-Type: application/json' -d '{"fromUserId":"alice","userIds":["bob"]}'`,
  ].join('\n');
}

function explain(error: unknown): string {
  const { message, code }: { message?: string; code?: string } =
    error instanceof Error ? error : {};
  if (code === 'EADDRINUSE')
    return `${message}: another program uses that port; set PORT to another`;
  return message ?? String(error);
}

main().catch((error: unknown) => {
  new JsonLogger(['fatal']).fatal(explain(error));
  process.exitCode = 1;
});
