import { Inject } from '@nestjs/common';
import { ZimApiClient } from './client/zim-api.client.js';
import { CallInviteService } from './invite/call-invite.service.js';
import { CallOutcomeService } from './outcome/call-outcome.service.js';
import { ZimHealthIndicator } from './telemetry/zim-health.indicator.js';
import { ZimRateLimit } from './rate-limit/rate-limiter.js';
import { ZimUserService } from './users/zim-user.service.js';

export const ZIM_CALL_NAME = Symbol('ZIM_CALL_NAME');

export const defaultZimCallName = 'default';

/** Returns the injection token of a named module's {@link CallInviteService}; the class itself without a name. */
export const getCallInviteServiceToken = tokenOf('CallInviteService', CallInviteService);
/** Injects the {@link CallInviteService} of the module of that name. */
export const InjectCallInvite = decoratorOf(getCallInviteServiceToken);

/** Returns the injection token of a named module's {@link CallOutcomeService}; the class itself without a name. */
export const getCallOutcomeServiceToken = tokenOf('CallOutcomeService', CallOutcomeService);
/** Injects the {@link CallOutcomeService} of the module of that name. */
export const InjectCallOutcome = decoratorOf(getCallOutcomeServiceToken);

/** Returns the injection token of a named module's {@link ZimApiClient}; the class itself without a name. */
export const getZimApiClientToken = tokenOf('ZimApiClient', ZimApiClient);
/** Injects the {@link ZimApiClient} of the module of that name. */
export const InjectZimApiClient = decoratorOf(getZimApiClientToken);

/** Returns the injection token of a named module's {@link ZimUserService}; the class itself without a name. */
export const getZimUserServiceToken = tokenOf('ZimUserService', ZimUserService);
/** Injects the {@link ZimUserService} of the module of that name. */
export const InjectZimUsers = decoratorOf(getZimUserServiceToken);

/** Returns the injection token of a named module's {@link ZimRateLimit}; the class itself without a name. */
export const getZimRateLimitToken = tokenOf('ZimRateLimit', ZimRateLimit);
/** Injects the {@link ZimRateLimit} of the module of that name. */
export const InjectZimRateLimit = decoratorOf(getZimRateLimitToken);

/** Returns the injection token of a named module's {@link ZimHealthIndicator}; the class itself without a name. */
export const getZimHealthIndicatorToken = tokenOf('ZimHealthIndicator', ZimHealthIndicator);
/** Injects the {@link ZimHealthIndicator} of the module of that name. */
export const InjectZimHealth = decoratorOf(getZimHealthIndicatorToken);

/** Returns the injection token of the `HttpService` by which a named module sends. */
export const getZimHttpToken = (name = defaultZimCallName): string => `ZimHttp(${name})`;
/**
 * Injects the `HttpService` by which the module of that name sends, to add request interceptors of your own.
 *
 * They run before signing, once for each attempt, and see the request that leaves. They may add headers; any other
 * change fails the call with ZimConfigError before it is sent. Response interceptors see the signed parameters, which
 * are a credential for ZIM's server API for ten minutes: keep them out of logs.
 */
export const InjectZimHttp = decoratorOf(getZimHttpToken);

// The label is not `service.name`, because minifiers give classes of several files the same name.
function tokenOf<T extends abstract new (...args: never[]) => unknown>(
  label: string,
  service: T,
): (name?: string) => string | T {
  return (name = defaultZimCallName) =>
    name === defaultZimCallName ? service : `${label}(${name})`;
}

function decoratorOf(
  getToken: (name?: string) => string | (abstract new (...args: never[]) => unknown),
): (name?: string) => PropertyDecorator & ParameterDecorator {
  return (name) => Inject(getToken(name));
}
