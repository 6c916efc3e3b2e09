import { type SandboxFault } from '../core/fault.js';
import { faultPresets } from './presets.js';

interface MagicPrefix {
  /** Injected into a CallInvite, CallAccept or CallReject in which the user acts or is called. */
  readonly fault?: SandboxFault;
  /** The answer that the user's device gives as soon as it rings. */
  readonly answer?: 'accept' | 'reject';
  readonly explanation: string;
}

const presetOf = (name: keyof typeof faultPresets): MagicPrefix => faultPresets[name];

/** What a user id with such a prefix does in every sandbox, without a rule. */
export const magicPrefixes: Readonly<Record<string, MagicPrefix>> = {
  'reply-lost.': presetOf('reply-lost'),
  'half-reply.': presetOf('half-reply'),
  'hang.': presetOf('hang'),
  'reset.': presetOf('reset'),
  'throttled.': presetOf('throttled'),
  'server-error.': presetOf('server-error'),
  'slow.': presetOf('slow'),
  'unregistered.': { explanation: 'is never registered, not even by UserRegister' },
  'auto-accept.': { answer: 'accept', explanation: 'accepts as soon as it rings' },
  'auto-reject.': { answer: 'reject', explanation: 'rejects as soon as it rings' },
};

const neverRegistered = 'unregistered.';

/** Returns whether a user cannot be registered at all. */
export function isNeverRegistered(userId: string): boolean {
  return userId.startsWith(neverRegistered);
}

/** Returns whether a user is registered and online as soon as it calls or is called. */
export function isSelfRegistering(userId: string): boolean {
  return findMagicPrefix(userId) !== undefined && !isNeverRegistered(userId);
}

/** Returns the answer that the user's device gives as soon as it rings. */
export function magicAnswer(userId: string): 'accept' | 'reject' | undefined {
  return findMagicPrefix(userId)?.answer;
}

/** Returns the fault of the first of these users whose id has one. */
export function magicFault(
  userIds: readonly string[],
): { readonly prefix: string; readonly fault: SandboxFault } | undefined {
  for (const userId of userIds) {
    const magic = findMagicPrefix(userId);
    if (magic?.fault !== undefined) return { prefix: magic.prefix, fault: magic.fault };
  }
  return undefined;
}

function findMagicPrefix(userId: string): (MagicPrefix & { readonly prefix: string }) | undefined {
  const found = Object.entries(magicPrefixes).find(([prefix]) => userId.startsWith(prefix));
  return found === undefined ? undefined : { prefix: found[0], ...found[1] };
}
