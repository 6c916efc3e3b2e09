import { badBody } from './callback-error.js';
import type { AnyZimEvent, ZimUserActionEvent, ZimCallEvents, ZimEventCommon } from './events.js';
import {
  type CallbackBody,
  numberField,
  optionalDate,
  optionalNumber,
  optionalText,
  textField,
  textsField,
  toDate,
} from './parse-body.js';
import type { CallbackEnvelope } from './verify.js';

type Reader<E> = (body: CallbackBody, common: ZimEventCommon) => E;

const readers: { readonly [E in keyof ZimCallEvents]: Reader<ZimCallEvents[E]> } = {
  call_create: (body, common) => ({
    ...common,
    event: 'call_create',
    ...callees(body),
    caller: optionalText(body, 'caller'),
    createdAt: optionalDate(body, 'create_time'),
    timeoutSeconds: optionalNumber(body, 'timeout'),
    extendedData: optionalText(body, 'payload') ?? '',
  }),
  call_invite: (body, common) => ({
    ...common,
    event: 'call_invite',
    ...callees(body),
    inviter: optionalText(body, 'inviter'),
    invitedAt: optionalDate(body, 'invite_time'),
  }),
  call_cancel: (body, common) => ({
    ...common,
    event: 'call_cancel',
    ...callees(body),
    reason: textField(body, 'reason'),
    extendedData: optionalText(body, 'payload') ?? '',
  }),
  call_accept: (body, common) => ({ ...common, event: 'call_accept', ...answer(body) }),
  call_reject: (body, common) => ({ ...common, event: 'call_reject', ...answer(body) }),
  call_timeout: (body, common) => ({ ...common, event: 'call_timeout', ...callees(body) }),
  user_action: (body, common) => ({
    ...common,
    event: 'user_action',
    userId: textField(body, 'user_id'),
    userName: optionalText(body, 'user_name') ?? '',
    action: userAction(body),
    os: optionalText(body, 'os') ?? '',
    sessionId: optionalText(body, 'session_id') ?? '',
    loginAt: optionalDate(body, 'login_time'),
    isRelogin: isRelogin(body['relogin']),
    logoutAt: optionalDate(body, 'logout_time'),
    logoutReason: nonEmpty(optionalText(body, 'logout_reason')),
    offlineAt: optionalDate(body, 'offline_time'),
  }),
};

/**
 * Reads the typed event of a verified body.
 * @throws CallbackError if a field of a known event breaks its rule
 */
export function readEvent(
  { appId, event, timestamp }: CallbackEnvelope,
  body: CallbackBody,
): AnyZimEvent {
  const { signature: _, ...raw } = body;
  const common = { appId, sentAt: toDate(timestamp), raw: freezeDeep(raw) };
  return isKnown(event)
    ? readers[event](body, common)
    : { ...common, event: 'unknown', name: event };
}

/** All handlers get the same object. Its depth is bounded already. */
function freezeDeep<T extends object>(value: T): Readonly<T> {
  for (const member of Object.values(value)) {
    if (typeof member === 'object' && member !== null) freezeDeep(member);
  }
  return Object.freeze(value);
}

function isKnown(name: string): name is keyof ZimCallEvents {
  return Object.hasOwn(readers, name);
}

function callees(body: CallbackBody) {
  return { callId: textField(body, 'call_id'), userIds: textsField(body, 'user_ids') };
}

function answer(body: CallbackBody) {
  return {
    callId: textField(body, 'call_id'),
    userId: textField(body, 'user_id'),
    extendedData: optionalText(body, 'extend_data') ?? '',
  };
}

function userAction(body: CallbackBody): ZimUserActionEvent['action'] {
  const action = (['login', 'logout', 'lost'] as const)[numberField(body, 'action')];
  if (action === undefined) throw badBody('action must be 0, 1 or 2');
  return action;
}

/** The vendor's page says: text, `0` or `1`. */
function isRelogin(value: unknown): boolean | undefined {
  if (value === undefined || value === null || value === '') return undefined;
  return value === '1' || value === 1;
}

/** ZIM leaves out a field that does not apply, or leaves it empty. */
function nonEmpty(text: string | undefined): string | undefined {
  return text === '' ? undefined : text;
}
