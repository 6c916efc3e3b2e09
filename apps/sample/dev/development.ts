import { randomBytes } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { parseEnv } from 'node:util';
import type { ZimSandbox } from 'zim-sandbox';
import { environmentFiles, validateEnvironment } from '../src/config/environment.js';

// Nothing here loads Nest, which would delay the sandbox's page.

/** Users that the sandbox knows from the start. */
export const sandboxUsers = ['alice', 'bob', 'carol'];

/** The project of ZEGO's page on signatures: its secret is public, so anyone can sign a request to the sandbox. */
const exampleProject = { appId: 12345, serverSecret: '9193cc662a4c0ec135ec71fb57194b38' };

const zimVariables = [
  'ZIM_APP_ID',
  'ZIM_SERVER_SECRET',
  'ZIM_CALLBACK_SECRET',
  'ZIM_BASE_URL',
  'ZIM_REGION',
];

type Variables = Readonly<Record<string, string | undefined>>;

/**
 * Starts a sandbox if no variable is set for ZIM, and sets the variables of this process so that they point to it.
 * Without `NODE_ENV` this is development; outside development and test it starts no sandbox.
 *
 * @returns the sandbox, or `undefined` if the variables say whom to call
 * @throws Error that names every variable that is wrong or missing; no sandbox is started then
 */
export async function prepareDevelopment(): Promise<ZimSandbox | undefined> {
  if (!process.env['NODE_ENV']?.trim()) process.env['NODE_ENV'] = 'development';
  const { NODE_ENV = '' } = process.env;
  const variables = readVariables(NODE_ENV);
  const allowsSandbox = NODE_ENV === 'development' || NODE_ENV === 'test';
  if (!allowsSandbox || zimVariables.some((name) => variables[name]?.trim())) {
    validateEnvironment(variables);
    return undefined;
  }
  const app = { ...exampleProject, callbackSecret: randomBytes(16).toString('hex') };
  validateEnvironment({ ...variables, ...variablesOf(app, 'http://127.0.0.1') });
  // With a fixed port, an open page of the console reconnects when the backend restarts.
  const sandbox = await startSandbox(app, NODE_ENV === 'development' ? 4010 : 0);
  Object.assign(process.env, variablesOf(app, sandbox.url));
  return sandbox;
}

type SandboxApp = Required<Pick<ZimSandbox['app'], 'appId' | 'serverSecret' | 'callbackSecret'>>;

function variablesOf(app: SandboxApp, url: string): Variables {
  return {
    ZIM_APP_ID: String(app.appId),
    ZIM_SERVER_SECRET: app.serverSecret,
    ZIM_CALLBACK_SECRET: app.callbackSecret,
    ZIM_BASE_URL: url,
  };
}

/** The variables that `loadConfig` will read. */
function readVariables(environment: string): Variables {
  const files = environmentFiles(environment, process.cwd()).filter((path) => existsSync(path));
  const parsed = files.map((path): Variables => parseEnv(readFileSync(path, 'utf8')));
  return [process.env, ...parsed].reduceRight((all, one) => ({ ...all, ...one }), {});
}

/** Starts a sandbox in this process; where the preferred port is taken, on any free one. */
export async function startSandbox(app: SandboxApp, preferredPort: number): Promise<ZimSandbox> {
  // Loaded only here, so that a backend with credentials starts without it.
  const { ZimSandbox } = await import('zim-sandbox');
  const startAt = (port: number) => ZimSandbox.start({ port, apps: [app], users: sandboxUsers });
  try {
    return await startAt(preferredPort);
  } catch (error) {
    if (!isPortTaken(error)) throw error;
    return startAt(0);
  }
}

function isPortTaken(error: unknown): boolean {
  const cause = error instanceof Error ? error.cause : undefined;
  if (typeof cause !== 'object' || cause === null) return false;
  return 'code' in cause && cause.code === 'EADDRINUSE';
}
