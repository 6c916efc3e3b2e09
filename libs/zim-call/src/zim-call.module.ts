import { HttpModule, HttpService } from '@nestjs/axios';
import {
  type ClassProvider,
  type DynamicModule,
  type FactoryProvider,
  Inject,
  Logger,
  Module,
  type OnApplicationBootstrap,
} from '@nestjs/common';
import { ApplicationConfig, DiscoveryModule, ModulesContainer } from '@nestjs/core';
import { CallbackEndpoint } from './callbacks/callback-endpoint.js';
import { CallbackReceiver } from './callbacks/callback-receiver.js';
import { CallbackHandlers } from './callbacks/on-zim-call.js';
import { systemRuntime, ZIM_RUNTIME } from './time/runtime.js';
import { CallRunner } from './client/call-runner.js';
import { ZimApiClient } from './client/zim-api.client.js';
import { ZimClock } from './time/zim-clock.js';
import { ZimConfigError } from './errors/errors.js';
import { SigningInterceptor } from './http/signing.interceptor.js';
import { ZimHttpService, zimHttpDefaults } from './http/zim-http.service.js';
import { IdempotencyService } from './stores/idempotency.service.js';
import { CALL_INVITE_SERVICE, CallInviteService } from './invite/call-invite.service.js';
import { CallAnswers } from './invite/call-answers.js';
import { CallbackConfirmations } from './invite/callback-confirmations.js';
import { callObserverProvider } from './telemetry/call-observer.provider.js';
import { ZimHealthIndicator } from './telemetry/zim-health.indicator.js';
import { resolveZimCallOptions } from './config/resolve-options.js';
import {
  noRetry,
  persistentRetry,
  RESOLVED_OPTIONS,
  type ResolvedOptions,
  standardRetry,
} from './config/zim-call-options.js';
import { CallOutcomeService } from './outcome/call-outcome.service.js';
import { RateLimiter, ZimRateLimit } from './rate-limit/rate-limiter.js';
import { sharedStateProviders } from './shared-state.js';
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
 * Makes phones ring through ZEGO ZIM: provides {@link CallInviteService}, {@link CallOutcomeService} and more.
 *
 * Import it once for each AppID; give each further one a `name` and inject its services by `@InjectCallInvite(name)`.
 */
@Module({
  imports: [DiscoveryModule],
  providers: [
    {
      provide: RESOLVED_OPTIONS,
      useFactory: resolveZimCallOptions,
      inject: [RAW_ZIM_CALL_OPTIONS],
    },
    { provide: ZIM_RUNTIME, useValue: systemRuntime },

    // In memory, or in Redis.
    ...sharedStateProviders,

    // Calls to ZIM.
    ZimClock,
    SigningInterceptor,
    ZimHttpService,
    RateLimiter,
    callObserverProvider,
    CallRunner,
    CallAnswers,
    IdempotencyService,

    // Callbacks from ZIM.
    CallbackHandlers,
    CallbackReceiver,
    CallbackEndpoint,
    CallbackConfirmations,
  ],
})
export class ZimCallModule implements OnApplicationBootstrap {
  /** @internal */
  constructor(
    modules: ModulesContainer,
    private readonly application: ApplicationConfig,
    @Inject(ZIM_CALL_NAME) private readonly name: string,
    @Inject(RESOLVED_OPTIONS) private readonly options: ResolvedOptions,
  ) {
    refuseSecondOf(name, modules);
  }

  /**
   * Returns a module whose options are known now.
   * @throws ZimConfigError at boot, with all problems at once
   */
  static forRoot(options: ZimCallModuleOptions): DynamicModule {
    return complete(ZimCallConfigurableModule.forRoot(options), options);
  }

  /**
   * Returns a module whose options come from other providers. `name` and `isGlobal` stand beside the factory.
   * @throws ZimConfigError at boot, with all problems at once
   */
  static forRootAsync(options: ZimCallModuleAsyncOptions): DynamicModule {
    return complete(ZimCallConfigurableModule.forRootAsync(options), options);
  }

  onApplicationBootstrap(): void {
    new Logger('ZimCall').log(
      describe(this.name, this.options, this.application.getGlobalPrefix()),
    );
  }
}

/** Adds what depends on the module's name. */
function complete(
  definition: DynamicModule,
  { name = defaultZimCallName, isGlobal = false }: ZimCallModuleExtras,
): DynamicModule {
  const services: ClassProvider[] = [
    { provide: getCallInviteServiceToken(name), useClass: CallInviteService },
    { provide: getCallOutcomeServiceToken(name), useClass: CallOutcomeService },
    { provide: getZimUserServiceToken(name), useClass: ZimUserService },
    { provide: getZimApiClientToken(name), useClass: ZimApiClient },
    { provide: getZimRateLimitToken(name), useClass: ZimRateLimit },
    { provide: getZimHealthIndicatorToken(name), useClass: ZimHealthIndicator },
  ];
  const http: FactoryProvider<HttpService> = {
    provide: getZimHttpToken(name),
    // Waits for the signing interceptor: axios runs the request interceptor last that was registered first.
    inject: [HttpService, SigningInterceptor],
    useFactory: (service: HttpService) => service,
  };
  return {
    ...definition,
    module: ZimCallModule,
    global: isGlobal,
    // register() creates an axios instance of its own: HttpModule without it shares the global one.
    imports: [...(definition.imports ?? []), HttpModule.register(zimHttpDefaults)],
    providers: [
      ...(definition.providers ?? []),
      { provide: ZIM_CALL_NAME, useValue: name },
      { provide: CALL_INVITE_SERVICE, useExisting: getCallInviteServiceToken(name) },
      ...services,
      http,
    ],
    exports: [...services, http].map(({ provide }) => provide),
  };
}

/** Of two modules with one name Nest would silently use the first, with the first one's credentials. */
function refuseSecondOf(name: string, modules: ModulesContainer): void {
  const sameName = [...modules.values()].filter(
    (module) =>
      module.metatype === ZimCallModule && module.providers.get(ZIM_CALL_NAME)?.instance === name,
  );
  if (sameName.length > 1) {
    throw new ZimConfigError([
      `name: ${sameName.length} modules are called '${name}'; import one module in both places, or give each a name of its own`,
    ]);
  }
}

/** Describes a module in one line, without the URL of Redis: it may contain a password. */
function describe(
  name: string,
  { appId, baseUrls, callbacks, redisUrl, retry }: ResolvedOptions,
  globalPrefix: string,
): string {
  const presets = Object.entries({ standardRetry, noRetry, persistentRetry });
  const [retryName = 'custom'] = presets.find(([, preset]) => preset === retry) ?? [];
  const withoutPrefix = globalPrefix === '' ? '' : ` (without the global prefix ${globalPrefix})`;
  return [
    `AppID ${appId} (${name})`,
    `calls ${baseUrls.join(', ')}`,
    callbacks ? `callbacks at POST ${callbacks.path}${withoutPrefix}` : 'no callbacks',
    `quota ${redisUrl ? 'shared through Redis' : 'of this instance only'}`,
    `retry ${retryName}`,
  ].join('; ');
}
