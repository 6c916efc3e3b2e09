import { type SandboxInjectedFault } from '../../src/core/fault.js';
import { type JournalEntry } from '../../src/core/journal.js';

/** The kind of end a request came to. */
export type Outcome = 'success' | 'refused' | 'fault';

export const outcomes: readonly Outcome[] = ['success', 'refused', 'fault'];

/** A fault comes first: whatever the sandbox answered, it is not what the client got, or not as usual. */
export function outcomeOf({ fault, code }: JournalEntry): Outcome {
  if (fault !== undefined) return 'fault';
  return code === 0 ? 'success' : 'refused';
}

/** What a fault does to the answer on its way to the client. */
export type ReplyFate = 'lost' | 'damaged' | 'replaced' | 'late' | 'whole';

const fates: Readonly<Record<SandboxInjectedFault['kind'], ReplyFate>> = {
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
  'close-idle': 'whole',
  'wrong-date': 'whole',
  'clock-skew': 'whole',
};

export function replyFate({ kind }: SandboxInjectedFault): ReplyFate {
  return fates[kind];
}
