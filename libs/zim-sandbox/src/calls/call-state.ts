import { type ZimCancelReason } from 'zim-protocol';
import { type JsonObject } from '../core/json.js';

/**
 * `inviting`: not delivered yet, for the callee's device is not connected; `received`: it rings.
 * The last four are for good.
 */
export type SandboxCalleeState =
  'inviting' | 'received' | 'accepted' | 'rejected' | 'timed-out' | 'cancelled';

/** A callee who was invited. */
export interface SandboxCallee {
  readonly userId: string;
  readonly state: SandboxCalleeState;
  /** Unix time in milliseconds on the sandbox's clock. */
  readonly changedAt: number;
  /** What came with the answer. */
  readonly extendedData?: string;
}

/**
 * `answered`: somebody has accepted, or every callee has rejected; `timeout`: nobody has accepted and some were
 * silent, or all were while the caller was offline; `timeout_cancel`: all were silent while the caller was online; `caller_cancel`: the
 * caller cancelled, or left before anybody had accepted.
 */
export type SandboxCallEndReason = 'answered' | 'timeout' | ZimCancelReason;

/** A call that CallInvite made, as it was when it was looked at. */
export interface SandboxCall {
  /** 20 decimal digits: text, never a number. */
  readonly callId: string;
  readonly caller: string;
  /** Callees who can still answer: nobody, once the call has ended. */
  readonly ringing: readonly string[];
  /** Callees who could not be invited, with the SubCode they got. */
  readonly failed: readonly { readonly userId: string; readonly code: number }[];
  /** Unix time in milliseconds on the sandbox's clock. */
  readonly createdAt: number;
  /** How long it rings; 90 if the request named no time, or 0. */
  readonly timeoutSeconds: number;
  readonly extendedData?: string;
  /** As it was sent, with fields the sandbox does not know. */
  readonly offlinePush: JsonObject;
  readonly state: 'started' | 'ended';
  /** Those who were invited, in the order of the invite. */
  readonly callees: readonly SandboxCallee[];
  /** Unix time in milliseconds on the sandbox's clock. */
  readonly endedAt?: number;
  readonly endReason?: SandboxCallEndReason;
}

/** Whether the callee may still answer. */
export function isPending({ state }: SandboxCallee): boolean {
  return state === 'inviting' || state === 'received';
}
