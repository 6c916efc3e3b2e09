import { type SandboxCallee, type SandboxCalleeState } from '../../src/calls/call-state.js';
import { type ConsoleCall, type ConsoleUser } from '../../src/console/console-events.js';
import { type JournalEntry } from '../../src/core/journal.js';

/** An accepted CallInvite, with changes. */
export function sampleEntry(changes: Partial<JournalEntry> = {}): JournalEntry {
  return {
    id: 1,
    at: '2026-11-23T08:00:00.000Z',
    appId: 12345,
    action: 'CallInvite',
    method: 'POST',
    path: '/',
    query: {},
    signature: 'verified',
    executed: true,
    attempt: 1,
    reusesNonce: false,
    overlaps: false,
    code: 0,
    durationMs: 1.2,
    ...changes,
  };
}

export function sampleCallee(
  userId: string,
  state: SandboxCalleeState,
  changedAt = 1000,
): SandboxCallee {
  return { userId, state, changedAt };
}

/** A call from alice that rings bob's phone, with changes. */
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
