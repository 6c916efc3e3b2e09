import { type SandboxInjectedFault } from '../../src/core/fault.js';
import { type JournalEntry } from '../../src/core/journal.js';

export type Outcome = 'success' | 'refused' | 'fault';

export const outcomes: readonly Outcome[] = ['success', 'refused', 'fault'];

/** A fault takes precedence over the code, because the client may not have received the sandbox's reply. */
export function outcomeOf({ fault, code }: JournalEntry): Outcome {
  if (fault !== undefined) return 'fault';
  return code === 0 ? 'success' : 'refused';
}

/** What a fault does to the reply. */
export type ReplyEffect = 'lost' | 'damaged' | 'replaced' | 'late' | 'unchanged';

const replyEffects: Readonly<Record<SandboxInjectedFault['kind'], ReplyEffect>> = {
  hang: 'lost',
  reset: 'lost',
  close: 'lost',
  'half-reply': 'damaged',
  'truncated-json': 'damaged',
  'invalid-json': 'damaged',
  oversized: 'damaged',
  'gzip-bomb': 'damaged',
  'html-502': 'replaced',
  'empty-200': 'replaced',
  status: 'replaced',
  code: 'replaced',
  redirect: 'replaced',
  delay: 'late',
  'slow-drip': 'late',
  'late-reply': 'late',
  'close-idle': 'unchanged',
  'wrong-date': 'unchanged',
  'clock-skew': 'unchanged',
};

export function replyEffect({ kind }: SandboxInjectedFault): ReplyEffect {
  return replyEffects[kind];
}
