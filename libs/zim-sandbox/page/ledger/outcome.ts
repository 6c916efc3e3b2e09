import { type SandboxInjection } from '../../src/core/fault.js';
import { type JournalEntry } from '../../src/core/journal.js';

/** The kind of end a request came to. */
export type Outcome = 'done' | 'refused' | 'fault';

export const outcomes: readonly Outcome[] = ['done', 'refused', 'fault'];

/** A fault comes first: whatever the sandbox answered, it is not what the client got, or not as usual. */
export function outcomeOf({ fault, code }: JournalEntry): Outcome {
  if (fault !== undefined) return 'fault';
  return code === 0 ? 'done' : 'refused';
}

/** What a fault does to the answer on its way to the client. */
export type ReplyFate = 'lost' | 'spoilt' | 'replaced' | 'late' | 'whole';

const fates: Readonly<Record<SandboxInjection['kind'], ReplyFate>> = {
  hang: 'lost',
  reset: 'lost',
  close: 'lost',
  'half-reply': 'spoilt',
  'truncated-json': 'spoilt',
  'invalid-json': 'spoilt',
  oversized: 'spoilt',
  'gzip-bomb': 'spoilt',
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

export function replyFate({ kind }: SandboxInjection): ReplyFate {
  return fates[kind];
}
