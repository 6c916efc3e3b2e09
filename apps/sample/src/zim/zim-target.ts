import { Injectable, type OnApplicationShutdown } from '@nestjs/common';
import type { ZimCallOptions } from 'nestjs-zim-call';
import { randomBytes } from 'node:crypto';
import type { ZimSandbox } from 'zim-sandbox';
import { Environment } from '../config/environment.js';

/** Where ZIM delivers its callbacks. */
export const callbackPath = '/zim/callbacks';

/** Users that the built-in sandbox knows from the start. */
export const sandboxUsers = ['alice', 'bob', 'carol'];

/** Where calls go: to ZIM with the project's credentials or, without any, to a sandbox in this process. */
@Injectable()
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
    // Loaded only here: a production image need not hold the sandbox.
    const { ZimSandbox } = await import('zim-sandbox');
    const secret = () => randomBytes(16).toString('hex');
    const app = { appId: 1_000_000_001, serverSecret: secret(), callbackSecret: secret() };
    const sandbox = await ZimSandbox.start({ port: 0, apps: [app], users: sandboxUsers });
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

/** Provides {@link ZimTarget}. */
export const zimTargetProvider = {
  provide: ZimTarget,
  inject: [Environment],
  useFactory: (environment: Environment) => ZimTarget.create(environment),
};
