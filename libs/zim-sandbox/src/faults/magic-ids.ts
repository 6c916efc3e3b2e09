import { type SandboxFault } from '../core/fault.js';
import { faultPresets } from './presets.js';

interface MagicPrefix {
  /** What goes wrong with CallInvite, CallAccept and CallReject that such a user acts in or is called by. */
  readonly fault?: SandboxFault;
  /** What the user's device does as soon as it rings. */
  readonly answer?: 'accept' | 'reject';
  readonly explanation: string;
}

const faulty = (name: keyof typeof faultPresets): MagicPrefix => faultPresets[name];

/** A user id that begins so has this fate without any rule, in every sandbox. */
export const magicPrefixes: Readonly<Record<string, MagicPrefix>> = {
  'reply-lost.': faulty('reply-lost'),
  'half-reply.': faulty('half-reply'),
  'hang.': faulty('hang'),
  'reset.': faulty('reset'),
  'throttled.': faulty('throttled'),
  'server-error.': faulty('server-error'),
  'slow.': faulty('slow'),
  'unregistered.': { explanation: 'is not registered, whoever registers it' },
  'auto-accept.': { answer: 'accept', explanation: 'accepts as soon as it rings' },
  'auto-reject.': { answer: 'reject', explanation: 'rejects as soon as it rings' },
};

const neverRegistered = 'unregistered.';

/** Whether a user cannot be registered at all. */
export function isNeverRegistered(userId: string): boolean {
  return userId.startsWith(neverRegistered);
}

/** Whether a user is there without being registered: called or calling, it goes online by itself. */
export function isSelfRegistering(userId: string): boolean {
  return findMagicPrefix(userId) !== undefined && !isNeverRegistered(userId);
}

/** What the user's device does as soon as it rings. */
export function magicAnswer(userId: string): 'accept' | 'reject' | undefined {
  return findMagicPrefix(userId)?.answer;
}

/** The fault of the first of these users who bears one. */
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
