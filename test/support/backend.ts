import type { LoggerService } from '@nestjs/common';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import type { AddressInfo } from 'node:net';
import type { ZimSandbox } from 'zim-sandbox';
import { createDevelopmentApp } from '../../apps/sample/dev/create-development-app.js';
import { type Development, prepareDevelopment } from '../../apps/sample/dev/development.js';
import type { AppParts } from '../../apps/sample/src/create-app.js';
import { callbackPath } from '../../apps/sample/src/zim/zim-options.js';

/** The sample backend on a free port, with its own sandbox. */
export interface Backend {
  readonly app: NestFastifyApplication;
  readonly url: string;
  /** @throws Error if credentials were given, so that there is none */
  readonly sandbox: ZimSandbox;
  /** Has the sandbox deliver its callbacks to this backend. */
  takeCallbacks(): void;
  post(path: string, body: unknown, headers?: Record<string, string>): Promise<Response>;
  postRaw(path: string, body: string, headers?: Record<string, string>): Promise<Response>;
}

const silence = () => undefined;
const silent: LoggerService = { log: silence, warn: silence, error: silence, fatal: silence };

export async function startBackend(
  variables: Record<string, string> = {},
  logger = silent,
  limits?: AppParts['limits'],
): Promise<Backend> {
  const development = await prepareDevelopment({ NODE_ENV: 'test', ...variables });
  const app = await createDevelopmentApp(development, { logger, limits });
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
      return sandboxOf(development);
    },
    takeCallbacks: () => {
      sandboxOf(development).callbacks.setUrl(`${url}${callbackPath}`);
    },
    post: (path, body, headers) => postRaw(path, JSON.stringify(body), headers),
    postRaw,
  };
}

function sandboxOf({ sandbox }: Development): ZimSandbox {
  if (sandbox === undefined) throw new Error('the backend has no sandbox of its own');
  return sandbox;
}
