import { prepareSurroundings, type Surroundings } from './surroundings.js';
import { sandboxUsers } from './zim/start-sandbox.js';

async function main(): Promise<void> {
  const surroundings = await prepareSurroundings();
  const { sandbox } = surroundings.target;
  if (sandbox !== undefined)
    say(`\nPhones    ${sandbox.url}/__/console  (open it in a browser and watch them ring)\n`);
  const url = await listen(surroundings);
  surroundings.target.listenAt(url);
  say(`\n${describe(url, surroundings)}\n`);
}

async function listen(surroundings: Surroundings): Promise<string> {
  // Only now, for Nest takes its time to load: the phones are there before it.
  const { createApp } = await import('./create-app.js');
  const { HOST, PORT } = surroundings.environment;
  const app = await createApp(surroundings);
  try {
    await app.listen(PORT, HOST);
  } catch (error) {
    await app.close();
    throw error;
  }
  return app.getUrl();
}

function describe(url: string, { target: { sandbox } }: Surroundings): string {
  const backend = [`Backend   ${url}`, `API docs  ${url}/docs`];
  if (sandbox === undefined) return backend.join('\n');
  return [
    ...backend,
    `Sandbox   ${sandbox.url}  (AppID ${sandbox.app.appId}, users ${sandboxUsers.join(', ')})`,
    `Journal   ${sandbox.url}/__/journal`,
    '',
    'Ring a phone:',
    `  curl -s ${url}/calls -H 'Content-Type: application/json' -d '{"fromUserId":"alice","userIds":["bob"]}'`,
  ].join('\n');
}

function say(text: string): void {
  process.stdout.write(`${text}\n`);
}

function explain(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  return 'code' in error && error.code === 'EADDRINUSE'
    ? `${error.message}: another program uses that port; set PORT to another`
    : error.message;
}

main().catch(async (error: unknown) => {
  const { JsonLogger } = await import('./logging/json-logger.js');
  new JsonLogger(['fatal']).fatal(explain(error));
  process.exitCode = 1;
});
