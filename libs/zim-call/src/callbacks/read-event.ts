import { badField } from './callback-error.js';
import type { AnyZimEvent, UserActionEvent, ZimCallEvents, ZimEventCommon } from './events.js';
import {
  type CallbackBody,
  numberField,
  optionalNumber,
  optionalText,
  textField,
  textsField,
} from './fields.js';

type Reader<E> = (body: CallbackBody, common: ZimEventCommon) => E;

const readers: { readonly [E in keyof ZimCallEvents]: Reader<ZimCallEvents[E]> } = {
  call_create: (body, common) => ({
    ...common,
    event: 'call_create',
    callId: textField(body, 'call_id'),
    caller: optionalText(body, 'caller'),
    userIds: textsField(body, 'user_ids'),
    createdAt: optionalTime(body, 'create_time'),
    timeoutSeconds: optionalNumber(body, 'timeout'),
    extendedData: optionalText(body, 'payload') ?? '',
  }),
  call_invite: (body, common) => ({
    ...common,
    event: 'call_invite',
    callId: textField(body, 'call_id'),
    inviter: optionalText(body, 'inviter'),
    userIds: textsField(body, 'user_ids'),
    invitedAt: optionalTime(body, 'invite_time'),
  }),
  call_cancel: (body, common) => ({
    ...common,
    event: 'call_cancel',
    callId: textField(body, 'call_id'),
    userIds: textsField(body, 'user_ids'),
    reason: textField(body, 'reason'),
    extendedData: optionalText(body, 'payload') ?? '',
  }),
  call_accept: (body, common) => ({ ...common, event: 'call_accept', ...answer(body) }),
  call_reject: (body, common) => ({ ...common, event: 'call_reject', ...answer(body) }),
  call_timeout: (body, common) => ({
    ...common,
    event: 'call_timeout',
    callId: textField(body, 'call_id'),
    userIds: textsField(body, 'user_ids'),
  }),
  user_action: (body, common) => ({
    ...common,
    event: 'user_action',
    userId: textField(body, 'user_id'),
    userName: optionalText(body, 'user_name') ?? '',
    action: userAction(body),
    os: optionalText(body, 'os') ?? '',
    sessionId: optionalText(body, 'session_id') ?? '',
  }),
};

/**
 * The typed event of a verified body.
 * @throws CallbackError if a field of a known event breaks its rule
 */
export function readEvent(name: string, body: CallbackBody, common: ZimEventCommon): AnyZimEvent {
  if (isKnown(name)) return readers[name](body, common);
  const { signature: _, ...rest } = body;
  return { ...common, event: 'unknown', name, body: rest };
}

function isKnown(name: string): name is keyof ZimCallEvents {
  return Object.hasOwn(readers, name);
}

function answer(body: CallbackBody) {
  return {
    callId: textField(body, 'call_id'),
    userId: textField(body, 'user_id'),
    extendedData: optionalText(body, 'extend_data') ?? '',
  };
}

/** Pages mix seconds and milliseconds; a number below this is a time in seconds (until the year 5138). */
const firstMillisecondTime = 1e11;

function optionalTime(body: CallbackBody, name: string): Date | undefined {
  const time = optionalNumber(body, name);
  if (time === undefined) return undefined;
  return new Date(time < firstMillisecondTime ? time * 1000 : time);
}

function userAction(body: CallbackBody): UserActionEvent['action'] {
  const action = (['login', 'logout', 'lost'] as const)[numberField(body, 'action')];
  if (action === undefined) throw badField('action', 'must be 0, 1 or 2');
  return action;
}
