import type { LoggerService } from '@nestjs/common';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import type { AddressInfo } from 'node:net';
import type { ZimSandbox } from 'zim-sandbox';
import { createApp } from '../../apps/sample/src/create-app.js';
import { prepareSurroundings } from '../../apps/sample/src/surroundings.js';
import { ZimTarget } from '../../apps/sample/src/zim/zim-target.js';

/** The sample backend on a free port, with its own sandbox. */
export interface Backend {
  readonly app: NestFastifyApplication;
  readonly url: string;
  /** @throws Error if credentials were given, so that there is none */
  readonly sandbox: ZimSandbox;
  post(path: string, body: unknown, headers?: Record<string, string>): Promise<Response>;
  postRaw(path: string, body: string, headers?: Record<string, string>): Promise<Response>;
}

const silence = () => undefined;
const silent: LoggerService = { log: silence, warn: silence, error: silence, fatal: silence };

export async function startBackend(
  variables: Record<string, string> = {},
  logger = silent,
): Promise<Backend> {
  const surroundings = await prepareSurroundings({ NODE_ENV: 'test', ...variables });
  const app = await createApp(surroundings, logger);
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
      return sandboxOf(app);
    },
    post: (path, body, headers) => postRaw(path, JSON.stringify(body), headers),
    postRaw,
  };
}

function sandboxOf(app: NestFastifyApplication): ZimSandbox {
  const { sandbox } = app.get(ZimTarget);
  if (sandbox === undefined) throw new Error('the backend has no sandbox of its own');
  return sandbox;
}
