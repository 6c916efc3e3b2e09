import { invalidRequest, type ZimFieldError } from '../errors/errors.js';
import { ownFields } from './own-fields.js';
import {
  type RequestOptions,
  type InviteOptions,
  zimCallLanes,
  zimOnUnknowns,
} from './call-options.js';
import { maxTimerMs } from './resolve-options.js';

const longestTenant = 200;

const rules: Readonly<Record<keyof RequestOptions, (value: unknown) => string | undefined>> = {
  deadlineMs: (value) =>
    value === undefined || (typeof value === 'number' && value > 0 && value <= maxTimerMs)
      ? undefined
      : `deadlineMs must be a number above 0, at most ${maxTimerMs}`,
  signal: (value) =>
    value === undefined || value === null || isAbortSignal(value)
      ? undefined
      : 'signal must be an AbortSignal',
  lane: (value) =>
    value === undefined || zimCallLanes.some((lane) => lane === value)
      ? undefined
      : `lane must be one of ${zimCallLanes.join(', ')}`,
  tenant: (value) =>
    value === undefined ||
    (typeof value === 'string' && value.length > 0 && value.length <= longestTenant)
      ? undefined
      : `tenant must be text of 1 to ${longestTenant} characters`,
  onUnknown: (value) =>
    value === undefined || zimOnUnknowns.some((choice) => choice === value)
      ? undefined
      : `onUnknown must be one of ${zimOnUnknowns.join(', ')}`,
};

const inviteRules: Readonly<Record<keyof InviteOptions, (value: unknown) => string | undefined>> = {
  ...rules,
  idempotencyKey: (value) =>
    value === undefined || (typeof value === 'string' && /^[\x21-\x7e]{1,255}$/.test(value))
      ? undefined
      : 'idempotencyKey must be 1 to 255 visible ASCII characters',
};

/**
 * The options themselves, without anything inherited; refuses those that would not do what they say.
 * @throws ZimInvalidRequestError
 */
export function checkRequestOptions<T extends RequestOptions>(action: string, options: T): T {
  return check(action, options, rules);
}

/** {@link checkRequestOptions} for an invite. */
export function checkInviteOptions(action: string, options: InviteOptions): InviteOptions {
  return check(action, options, inviteRules);
}

type Rules = Readonly<Record<string, (value: unknown) => string | undefined>>;

function check<T extends object>(action: string, options: T, rules: Rules): T {
  const own = isObject(options) ? ownFields(options) : options;
  const errors = findErrors(own, rules);
  if (errors.length > 0) throw invalidRequest(errors, action);
  return own;
}

function findErrors(options: unknown, rules: Rules): ZimFieldError[] {
  if (!isObject(options)) {
    return [{ path: 'options', message: 'options must be an object' }];
  }
  const unknown = Object.keys(options)
    .filter((key) => !Object.hasOwn(rules, key))
    .map((key) => ({ path: key, message: `${key} is not a known option` }));
  const broken = Object.entries(rules).flatMap(([path, rule]) => {
    const message = rule(Reflect.get(options, path));
    return message === undefined ? [] : [{ path, message }];
  });
  return [...unknown, ...broken];
}

function isObject(value: unknown): value is object {
  return typeof value === 'object' && value !== null;
}

/** By its shape: users may bring a polyfill's. */
function isAbortSignal(value: unknown): boolean {
  return (
    typeof value === 'object' &&
    value !== null &&
    typeof Reflect.get(value, 'aborted') === 'boolean' &&
    typeof Reflect.get(value, 'addEventListener') === 'function' &&
    typeof Reflect.get(value, 'removeEventListener') === 'function'
  );
}
