import { findZimReturnCode } from 'zim-protocol';
import { type SandboxAttemptReport } from './callbacks/callbacks.js';
import { type SandboxCallChange } from './calls/call-log.js';
import { type LogLine } from './cli-log.js';
import { timeText } from './cli-time.js';
import { type JournalEntry } from './core/journal.js';
import { type PresenceChange } from './directory/user-directory.js';

/** A delay that is shorter is not worth a second time in the line. */
const shownDelayMs = 1000;

/**
 * One request in one line: no query, no signature.
 *
 * @param atMs when it had been handled; a fault may have delayed it
 */
export function requestLine(entry: JournalEntry, atMs: number): LogLine {
  const { code } = entry;
  const answer =
    code === undefined
      ? 'not processed'
      : `${code}  ${findZimReturnCode(code)?.meaning ?? entry.message ?? ''}`;
  const rings = entry.rings === undefined ? '' : `; rings ${entry.rings.join(', ')}`;
  const hint = entry.hint === undefined ? '' : ` (${entry.hint})`;
  const arrivedMs = Date.parse(entry.at);
  const arrival = atMs - arrivedMs < shownDelayMs ? '' : ` (arrived ${timeText(arrivedMs)})`;
  const text = `${entry.appId ?? '-'}  ${entry.action ?? '-'}  ${answer}${rings}${hint}${arrival}`;
  return { atMs, text };
}

/** Somebody came or went. */
export function presenceLine({ atMs, appId, user, to }: PresenceChange): LogLine {
  return { atMs, text: `${appId}  ${user.userId} is ${to}` };
}

/** What has changed about a call. */
export function callLine({ atMs, appId, before, call }: SandboxCallChange): LogLine {
  const { callId } = call;
  const changes = call.callees
    .filter(({ userId, state }) => stateOf(before, userId) !== state)
    .map(({ userId, state }) => `${userId} ${state}`);
  if (call.state === 'ended') changes.push(`ended (${call.endReason ?? ''})`);
  return { atMs, callId, text: `${appId}  call ${callId}  ${changes.join(', ')}` };
}

/**
 * One attempt to deliver a callback: no body, no signature.
 *
 * @param atMs when it had ended
 */
export function attemptLine(
  { delivery, attempt, nextAfterSeconds }: SandboxAttemptReport,
  atMs: number,
): LogLine {
  const { id, appId, event, state, attempts } = delivery;
  const next = nextAfterSeconds === undefined ? state : `${state}, again in ${nextAfterSeconds} s`;
  const result = attempt.status ?? attempt.error ?? '';
  const text = `${appId}  callback ${id}  ${event}  ${result}  attempt ${attempts.length}: ${next}`;
  return { atMs, text };
}

function stateOf(call: SandboxCallChange['before'], userId: string): string | undefined {
  return call?.callees.find((callee) => callee.userId === userId)?.state;
}
