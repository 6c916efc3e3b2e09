import { type ConsoleUser } from '../../src/console/console-events.js';

/** The values of the form's fields. */
export interface InviteForm {
  readonly caller: string;
  /** User ids separated by commas, which no user id contains. */
  readonly callees: string;
  readonly ringTime: string;
  readonly extendedData: string;
  readonly isPushed: boolean;
  readonly pushTitle: string;
  readonly pushContent: string;
}

/** The body of `POST /__/calls`, and the argument of `CallInviteService.invite`. */
export interface Invite {
  readonly fromUserId: string;
  readonly userIds: readonly string[];
  readonly timeoutSeconds?: number;
  readonly extendedData?: string;
  readonly offlinePush?: { readonly title: string; readonly content: string };
}

export function toInvite(form: InviteForm): Invite {
  const { caller, ringTime, extendedData, isPushed, pushTitle, pushContent } = form;
  return {
    fromUserId: caller,
    userIds: splitIds(form.callees),
    ...(ringTime.trim() === '' ? {} : { timeoutSeconds: Number(ringTime) }),
    ...(extendedData === '' ? {} : { extendedData }),
    ...(isPushed ? { offlinePush: { title: pushTitle, content: pushContent } } : {}),
  };
}

export function splitIds(text: string): string[] {
  return text
    .split(',')
    .map((id) => id.trim())
    .filter((id) => id !== '');
}

/** Adds an id to the list, or removes it if it is there. */
export function toggleId(text: string, userId: string): string {
  const ids = splitIds(text);
  const rest = ids.filter((id) => id !== userId);
  return (rest.length < ids.length ? rest : [...ids, userId]).join(', ');
}

/** Suggests a caller and a different callee, online users first. What the user has edited stays. */
export function suggestUsers(
  users: readonly ConsoleUser[],
  edits: Partial<InviteForm> = {},
): Pick<InviteForm, 'caller' | 'callees'> {
  const online = users.filter(({ presence }) => presence === 'online');
  const others = users.filter(({ presence }) => presence !== 'online');
  const ids = [...online, ...others].map(({ userId }) => userId);
  const called = splitIds(edits.callees ?? '');
  const caller = edits.caller ?? ids.find((id) => !called.includes(id)) ?? '';
  return { caller, callees: edits.callees ?? ids.find((id) => id !== caller) ?? '' };
}

/** Returns the length in bytes of UTF-8, which is how ZIM counts. */
export function byteLength(text: string): number {
  return new TextEncoder().encode(text).length;
}
