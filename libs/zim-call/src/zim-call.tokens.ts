import { Inject } from '@nestjs/common';
import { ZimApiClient } from './client/zim-api.client.js';
import { CallInviteService } from './invite/call-invite.service.js';
import { CallOutcomeService } from './outcome/call-outcome.service.js';
import { ZimHealthIndicator } from './telemetry/zim-health.indicator.js';
import { ZimRateLimit } from './rate-limit/rate-limiter.js';
import { ZimUserService } from './users/zim-user.service.js';

/** The token of a module's name, inside that module. */
export const ZIM_CALL_NAME = Symbol('ZIM_CALL_NAME');

/** The name of a module without a `name`. */
export const defaultZimCallName = 'default';

type Service<T> = abstract new (...args: never[]) => T;
type Token<T> = string | Service<T>;
type InjectDecorator = PropertyDecorator & ParameterDecorator;

/** Returns the injection token of a named module's {@link CallInviteService}; the class itself without a name. */
export function getCallInviteServiceToken(name?: string): Token<CallInviteService> {
  return tokenOf(CallInviteService, 'CallInviteService', name);
}

/** Injects the {@link CallInviteService} of the module of that name. */
export function InjectCallInvite(name?: string): InjectDecorator {
  return Inject(getCallInviteServiceToken(name));
}

/** Returns the injection token of a named module's {@link CallOutcomeService}; the class itself without a name. */
export function getCallOutcomeServiceToken(name?: string): Token<CallOutcomeService> {
  return tokenOf(CallOutcomeService, 'CallOutcomeService', name);
}

/** Injects the {@link CallOutcomeService} of the module of that name. */
export function InjectCallOutcome(name?: string): InjectDecorator {
  return Inject(getCallOutcomeServiceToken(name));
}

/** Returns the injection token of a named module's {@link ZimApiClient}; the class itself without a name. */
export function getZimApiClientToken(name?: string): Token<ZimApiClient> {
  return tokenOf(ZimApiClient, 'ZimApiClient', name);
}

/** Injects the {@link ZimApiClient} of the module of that name. */
export function InjectZimApiClient(name?: string): InjectDecorator {
  return Inject(getZimApiClientToken(name));
}

/** Returns the injection token of a named module's {@link ZimUserService}; the class itself without a name. */
export function getZimUserServiceToken(name?: string): Token<ZimUserService> {
  return tokenOf(ZimUserService, 'ZimUserService', name);
}

/** Injects the {@link ZimUserService} of the module of that name. */
export function InjectZimUsers(name?: string): InjectDecorator {
  return Inject(getZimUserServiceToken(name));
}

/** Returns the injection token of a named module's {@link ZimRateLimit}; the class itself without a name. */
export function getZimRateLimitToken(name?: string): Token<ZimRateLimit> {
  return tokenOf(ZimRateLimit, 'ZimRateLimit', name);
}

/** Injects the {@link ZimRateLimit} of the module of that name. */
export function InjectZimRateLimit(name?: string): InjectDecorator {
  return Inject(getZimRateLimitToken(name));
}

/** Returns the injection token of a named module's {@link ZimHealthIndicator}; the class itself without a name. */
export function getZimHealthIndicatorToken(name?: string): Token<ZimHealthIndicator> {
  return tokenOf(ZimHealthIndicator, 'ZimHealthIndicator', name);
}

/** Injects the {@link ZimHealthIndicator} of the module of that name. */
export function InjectZimHealth(name?: string): InjectDecorator {
  return Inject(getZimHealthIndicatorToken(name));
}

/** Returns the injection token of the `HttpService` by which a named module sends. */
export function getZimHttpToken(name = defaultZimCallName): string {
  return `ZimHttp(${name})`;
}

/**
 * Injects the `HttpService` by which the module of that name sends, to add request interceptors of your own.
 *
 * They run before signing, once for each attempt, and see the request that leaves. They may add headers; any other
 * change fails the call with ZimConfigError before it is sent. Response interceptors see the signed parameters, which
 * are a credential for ZIM's server API for ten minutes: keep them out of logs.
 */
export function InjectZimHttp(name?: string): InjectDecorator {
  return Inject(getZimHttpToken(name));
}

// The label is no `service.name`, because minifiers give classes of several files the same name.
function tokenOf<T>(service: Service<T>, label: string, name = defaultZimCallName): Token<T> {
  return name === defaultZimCallName ? service : `${label}(${name})`;
}
