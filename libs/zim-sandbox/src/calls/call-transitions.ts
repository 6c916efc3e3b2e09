import { type CallbackContent } from '../callbacks/callback-body.js';
import {
  isPending,
  type SandboxCall,
  type SandboxCallee,
  type SandboxCalleeState,
  type SandboxCallEndReason,
} from './call-state.js';

/** An operation that may change a call. */
export type CallOperation =
  | { readonly kind: 'receive'; readonly userId: string }
  | {
      readonly kind: 'accept' | 'reject' | 'cancel';
      readonly userId: string;
      readonly extendedData?: string;
    }
  | { readonly kind: 'caller-leaves' }
  | { readonly kind: 'time-out'; readonly isCallerOnline: boolean };

/** Why an operation is refused. */
export type CallRefusal =
  | 'not-invited'
  | 'not-the-caller'
  | 'answered'
  | 'answered-differently'
  | 'accepted'
  | 'timed-out'
  | 'ended';

export type CallTransition =
  | { readonly call: SandboxCall; readonly callbacks: readonly CallbackContent[] }
  | { readonly refusal: CallRefusal };

type Answer = CallOperation & { kind: 'accept' | 'reject' };
type Cancel = CallOperation & { kind: 'cancel' };

/**
 * Returns a call of the normal mode after an operation, and the callbacks to send. A pure function.
 *
 * See https://www.zegocloud.com/docs/zim-server/callbacks/call-invitation-sent and the pages beside it.
 */
export function transition(
  call: SandboxCall,
  operation: CallOperation,
  nowMs: number,
): CallTransition {
  switch (operation.kind) {
    case 'receive':
      return receive(call, operation.userId, nowMs);
    case 'accept':
    case 'reject':
      return answer(call, { ...operation, kind: operation.kind }, nowMs);
    case 'cancel':
      return cancel(call, { ...operation, kind: operation.kind }, nowMs);
    case 'caller-leaves':
      return call.state === 'ended' || hasAccepted(call)
        ? { call, callbacks: [] }
        : cancelled(call, nowMs);
    case 'time-out':
      return timeOut(call, operation.isCallerOnline, nowMs);
  }
}

function receive(call: SandboxCall, userId: string, nowMs: number): CallTransition {
  const isInviting = call.callees.some((one) => one.userId === userId && one.state === 'inviting');
  return {
    call: isInviting ? move(call, [userId], 'received', nowMs) : call,
    callbacks: [],
  };
}

function answer(call: SandboxCall, operation: Answer, nowMs: number): CallTransition {
  const { userId, kind, extendedData } = operation;
  const callee = call.callees.find((one) => one.userId === userId);
  if (callee === undefined) return { refusal: 'not-invited' };
  if (callee.state === 'timed-out') return { refusal: 'timed-out' };
  if (call.state === 'ended') return { refusal: 'ended' };
  const state = kind === 'accept' ? 'accepted' : 'rejected';
  if (!isPending(callee))
    return { refusal: callee.state === state ? 'answered' : 'answered-differently' };

  const moved = move(call, [userId], state, nowMs, extendedData);
  return {
    call: moved.callees.some(isPending) ? moved : end(moved, 'answered', nowMs),
    callbacks: [
      {
        event: kind === 'accept' ? 'call_accept' : 'call_reject',
        call_id: call.callId,
        user_id: userId,
        extend_data: extendedData ?? '',
      },
    ],
  };
}

function cancel(call: SandboxCall, { userId, extendedData }: Cancel, nowMs: number) {
  if (userId !== call.caller) return { refusal: 'not-the-caller' } as const;
  if (call.state === 'ended') return { refusal: 'ended' } as const;
  if (hasAccepted(call)) return { refusal: 'accepted' } as const;
  return cancelled(call, nowMs, extendedData);
}

/** Callees who have rejected keep that state, and the callback does not name them. */
function cancelled(call: SandboxCall, nowMs: number, extendedData?: string): CallTransition {
  const pending = pendingIds(call);
  return {
    call: end(move(call, pending, 'cancelled', nowMs), 'caller_cancel', nowMs),
    callbacks: [callCancel(call, pending, 'caller_cancel', extendedData)],
  };
}

function timeOut(call: SandboxCall, isCallerOnline: boolean, nowMs: number): CallTransition {
  const silent = pendingIds(call);
  if (call.state === 'ended') return { call, callbacks: [] };
  const moved = move(call, silent, 'timed-out', nowMs);
  // If no callee answers an online caller, ZIM sends call_cancel, not call_timeout.
  if (silent.length === call.callees.length && isCallerOnline)
    return {
      call: end(moved, 'timeout_cancel', nowMs),
      callbacks: [callCancel(call, silent, 'timeout_cancel')],
    };
  // The callback is the same whether or not another callee has accepted.
  return {
    call: end(moved, hasAccepted(call) ? 'answered' : 'timeout', nowMs),
    callbacks: [{ event: 'call_timeout', call_id: call.callId, user_ids: silent }],
  };
}

function callCancel(
  call: SandboxCall,
  userIds: readonly string[],
  reason: 'caller_cancel' | 'timeout_cancel',
  extendedData = call.extendedData,
): CallbackContent {
  return {
    event: 'call_cancel',
    call_id: call.callId,
    user_ids: userIds,
    reason,
    payload: extendedData ?? '',
  };
}

function move(
  call: SandboxCall,
  userIds: readonly string[],
  state: SandboxCalleeState,
  nowMs: number,
  extendedData?: string,
): SandboxCall {
  const callees = call.callees.map((callee): SandboxCallee =>
    userIds.includes(callee.userId)
      ? { userId: callee.userId, state, changedAt: nowMs, extendedData }
      : callee,
  );
  return { ...call, callees, ringing: pendingIds({ callees }) };
}

function end(call: SandboxCall, endReason: SandboxCallEndReason, nowMs: number): SandboxCall {
  return { ...call, state: 'ended', endedAt: nowMs, endReason };
}

function pendingIds({ callees }: Pick<SandboxCall, 'callees'>): string[] {
  return callees.filter(isPending).map(({ userId }) => userId);
}

function hasAccepted(call: SandboxCall): boolean {
  return call.callees.some(({ state }) => state === 'accepted');
}
