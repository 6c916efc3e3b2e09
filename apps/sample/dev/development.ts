import { randomBytes } from 'node:crypto';
import type { ZimSandbox } from 'zim-sandbox';
import { type Environment, readEnvironment } from '../src/config/environment.js';
import { loadVariables } from '../src/config/load-environment.js';
import { startSandbox } from './start-sandbox.js';

/** What the backend runs on in development. Nothing here loads Nest. */
export interface Development {
  readonly environment: Environment;
  /** The sandbox that the environment points to; absent if the environment has settings for ZIM. */
  readonly sandbox?: ZimSandbox;
}

/** The project of ZEGO's page on signatures: its secret is public, so anybody can sign a request to the sandbox. */
const exampleProject = { appId: 12345, serverSecret: '9193cc662a4c0ec135ec71fb57194b38' };

const zimVariables = [
  'ZIM_APP_ID',
  'ZIM_SERVER_SECRET',
  'ZIM_CALLBACK_SECRET',
  'ZIM_BASE_URL',
  'ZIM_REGION',
];

/**
 * Reads the environment. If it has no settings for ZIM, starts a sandbox and points the environment to it; with
 * `NODE_ENV=production` it starts none.
 *
 * @param overrides variables that take precedence over all others, for tests and the demo
 * @throws Error that names every variable that is wrong or missing; no sandbox is started then
 */
export async function prepareDevelopment(
  overrides: Record<string, string> = {},
): Promise<Development> {
  const variables = loadVariables(overrides);
  if (variables['NODE_ENV'] === 'production' || zimVariables.some((name) => isSet(variables[name])))
    return { environment: readEnvironment(variables) };
  const app = { ...exampleProject, callbackSecret: randomBytes(16).toString('hex') };
  const pointTo = (url: string) =>
    readEnvironment({
      ...variables,
      ZIM_APP_ID: String(app.appId),
      ZIM_SERVER_SECRET: app.serverSecret,
      ZIM_CALLBACK_SECRET: app.callbackSecret,
      ZIM_BASE_URL: url,
    });
  // With the usual port, an open page of the console reconnects when the backend restarts.
  const port = pointTo('http://127.0.0.1').NODE_ENV === 'development' ? 4010 : 0;
  const sandbox = await startSandbox(app, port);
  return { environment: pointTo(sandbox.url), sandbox };
}

function isSet(value: string | undefined): boolean {
  return value !== undefined && value.trim() !== '';
}
