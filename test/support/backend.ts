import type { LoggerService } from '@nestjs/common';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import type { AddressInfo } from 'node:net';
import type { ZimSandbox } from 'zim-sandbox';
import { createDevelopmentApp } from '../../apps/sample/dev/create-development-app.js';
import { prepareDevelopment } from '../../apps/sample/dev/development.js';
import { callbackPath } from '../../apps/sample/src/config/zim-options.js';

/** The sample backend on a free port, with its own sandbox. */
export interface Backend {
  readonly app: NestFastifyApplication;
  readonly url: string;
  /** @throws Error if credentials were given, so that there is none */
  readonly sandbox: ZimSandbox;
  /** Makes the sandbox deliver its callbacks to this backend. */
  takeCallbacks(): void;
  post(path: string, body: unknown, headers?: Record<string, string>): Promise<Response>;
  postRaw(path: string, body: string, headers?: Record<string, string>): Promise<Response>;
}

const silence = () => undefined;
const silent: LoggerService = { log: silence, warn: silence, error: silence, fatal: silence };

export async function startBackend(
  variables: Record<string, string> = {},
  logger = silent,
): Promise<Backend> {
  const { app, sandbox } = await withVariables(variables, async () => {
    const running = await prepareDevelopment();
    return { app: await createDevelopmentApp(running, logger), sandbox: running };
  });
  await app.listen(0, '127.0.0.1');
  const { port } = app.getHttpServer().address() as AddressInfo;
  const url = `http://127.0.0.1:${port}`;
  const postRaw = (path: string, body: string, headers: Record<string, string> = {}) =>
    fetch(`${url}${path}`, {
      method: 'POST',
      headers: { 'Content-Type': 'application/json', ...headers },
      body,
    });
  return {
    app,
    url,
    get sandbox() {
      return sandboxOf(sandbox);
    },
    takeCallbacks: () => {
      sandboxOf(sandbox).callbacks.setUrl(`${url}${callbackPath}`);
    },
    post: (path, body, headers) => postRaw(path, JSON.stringify(body), headers),
    postRaw,
  };
}

/** Runs something with other variables of the process, as if it had been started with them. */
async function withVariables<T>(
  variables: Record<string, string>,
  run: () => Promise<T>,
): Promise<T> {
  const before = process.env;
  process.env = { ...before, NODE_ENV: 'test', ...variables };
  try {
    return await run();
  } finally {
    process.env = before;
  }
}

function sandboxOf(sandbox: ZimSandbox | undefined): ZimSandbox {
  if (sandbox === undefined) throw new Error('the backend has no sandbox of its own');
  return sandbox;
}
