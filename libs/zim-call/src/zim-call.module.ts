import { HttpModule, HttpService } from '@nestjs/axios';
import { type DynamicModule, Inject, Module } from '@nestjs/common';
import { DiscoveryModule, ModulesContainer } from '@nestjs/core';
import { BootLog } from './boot-log.js';
import { CallbackHandlers } from './callbacks/callback-handlers.js';
import { CallbackMount } from './callbacks/callback-mount.js';
import { CallbackReceiver } from './callbacks/callback-receiver.js';
import { NonceCheck } from './callbacks/nonce-check.js';
import { systemRuntime, ZIM_RUNTIME, type ZimRuntime } from './time/runtime.js';
import { CallRunner } from './client/call-runner.js';
import { ZimApiClient } from './client/zim-api.client.js';
import { ZimClock } from './time/zim-clock.js';
import { ZimConfigError } from './errors/errors.js';
import { SigningInterceptor } from './http/signing.interceptor.js';
import { ZimHttpService, zimHttpDefaults } from './http/zim-http.service.js';
import { IdempotencyService } from './stores/idempotency.service.js';
import { CALL_INVITE_SERVICE, CallInviteService } from './invite/call-invite.service.js';
import { CallbackConfirmations } from './invite/callback-confirmations.js';
import { callObserverProvider } from './telemetry/call-observer.provider.js';
import { ZimHealthIndicator } from './telemetry/zim-health.indicator.js';
import { resolveZimCallOptions } from './config/resolve-options.js';
import {
  RESOLVED_ZIM_CALL_OPTIONS,
  type ResolvedZimCallOptions,
} from './config/zim-call-options.js';
import { CallEventRecorder } from './outcome/call-event-recorder.js';
import { CallOutcomeService } from './outcome/call-outcome.service.js';
import { RateLimiter, ZimRateLimit } from './rate-limit/rate-limiter.js';
import { SharedState, sharedStateProviders } from './shared-state.js';
import { ZimUserService } from './users/zim-user.service.js';
import {
  RAW_ZIM_CALL_OPTIONS,
  ZimCallConfigurableModule,
  type ZimCallModuleAsyncOptions,
  type ZimCallModuleExtras,
  type ZimCallModuleOptions,
} from './zim-call.module-definition.js';
import {
  defaultZimCallName,
  getCallInviteServiceToken,
  getCallOutcomeServiceToken,
  getZimApiClientToken,
  getZimHealthIndicatorToken,
  getZimHttpToken,
  getZimRateLimitToken,
  getZimUserServiceToken,
  ZIM_CALL_NAME,
} from './zim-call.tokens.js';

/**
 * Makes phones ring through ZEGO ZIM: provides {@link CallInviteService} and {@link ZimApiClient}.
 *
 * Import it once for each AppID; give each further one a `name` and inject by `@InjectCallInvite(name)`.
 */
@Module({
  imports: [DiscoveryModule],
  providers: [
    {
      provide: RESOLVED_ZIM_CALL_OPTIONS,
      useFactory: resolveZimCallOptions,
      inject: [RAW_ZIM_CALL_OPTIONS],
    },
    { provide: ZIM_RUNTIME, useValue: systemRuntime },
    ZimClock,
    CallRunner,
    SigningInterceptor,
    ZimHttpService,
    callObserverProvider,
    ...sharedStateProviders,
    IdempotencyService,
    {
      provide: RateLimiter,
      useFactory: (
        { rateLimit }: ResolvedZimCallOptions,
        runtime: ZimRuntime,
        { parts: { limiters } }: SharedState,
      ) => new RateLimiter(limiters, rateLimit, runtime),
      inject: [RESOLVED_ZIM_CALL_OPTIONS, ZIM_RUNTIME, SharedState],
    },
    CallbackHandlers,
    NonceCheck,
    CallbackReceiver,
    CallbackMount,
    CallEventRecorder,
    CallbackConfirmations,
    BootLog,
  ],
})
export class ZimCallModule extends ZimCallConfigurableModule {
  constructor(modules: ModulesContainer, @Inject(ZIM_CALL_NAME) name: string) {
    super();
    refuseSecondOf(name, modules);
  }

  /**
   * A client with options that are known now.
   * @throws ZimConfigError at boot, with every problem at once
   */
  static override forRoot(options: ZimCallModuleOptions): DynamicModule {
    return complete(super.forRoot(options), options);
  }

  /**
   * A client whose options come from other providers. `name` and `isGlobal` stand beside the factory.
   * @throws ZimConfigError at boot, with every problem at once
   */
  static override forRootAsync(options: ZimCallModuleAsyncOptions): DynamicModule {
    return complete(super.forRootAsync(options), options);
  }
}

function complete(
  definition: DynamicModule,
  { name = defaultZimCallName, isGlobal = false }: ZimCallModuleExtras,
): DynamicModule {
  const clientToken = getZimApiClientToken(name);
  const serviceToken = getCallInviteServiceToken(name);
  const outcomeToken = getCallOutcomeServiceToken(name);
  const usersToken = getZimUserServiceToken(name);
  const rateLimitToken = getZimRateLimitToken(name);
  const healthToken = getZimHealthIndicatorToken(name);
  const httpToken = getZimHttpToken(name);
  return {
    ...definition,
    global: isGlobal,
    // register() makes an axios instance of its own: HttpModule imported bare would share the global one.
    imports: [...(definition.imports ?? []), HttpModule.register(zimHttpDefaults)],
    providers: [
      ...(definition.providers ?? []),
      { provide: ZIM_CALL_NAME, useValue: name },
      { provide: clientToken, useClass: ZimApiClient },
      { provide: serviceToken, useClass: CallInviteService },
      { provide: CALL_INVITE_SERVICE, useExisting: serviceToken },
      { provide: outcomeToken, useClass: CallOutcomeService },
      { provide: usersToken, useClass: ZimUserService },
      { provide: rateLimitToken, useClass: ZimRateLimit },
      { provide: healthToken, useClass: ZimHealthIndicator },
      {
        provide: httpToken,
        // Signing registers first: axios runs the last one registered first, so it sees what others have added.
        inject: [HttpService, SigningInterceptor],
        useFactory: (http: HttpService) => http,
      },
    ],
    exports: [
      serviceToken,
      outcomeToken,
      usersToken,
      rateLimitToken,
      healthToken,
      clientToken,
      httpToken,
    ],
  };
}

/** Of two modules with one name Nest would silently take the first, with the first one's credentials. */
function refuseSecondOf(name: string, modules: ModulesContainer): void {
  const sameName = [...modules.values()].filter(
    (module) =>
      module.metatype === ZimCallModule && module.providers.get(ZIM_CALL_NAME)?.instance === name,
  );
  if (sameName.length > 1) {
    throw new ZimConfigError([
      `name: ${sameName.length} modules are called '${name}'; import one module for both places, or give each client a name of its own`,
    ]);
  }
}
