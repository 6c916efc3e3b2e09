import { type ConsoleCall } from '../../src/console/console-events.js';
import { type CallerEnd, endOfCall } from '../widgets/call-end.js';

/** How a call stands that was placed from the page. */
export interface CallProgress {
  /** `placed`: the page does not know the call yet, or no more; `waits`: no callee is online. */
  readonly kind: 'placed' | 'waits' | 'rings' | CallerEnd;
  readonly acceptedBy: readonly string[];
  readonly ringing: readonly string[];
}

/** @param call as the page has it now; `undefined` if it has none of that id */
export function progressOf(call: ConsoleCall | undefined): CallProgress {
  if (call === undefined) return { kind: 'placed', acceptedBy: [], ringing: [] };
  const inState = (wanted: string) =>
    call.callees.filter(({ state }) => state === wanted).map(({ userId }) => userId);
  const acceptedBy = inState('accepted');
  const ringing = call.state === 'ended' ? [] : inState('received');
  const running = ringing.length > 0 ? 'rings' : 'waits';
  const kind = endOfCall(call) ?? (acceptedBy.length > 0 ? 'answered' : running);
  return { kind, acceptedBy, ringing };
}
