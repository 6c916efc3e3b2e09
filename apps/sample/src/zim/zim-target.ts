import type { OnApplicationShutdown } from '@nestjs/common';
import type { ZimCallOptions } from 'nestjs-zim-call';
import { randomBytes } from 'node:crypto';
import type { ZimSandbox } from 'zim-sandbox';
import type { Environment } from '../config/environment.js';
import { startSandbox } from './start-sandbox.js';

/** Where ZIM delivers its callbacks. */
export const callbackPath = '/zim/callbacks';

/** That of ZEGO's page on signatures: everybody knows its secret, so anybody can sign a request to the sandbox. */
const exampleProject = { appId: 12345, serverSecret: '9193cc662a4c0ec135ec71fb57194b38' };

/** Where calls go: to ZIM with the project's credentials or, without any, to a sandbox in this process. */
export class ZimTarget implements OnApplicationShutdown {
  private constructor(
    readonly options: ZimCallOptions,
    readonly sandbox?: ZimSandbox,
  ) {}

  static async create(environment: Environment): Promise<ZimTarget> {
    const { ZIM_APP_ID, ZIM_SERVER_SECRET, ZIM_BASE_URL, ZIM_REGION } = environment;
    const { ZIM_CALLBACK_SECRET } = environment;
    const redisUrl = readRedisUrl(environment.ZIM_REDIS_URL);
    if (ZIM_APP_ID !== undefined && ZIM_SERVER_SECRET !== undefined) {
      return new ZimTarget({
        appId: ZIM_APP_ID,
        serverSecret: ZIM_SERVER_SECRET,
        baseUrl: ZIM_BASE_URL,
        region: ZIM_REGION,
        callbacks:
          ZIM_CALLBACK_SECRET === undefined
            ? undefined
            : { path: callbackPath, secret: ZIM_CALLBACK_SECRET },
        redisUrl,
      });
    }
    const app = { ...exampleProject, callbackSecret: randomBytes(16).toString('hex') };
    // A page that was left open goes on when the backend has started anew.
    const preferredPort = environment.NODE_ENV === 'development' ? 4010 : 0;
    const sandbox = await startSandbox(app, preferredPort);
    const { appId, serverSecret, callbackSecret } = app;
    const callbacks = { path: callbackPath, secret: callbackSecret };
    const options = { appId, serverSecret, baseUrl: sandbox.url, callbacks };
    return new ZimTarget({ ...options, redisUrl }, sandbox);
  }

  /** Tells the sandbox, as ZEGO's console would be told, where this backend takes callbacks. */
  listenAt(url: string): void {
    this.sandbox?.callbacks.setUrl(`${url}${callbackPath}`);
  }

  async onApplicationShutdown(): Promise<void> {
    await this.sandbox?.stop();
  }
}

function readRedisUrl(url: string | undefined): ZimCallOptions['redisUrl'] {
  return url?.includes(',') ? url.split(',') : url;
}
