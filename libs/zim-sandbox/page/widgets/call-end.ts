import { type ConsoleCall } from '../../src/console/console-events.js';

/** How a call came out for its caller. */
export type CallerEnd = 'answered' | 'declined' | 'timedOut' | 'cancelled';

/** `undefined` while the call runs. For the caller one who accepts is enough, whatever the others did. */
export function endOfCall({
  endReason,
  callees,
}: Pick<ConsoleCall, 'endReason' | 'callees'>): CallerEnd | undefined {
  switch (endReason) {
    case undefined:
      return undefined;
    case 'caller_cancel':
      return 'cancelled';
    case 'answered':
    case 'timeout':
    case 'timeout_cancel':
      if (callees.some(({ state }) => state === 'accepted')) return 'answered';
      return endReason === 'answered' ? 'declined' : 'timedOut';
  }
}
