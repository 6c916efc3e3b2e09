import { findZimReturnCode } from 'zim-protocol';
import { type SandboxAttemptReport } from './callbacks/callbacks.js';
import { type SandboxCallChange } from './calls/call-log.js';
import { type JournalEntry } from './core/journal.js';
import { type PresenceChange } from './directory/user-directory.js';

/** A line to print. */
export interface LogLine {
  /** Unix time in milliseconds on the sandbox's clock. */
  readonly atMs: number;
  readonly text: string;
  /** The call that the line is about. */
  readonly callId?: string;
}

/** Only a longer delay adds the time of arrival to a line. */
const shownDelayMs = 1000;

/**
 * Prints lines in the order of their times, causes before effects. The sandbox reports a request after it was
 * executed, and so after the changes it made: lines are held until the end of the present turn of the event loop.
 */
export class CliLog {
  private waiting: LogLine[] = [];

  constructor(private readonly print: (line: LogLine) => void) {}

  add(line: LogLine): void {
    this.insert(this.waiting.length, line);
  }

  /** Adds a line before the first of its effects. */
  addCause(line: LogLine, isEffect: (other: LogLine) => boolean): void {
    const index = this.waiting.findIndex(isEffect);
    const effect = this.waiting[index];
    if (effect === undefined) this.add(line);
    else this.insert(index, { ...line, atMs: Math.min(line.atMs, effect.atMs) });
  }

  private insert(index: number, line: LogLine): void {
    if (this.waiting.length === 0)
      queueMicrotask(() => {
        this.flush();
      });
    this.waiting.splice(index, 0, line);
  }

  private flush(): void {
    const lines = this.waiting;
    this.waiting = [];
    for (const line of lines) this.print(line);
  }
}

/**
 * Returns the line of a request, without query and signature.
 *
 * @param atMs - when it was handled, which a fault may have delayed
 */
export function requestLine(entry: JournalEntry, atMs: number): LogLine {
  const { code } = entry;
  const result =
    code === undefined
      ? 'not processed'
      : `${code}  ${findZimReturnCode(code)?.meaning ?? entry.message ?? ''}`;
  const rings = entry.rings === undefined ? '' : `; rings ${entry.rings.join(', ')}`;
  const hint = entry.hint === undefined ? '' : ` (${entry.hint})`;
  const arrivedMs = Date.parse(entry.at);
  const arrival = atMs - arrivedMs < shownDelayMs ? '' : ` (arrived ${timeText(arrivedMs)})`;
  const text = `${entry.appId ?? '-'}  ${entry.action ?? '-'}  ${result}${rings}${hint}${arrival}`;
  return { atMs, text };
}

/** Returns the line of a login, logout or lost connection. */
export function presenceLine({ atMs, appId, user, to }: PresenceChange): LogLine {
  return { atMs, text: `${appId}  ${user.userId} is ${to}` };
}

/** Returns the line of a new or changed call. */
export function callLine({ atMs, appId, before, call }: SandboxCallChange): LogLine {
  const { callId } = call;
  const changes = call.callees
    .filter(({ userId, state }) => stateOf(before, userId) !== state)
    .map(({ userId, state }) => `${userId} ${state}`);
  if (call.state === 'ended') changes.push(`ended (${call.endReason ?? ''})`);
  return { atMs, callId, text: `${appId}  call ${callId}  ${changes.join(', ')}` };
}

/**
 * Returns the line of an attempt to deliver a callback, without body and signature.
 *
 * @param atMs - when the attempt had ended
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

/**
 * Returns a time of day as the command line and the console show it: local, with its offset from UTC, such as
 * `16:00:00.123+08:00`.
 *
 * @param atMs - Unix time in milliseconds
 * @param offsetMinutes - of the time zone, east of UTC; by default that of this machine at that time
 */
export function timeText(
  atMs: number,
  offsetMinutes = -new Date(atMs).getTimezoneOffset(),
): string {
  const time = new Date(atMs + offsetMinutes * 60_000).toISOString().slice(11, 23);
  const offset = Math.abs(offsetMinutes);
  const pad = (value: number) => String(Math.floor(value)).padStart(2, '0');
  return `${time}${offsetMinutes < 0 ? '-' : '+'}${pad(offset / 60)}:${pad(offset % 60)}`;
}
