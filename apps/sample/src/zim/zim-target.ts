import { Injectable, type OnApplicationShutdown } from '@nestjs/common';
import type { ZimCallOptions } from 'nestjs-zim-call';
import type { ZimSandbox } from 'zim-sandbox';
import { Environment } from '../config/environment.js';

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
    if (ZIM_APP_ID !== undefined && ZIM_SERVER_SECRET !== undefined) {
      return new ZimTarget({
        appId: ZIM_APP_ID,
        serverSecret: ZIM_SERVER_SECRET,
        baseUrl: ZIM_BASE_URL,
        region: ZIM_REGION,
      });
    }
    // Loaded only here: a production image need not hold the sandbox.
    const { ZimSandbox } = await import('zim-sandbox');
    const sandbox = await ZimSandbox.start({ port: 0, users: sandboxUsers });
    const { appId, serverSecret } = sandbox.app;
    return new ZimTarget({ appId, serverSecret, baseUrl: sandbox.url }, sandbox);
  }

  async onApplicationShutdown(): Promise<void> {
    await this.sandbox?.stop();
  }
}

/** Provides {@link ZimTarget}. */
export const zimTargetProvider = {
  provide: ZimTarget,
  inject: [Environment],
  useFactory: (environment: Environment) => ZimTarget.create(environment),
};
