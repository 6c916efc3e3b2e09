import { type ConsoleUser } from '../../src/console/console-events.js';

/** The form as it is filled in. */
export interface InviteForm {
  readonly caller: string;
  /** Ids with commas between: no id holds one. */
  readonly callees: string;
  readonly ringTime: string;
  readonly extendedData: string;
  readonly isPushed: boolean;
  readonly pushTitle: string;
  readonly pushContent: string;
}

/** What `POST /__/calls` takes, and `CallInviteService.invite` too. */
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

/** The ids with one put in, or taken out if it is there. */
export function toggleId(text: string, userId: string): string {
  const ids = splitIds(text);
  const rest = ids.filter((id) => id !== userId);
  return (rest.length < ids.length ? rest : [...ids, userId]).join(', ');
}

/** Who calls, and whom: those who are online first, and nobody himself; who is chosen already stays. */
export function suggestPair(
  users: readonly ConsoleUser[],
  chosen: Partial<InviteForm> = {},
): Pick<InviteForm, 'caller' | 'callees'> {
  const online = users.filter(({ presence }) => presence === 'online');
  const others = users.filter(({ presence }) => presence !== 'online');
  const ids = [...online, ...others].map(({ userId }) => userId);
  const called = splitIds(chosen.callees ?? '');
  const caller = chosen.caller ?? ids.find((id) => !called.includes(id)) ?? '';
  return { caller, callees: chosen.callees ?? ids.find((id) => id !== caller) ?? '' };
}

/** UTF-8 bytes, as ZIM counts them. */
export function byteLength(text: string): number {
  return new TextEncoder().encode(text).length;
}
