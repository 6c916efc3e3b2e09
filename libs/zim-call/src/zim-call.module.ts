import { HttpModule } from '@nestjs/axios';
import { type DynamicModule, Inject, Module } from '@nestjs/common';
import { ModulesContainer } from '@nestjs/core';
import { HttpTransport } from './client/http-transport.js';
import { systemRuntime, ZIM_RUNTIME } from './client/runtime.js';
import { SigningInterceptor } from './client/signing.interceptor.js';
import { ZIM_API_CLIENT, ZimApiClient } from './client/zim-api.client.js';
import { ZimClock } from './client/zim-clock.js';
import { ZimConfigError } from './errors/errors.js';
import { CallInviteService } from './invite/call-invite.service.js';
import { resolveZimCallOptions } from './options/resolve-options.js';
import { RESOLVED_ZIM_CALL_OPTIONS } from './options/zim-call-options.js';
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
  getZimApiClientToken,
  ZIM_CALL_NAME,
} from './zim-call.tokens.js';

/**
 * Makes phones ring through ZEGO ZIM: provides {@link CallInviteService} and {@link ZimApiClient}.
 *
 * Import it once for each AppID; give each further one a `name` and inject by `@InjectCallInvite(name)`.
 */
@Module({
  providers: [
    {
      provide: RESOLVED_ZIM_CALL_OPTIONS,
      useFactory: resolveZimCallOptions,
      inject: [RAW_ZIM_CALL_OPTIONS],
    },
    { provide: ZIM_RUNTIME, useValue: systemRuntime },
    ZimClock,
    SigningInterceptor,
    HttpTransport,
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
    const { name, isGlobal, ...zimCallOptions } = options;
    return complete(super.forRoot(zimCallOptions), { name, isGlobal });
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
  return {
    ...definition,
    global: isGlobal,
    // register() makes an axios instance of its own: HttpModule imported bare would share the global one.
    imports: [...(definition.imports ?? []), HttpModule.register({})],
    providers: [
      ...(definition.providers ?? []),
      { provide: ZIM_CALL_NAME, useValue: name },
      { provide: clientToken, useClass: ZimApiClient },
      { provide: ZIM_API_CLIENT, useExisting: clientToken },
      { provide: serviceToken, useClass: CallInviteService },
    ],
    exports: [serviceToken, clientToken],
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
