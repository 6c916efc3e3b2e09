import { type ZimUserOs } from 'zim-protocol';
import { type CallbackContent } from './callback-body.js';

/** A login, a logout or a lost heartbeat. */
export interface UserActionFacts {
  readonly atMs: number;
  readonly user: { readonly userId: string; readonly userName?: string };
  readonly to: string;
  readonly session: {
    readonly id: string;
    readonly loginAtMs: number;
    readonly isRelogin: boolean;
  };
}

/**
 * Returns the `user_action` callback of a login, a logout or a lost heartbeat. Every device of the sandbox has the
 * `os` `WEB`. As in the page's sample of a logout, fields about events that have not happened are absent.
 *
 * See https://www.zegocloud.com/docs/zim-server/callbacks/login-and-logout
 */
export function userAction(facts: UserActionFacts): CallbackContent | undefined {
  const { user, session } = facts;
  const action = actionFields(facts);
  if (action === undefined) return undefined;
  return {
    event: 'user_action',
    user_id: user.userId,
    user_name: user.userName ?? '',
    os: 'WEB' satisfies ZimUserOs,
    session_id: session.id,
    login_time: seconds(session.loginAtMs),
    relogin: session.isRelogin ? '1' : '0',
    ...action,
  };
}

function actionFields({ to, atMs }: UserActionFacts) {
  switch (to) {
    case 'online':
      return { action: 0 };
    case 'logged-out':
      // No page lists the reasons.
      return { action: 1, logout_time: seconds(atMs), logout_reason: 'logout' };
    case 'offline':
      return { action: 2, offline_time: seconds(atMs) };
    default:
      return undefined;
  }
}

function seconds(milliseconds: number): number {
  return Math.floor(milliseconds / 1000);
}
