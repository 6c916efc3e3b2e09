import { invalidRequest } from '../errors/errors.js';
import {
  isRecord,
  oneOf,
  optionGroup,
  type OptionRule,
  rule,
  trueOrFalse,
} from './option-rules.js';

/** The priority of a call while it waits for ZIM's quota. */
export type ZimCallLane = 'urgent' | 'normal' | 'bulk';

/** All lanes, the most urgent first. */
export const zimCallLanes: readonly ZimCallLane[] = ['urgent', 'normal', 'bulk'];

/** Whether a request is sent again after an attempt that may have taken effect. */
export type ZimOnUnknown = 'throw' | 'retry';

/** Options of a single call. */
export interface ZimRequestOptions {
  /** Aborts the call. A request that had been sent by then has the outcome `unknown`. */
  readonly signal?: AbortSignal | null | undefined;
  /**
   * The longest time that this call may take, in milliseconds, with the wait for ZIM's quota, other waits and repeated
   * requests. Default: the module's.
   */
  readonly deadlineMs?: number | undefined;
  /**
   * The priority of this call while it waits for ZIM's quota: `urgent` calls are sure of 80 % of it, `normal` ones of
   * 16 % and `bulk` ones of 4 %; what one lane leaves goes to the others, the most urgent first. Default: `normal`.
   */
  readonly lane?: ZimCallLane | undefined;
  /**
   * The customer for whom this call is made, 1 to 200 characters: tenants share ZIM's quota equally, however many
   * calls each has waiting. Default: all calls belong to one tenant.
   */
  readonly tenant?: string | undefined;
  /**
   * What to do if it is unknown whether the request took effect. `throw`: an error with the outcome `unknown`.
   * `retry`: the request is sent again, and **phones may ring twice**, in two calls of which this backend knows
   * one. Default: the module's.
   */
  readonly onUnknown?: ZimOnUnknown | undefined;
}

/** Options of a single invite. */
export interface CallInviteOptions extends ZimRequestOptions {
  /**
   * An id of your own for this invite, 1 to 255 visible ASCII characters, such as one that your client has generated.
   * Another invite with the same key rings no phone: it returns the result of the first, with `replayed: true`. Keys
   * are shared by all instances if the module has a `redisUrl`; otherwise they are valid in this process only.
   */
  readonly idempotencyKey?: string | undefined;
}

/** Options of an invite whose outcome is waited for. */
export interface InviteAndWaitOptions extends CallInviteOptions {
  /**
   * Whether the phones that still ring are withdrawn once a callee has accepted, as by `CallInviteService.withdraw()`.
   * That takes the module's `deadlineMs` at most, beyond the deadline of the wait and whatever `signal` does.
   * Default: false, they ring until they are answered or time out.
   */
  readonly withdrawRest?: boolean | undefined;
  /**
   * What happens to ringing phones if the wait ends without an outcome: `signal` aborts it or its deadline passes.
   * `leave`: they ring on. `withdraw`: they are withdrawn before the error is thrown, whose `withdrawn` has the result;
   * that takes the module's `deadlineMs` at most. An invite that is aborted before ZIM's reply has no call id, and
   * cannot be withdrawn. Default: `leave`.
   */
  readonly onAbort?: 'leave' | 'withdraw' | undefined;
}

/** The business fields of a request; the public parameters and the signature are added on the way. */
export interface ZimApiRequest {
  /** For the query. Everything is percent-encoded; a list is sent as `Name[]=a&Name[]=b`. */
  readonly query?: Readonly<Record<string, string | number | readonly string[]>> | undefined;
  /** For the JSON body; its presence makes the request a POST where the action does not say. */
  readonly body?: object | undefined;
}

const maxTenantLength = 200;

/** The longest time that a timer of Node can wait. */
export const maxTimerMs = 2 ** 31 - 1;

export const onUnknown = oneOf('throw', 'retry');

const requestRules: Readonly<Record<keyof ZimRequestOptions, OptionRule>> = {
  deadlineMs: rule(
    `must be a number above 0, at most ${maxTimerMs}`,
    (value) => typeof value === 'number' && value > 0 && value <= maxTimerMs,
  ),
  signal: rule('must be an AbortSignal', (value) => value === null || isAbortSignal(value)),
  lane: oneOf(...zimCallLanes),
  tenant: rule(
    `must be text of 1 to ${maxTenantLength} characters`,
    (value) => typeof value === 'string' && value !== '' && value.length <= maxTenantLength,
  ),
  onUnknown,
};

const requestOptionRules = optionGroup<ZimRequestOptions>(requestRules);

const inviteRules: Readonly<Record<keyof CallInviteOptions, OptionRule>> = {
  ...requestRules,
  idempotencyKey: rule(
    'must be 1 to 255 visible ASCII characters',
    (value) => typeof value === 'string' && /^[\x21-\x7e]{1,255}$/.test(value),
  ),
};

export const inviteOptionRules = optionGroup<CallInviteOptions>(inviteRules);

export const inviteAndWaitOptionRules = optionGroup<InviteAndWaitOptions>({
  ...inviteRules,
  withdrawRest: trueOrFalse,
  onAbort: oneOf('leave', 'withdraw'),
});

/**
 * Returns a copy of the options without inherited fields.
 * @throws ZimInvalidRequestError if an option is wrong or unknown
 */
export function checkRequestOptions<T extends ZimRequestOptions>(
  action: string,
  options: T,
  check = requestOptionRules,
): T {
  const own = isRecord(options) ? ownFields(options) : options;
  const problems = check(own, {});
  if (problems.length === 0) return own;
  throw invalidRequest(
    problems.map(({ path, message }) => ({
      path: path || 'options',
      message: `${path || 'options'} ${message}`,
    })),
    action,
  );
}

/** Returns a copy without inherited fields, so that a polluted `Object.prototype` adds nothing to a request. */
export function ownFields<T extends object>(value: T): T {
  const copy: T = { ...value };
  Object.setPrototypeOf(copy, null);
  return copy;
}

/** Recognises a signal by its shape: it may be that of a polyfill. */
function isAbortSignal(value: unknown): boolean {
  return (
    isRecord(value) &&
    typeof value['aborted'] === 'boolean' &&
    typeof value['addEventListener'] === 'function' &&
    typeof value['removeEventListener'] === 'function'
  );
}
