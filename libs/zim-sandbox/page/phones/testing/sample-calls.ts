import { type ConsoleCall, type ConsoleUser } from '../../../src/console/console-events.js';
import { type SandboxCallee, type SandboxCalleeState } from '../../../src/calls/call-state.js';

export function sampleCallee(
  userId: string,
  state: SandboxCalleeState,
  changedAt = 1000,
): SandboxCallee {
  return { userId, state, changedAt };
}

/** A call from alice to bob that rings, with changes. */
export function sampleCall(callId: string, changes: Partial<ConsoleCall> = {}): ConsoleCall {
  const callees = changes.callees ?? [sampleCallee('bob', 'received')];
  return {
    appId: 12345,
    callId,
    caller: 'alice',
    ringing: callees.map(({ userId }) => userId),
    failed: [],
    createdAt: 1000,
    timeoutSeconds: 90,
    offlinePush: {},
    state: 'started',
    ...changes,
    callees,
  };
}

export function sampleUser(userId: string, changes: Partial<ConsoleUser> = {}): ConsoleUser {
  return { appId: 12345, userId, presence: 'online', ...changes };
}
