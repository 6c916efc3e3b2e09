import { type ConsoleCall } from '../../src/console/console-events.js';

/** How a call ended for its caller. */
export type CallerEnd = 'answered' | 'declined' | 'timedOut' | 'cancelled';

/** Returns how a call ended for its caller, who counts as answered if any callee accepted; `undefined` while the call runs. */
export function endForCaller({
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
