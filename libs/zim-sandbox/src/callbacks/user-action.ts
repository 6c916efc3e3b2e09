import { type CallbackContent } from './callback-content.js';

/** What there is to tell of a login, logout or loss. */
export interface UserActionFacts {
  readonly atMs: number;
  readonly user: { readonly userId: string; readonly userName?: string };
  readonly from: string;
  readonly to: string;
  readonly session: { readonly id: string; readonly loginAtMs: number };
}

/** The numbers are the page's; so is that a field which does not apply is 0 or empty, as far as it shows. */
const actions = new Map([
  ['online', { action: 0, reason: '' }],
  ['logged-out', { action: 1, reason: 'logout' }],
  ['offline', { action: 2, reason: 'heartbeat_timeout' }],
]);

/**
 * Tells that a user has logged in, logged out or been lost. Times are Unix seconds; `os`, the wording of
 * `logout_reason` and `relogin` (1 for one who comes back after a loss) are the sandbox's own.
 *
 * See https://www.zegocloud.com/docs/zim-server/callbacks/login-and-logout
 */
export function userAction(facts: UserActionFacts): CallbackContent | undefined {
  const { user, from, to, session } = facts;
  const found = actions.get(to);
  if (found === undefined) return undefined;
  const atSeconds = seconds(facts.atMs);
  return {
    event: 'user_action',
    user_id: user.userId,
    user_name: user.userName ?? '',
    os: 'Web',
    action: found.action,
    session_id: session.id,
    login_time: seconds(session.loginAtMs),
    relogin: to === 'online' && from === 'offline' ? '1' : '0',
    logout_time: to === 'logged-out' ? atSeconds : 0,
    logout_reason: found.reason,
    offline_time: to === 'offline' ? atSeconds : 0,
  };
}

function seconds(milliseconds: number): number {
  return Math.floor(milliseconds / 1000);
}
