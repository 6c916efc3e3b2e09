import { findZimReturnCode } from 'zim-protocol';
import { type SandboxAttemptReport } from './callbacks/callbacks.js';
import { type SandboxCallChange } from './calls/call-log.js';
import { type JournalEntry } from './core/journal.js';
import { type PresenceChange } from './directory/user-directory.js';

/** One request in one line: no query, no signature. */
export function requestLine(entry: JournalEntry): string {
  const { code } = entry;
  const answer =
    code === undefined
      ? 'not looked at'
      : `${code}  ${findZimReturnCode(code)?.meaning ?? entry.message ?? ''}`;
  const rings = entry.rings === undefined ? '' : `; rings ${entry.rings.join(', ')}`;
  const hint = entry.hint === undefined ? '' : ` (${entry.hint})`;
  return `${timeOf(entry.at)}  ${entry.appId ?? '-'}  ${entry.action ?? '-'}  ${answer}${rings}${hint}`;
}

/** Somebody came or went. */
export function presenceLine({ atMs, appId, user, to }: PresenceChange): string {
  return `${timeOf(isoOf(atMs))}  ${appId}  ${user.userId} is ${to}`;
}

/** What has changed about a call. */
export function callLine({ atMs, appId, before, call }: SandboxCallChange): string {
  const changes = call.callees
    .filter(({ userId, state }) => stateOf(before, userId) !== state)
    .map(({ userId, state }) => `${userId} ${state}`);
  if (call.state === 'ended') changes.push(`ended (${call.endReason ?? ''})`);
  return `${timeOf(isoOf(atMs))}  ${appId}  call ${call.callId}  ${changes.join(', ')}`;
}

/** One attempt to deliver a callback: no body, no signature. */
export function attemptLine({ delivery, attempt, nextAfterSeconds }: SandboxAttemptReport): string {
  const { id, appId, event, state, attempts } = delivery;
  const next = nextAfterSeconds === undefined ? state : `${state}, again in ${nextAfterSeconds} s`;
  return `${timeOf(attempt.at)}  ${appId}  callback ${id}  ${event}  ${attempt.status ?? attempt.error ?? ''}  attempt ${attempts.length}: ${next}`;
}

function stateOf(call: SandboxCallChange['before'], userId: string): string | undefined {
  return call?.callees.find((callee) => callee.userId === userId)?.state;
}

function isoOf(atMs: number): string {
  return new Date(atMs).toISOString();
}

function timeOf(iso: string): string {
  return iso.slice(11, 23);
}
