import { explainZimUserId, utf8ByteLength, zimLimits } from 'zim-protocol';
import { type Refusal } from './reply.js';

/** A user of an app. */
export interface SandboxUser {
  readonly userId: string;
  /** At most 256 UTF-8 bytes. */
  readonly userName?: string;
  /** The address of a picture, at most 500 UTF-8 bytes. */
  readonly userAvatar?: string;
}

/**
 * The state of a user's connection. `offline`: heartbeat lost; `never-logged-in`: registered by UserRegister only.
 *
 * See https://www.zegocloud.com/docs/zim-server/user/query-users-online-status
 */
export type SandboxPresence = 'online' | 'offline' | 'logged-out' | 'never-logged-in';

export const sandboxPresences: readonly SandboxPresence[] = [
  'online',
  'offline',
  'logged-out',
  'never-logged-in',
];

/** A user to set a sandbox up with. */
export interface SandboxSeedUser extends SandboxUser {
  /** Default: `online`, or unchanged if the user is registered already. */
  readonly presence?: SandboxPresence;
}

export const seedUserFields = ['userId', 'userName', 'userAvatar', 'presence'];

export function isPresence(value: unknown): value is SandboxPresence {
  return sandboxPresences.some((presence) => presence === value);
}

/**
 * Returns why ZIM would refuse a user id, or `undefined`. The hint reads on from the name of the field.
 *
 * @param longIdCode - the code for more than 32 bytes
 */
export function refuseUserId(userId: string, longIdCode = 660000012): Refusal | undefined {
  const bytes = utf8ByteLength(userId);
  if (bytes > zimLimits.userIdBytes) {
    // Length has a code of its own, so it is checked before the characters.
    const fix = bytes === 36 ? '; a UUID fits without its dashes' : '';
    return {
      code: longIdCode,
      hint: `must be at most ${zimLimits.userIdBytes} bytes long, is ${bytes}${fix}`,
    };
  }
  const hint = explainZimUserId(userId);
  return hint === undefined ? undefined : { code: 660000002, hint };
}

/** Returns why ZIM would refuse to register a user, or `undefined`. */
export function refuseUser(user: SandboxUser): Refusal | undefined {
  const refusal = refuseUserId(user.userId);
  if (refusal !== undefined) return { code: refusal.code, hint: `UserId ${refusal.hint}` };
  return (
    refuseLength(660700006, 'UserName', user.userName, zimLimits.userNameBytes) ??
    refuseLength(660700007, 'UserAvatar', user.userAvatar, zimLimits.userAvatarBytes)
  );
}

function refuseLength(
  code: number,
  field: string,
  text: string | undefined,
  maxBytes: number,
): Refusal | undefined {
  const bytes = utf8ByteLength(text ?? '');
  return bytes <= maxBytes
    ? undefined
    : { code, hint: `${field} must be at most ${maxBytes} bytes long, is ${bytes}` };
}
