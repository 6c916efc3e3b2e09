import { type ConsoleCall } from '../../src/console/console-events.js';
import { type CallerEnd, endForCaller } from '../shared/call-end.js';

/** The result of a call placed from the page. */
export type CallResult =
  | {
      readonly kind: 'placed';
      readonly callId: string;
      /** The callees that were invited. */
      readonly invited: readonly string[];
      readonly failed: readonly { readonly userId: string; readonly code: number }[];
      readonly hint?: string;
    }
  | { readonly kind: 'refused'; readonly code: number; readonly hint?: string }
  /** No readable reply: phones may be ringing. */
  | { readonly kind: 'unknown'; readonly reason: string };

/** Reads the reply of `POST /__/calls` to a call of these callees. */
export function readCallResult(answer: unknown, userIds: readonly string[]): CallResult {
  const content = fieldsOf(answer);
  if (typeof content['error'] === 'string') return { kind: 'unknown', reason: content['error'] };
  const reply = fieldsOf(content['reply']);
  const hint = typeof content['hint'] === 'string' ? content['hint'] : undefined;
  const { Code: code, CallId: callId } = reply;
  if (typeof code === 'number' && code !== 0) return { kind: 'refused', code, hint };
  // A success without a CallId does not prove that the call exists.
  if (code !== 0 || typeof callId !== 'string')
    return { kind: 'unknown', reason: `HTTP ${String(content['status'])}` };
  const failed = readFailed(reply['ErrorUsers']);
  const invited = userIds.filter((id) => !failed.some(({ userId }) => userId === id));
  return { kind: 'placed', callId, invited, failed, hint };
}

function readFailed(users: unknown): { userId: string; code: number }[] {
  if (!Array.isArray(users)) return [];
  return users.flatMap((user: unknown) => {
    const { UserId: userId, SubCode: code } = fieldsOf(user);
    return typeof userId === 'string' && typeof code === 'number' ? [{ userId, code }] : [];
  });
}

function fieldsOf(value: unknown): Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null ? { ...value } : {};
}

/** The current state of a call placed from the page. */
export interface CallProgress {
  /** `placed`: the page does not have the call, not yet or no longer; `waiting`: no callee is online. */
  readonly kind: 'placed' | 'waiting' | 'ringing' | CallerEnd;
  readonly acceptedBy: readonly string[];
  readonly ringing: readonly string[];
}

/** @param call `undefined` if the page does not have the call */
export function progressOf(call: ConsoleCall | undefined): CallProgress {
  if (call === undefined) return { kind: 'placed', acceptedBy: [], ringing: [] };
  const calleesIn = (calleeState: string) =>
    call.callees.filter(({ state }) => state === calleeState).map(({ userId }) => userId);
  const acceptedBy = calleesIn('accepted');
  const ringing = call.state === 'ended' ? [] : calleesIn('received');
  const running = ringing.length > 0 ? 'ringing' : 'waiting';
  const kind = endForCaller(call) ?? (acceptedBy.length > 0 ? 'answered' : running);
  return { kind, acceptedBy, ringing };
}
