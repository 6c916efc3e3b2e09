import { type JournalEntry } from '../../src/core/journal.js';
import { type RefusalCause } from '../../src/core/reply.js';

/** Which advice fits: of the cause or of the code; for a clock that an injected fault moved, of neither. */
export type Fix =
  | { readonly by: 'cause'; readonly cause: RefusalCause }
  | { readonly by: 'injected-clock' }
  | { readonly by: 'code'; readonly code: number };

const expired = 100000004;

/** What to do about a refusal, as the sandbox explains it; `undefined` where nothing was refused. */
export function fixOf({ code, cause, fault }: JournalEntry): Fix | undefined {
  if (code === undefined || code === 0) return undefined;
  if (fault?.kind === 'clock-skew' && code === expired) return { by: 'injected-clock' };
  // An injected code stands for itself: the sandbox's own reason is not what the client got.
  if (cause === undefined || fault?.kind === 'code') return { by: 'code', code };
  return { by: 'cause', cause };
}
