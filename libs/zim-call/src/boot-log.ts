import { Inject, Injectable, Logger, type OnApplicationBootstrap } from '@nestjs/common';
import { ApplicationConfig } from '@nestjs/core';
import {
  noRetry,
  persistentRetry,
  RESOLVED_ZIM_CALL_OPTIONS,
  type ResolvedZimCallOptions,
  standardRetry,
  type ZimRetryPolicy,
} from './config/zim-call-options.js';
import { ZIM_CALL_NAME } from './zim-call.tokens.js';

/** Logs at boot what a module was configured with: one line, without secrets. */
@Injectable()
export class BootLog implements OnApplicationBootstrap {
  constructor(
    @Inject(RESOLVED_ZIM_CALL_OPTIONS) private readonly options: ResolvedZimCallOptions,
    @Inject(ZIM_CALL_NAME) private readonly name: string,
    private readonly application: ApplicationConfig,
  ) {}

  onApplicationBootstrap(): void {
    new Logger('ZimCall').log(
      describe(this.name, this.options, this.application.getGlobalPrefix()),
    );
  }
}

/** Without the URL of Redis: it may hold a password. */
function describe(
  name: string,
  { appId, baseUrls, callbacks, redisUrl, retry }: ResolvedZimCallOptions,
  globalPrefix: string,
): string {
  return [
    `AppID ${appId} (${name})`,
    `calls ${baseUrls.join(', ')}`,
    callbacks === undefined
      ? 'no callbacks'
      : `callbacks at POST ${callbacks.path}${globalPrefix === '' ? '' : ` (without the global prefix ${globalPrefix})`}`,
    redisUrl === undefined ? 'quota of this instance alone' : 'quota shared through Redis',
    `retry ${retryPolicyName(retry)}`,
  ].join('; ');
}

function retryPolicyName(policy: ZimRetryPolicy): string {
  const named = { standardRetry, noRetry, persistentRetry };
  return Object.entries(named).find(([, preset]) => preset === policy)?.[0] ?? 'custom';
}
