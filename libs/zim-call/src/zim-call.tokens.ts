import { Inject } from '@nestjs/common';
import { ZimApiClient } from './client/zim-api.client.js';
import { CallInviteService } from './invite/call-invite.service.js';
import { CallOutcomeService } from './outcome/call-outcome.service.js';
import { ZimHealthIndicator } from './telemetry/zim-health.indicator.js';
import { ZimRateLimit } from './rate-limit/rate-limiter.js';
import { ZimUserService } from './users/zim-user.service.js';

/** The name of a client's module; a token inside that module. */
export const ZIM_CALL_NAME = Symbol('ZIM_CALL_NAME');

/** The name of a module that was given none. */
export const defaultZimCallName = 'default';

type Token<T> = string | (abstract new (...args: never[]) => T);

/** The injection token of the {@link CallInviteService} of a named module; the class itself without a name. */
export function getCallInviteServiceToken(name = defaultZimCallName): Token<CallInviteService> {
  return name === defaultZimCallName ? CallInviteService : `CallInviteService(${name})`;
}

/** The injection token of the {@link ZimApiClient} of a named module; the class itself without a name. */
export function getZimApiClientToken(name = defaultZimCallName): Token<ZimApiClient> {
  return name === defaultZimCallName ? ZimApiClient : `ZimApiClient(${name})`;
}

/** The injection token of the {@link CallOutcomeService} of a named module; the class itself without a name. */
export function getCallOutcomeServiceToken(name = defaultZimCallName): Token<CallOutcomeService> {
  return name === defaultZimCallName ? CallOutcomeService : `CallOutcomeService(${name})`;
}

/** The injection token of the {@link ZimUserService} of a named module; the class itself without a name. */
export function getZimUserServiceToken(name = defaultZimCallName): Token<ZimUserService> {
  return name === defaultZimCallName ? ZimUserService : `ZimUserService(${name})`;
}

/** The injection token of the {@link ZimRateLimit} of a named module; the class itself without a name. */
export function getZimRateLimitToken(name = defaultZimCallName): Token<ZimRateLimit> {
  return name === defaultZimCallName ? ZimRateLimit : `ZimRateLimit(${name})`;
}

/** The injection token of the {@link ZimHealthIndicator} of a named module; the class itself without a name. */
export function getZimHealthIndicatorToken(name = defaultZimCallName): Token<ZimHealthIndicator> {
  return name === defaultZimCallName ? ZimHealthIndicator : `ZimHealthIndicator(${name})`;
}

/** The injection token of the `HttpService` through which a named module sends. */
export function getZimHttpToken(name = defaultZimCallName): string {
  return `ZimHttp(${name})`;
}

/** Injects the {@link CallInviteService} of the module of that name. */
export function InjectCallInvite(name?: string): PropertyDecorator & ParameterDecorator {
  return Inject(getCallInviteServiceToken(name));
}

/** Injects the {@link ZimApiClient} of the module of that name. */
export function InjectZimApiClient(name?: string): PropertyDecorator & ParameterDecorator {
  return Inject(getZimApiClientToken(name));
}

/** Injects the {@link CallOutcomeService} of the module of that name. */
export function InjectCallOutcome(name?: string): PropertyDecorator & ParameterDecorator {
  return Inject(getCallOutcomeServiceToken(name));
}

/** Injects the {@link ZimUserService} of the module of that name. */
export function InjectZimUsers(name?: string): PropertyDecorator & ParameterDecorator {
  return Inject(getZimUserServiceToken(name));
}

/** Injects the {@link ZimRateLimit} of the module of that name. */
export function InjectZimRateLimit(name?: string): PropertyDecorator & ParameterDecorator {
  return Inject(getZimRateLimitToken(name));
}

/** Injects the {@link ZimHealthIndicator} of the module of that name. */
export function InjectZimHealth(name?: string): PropertyDecorator & ParameterDecorator {
  return Inject(getZimHealthIndicatorToken(name));
}

/**
 * Injects the `HttpService` through which the module of that name sends, to add request interceptors of your own.
 *
 * They run before signing, for each attempt, and see the request that leaves; they may add headers and change
 * nothing else: anything else fails the call with ZimConfigError before it is sent. Response interceptors see the signed parameters, which
 * are a credential for ZIM's server API for ten minutes: keep them out of logs.
 */
export function InjectZimHttp(name?: string): PropertyDecorator & ParameterDecorator {
  return Inject(getZimHttpToken(name));
}
