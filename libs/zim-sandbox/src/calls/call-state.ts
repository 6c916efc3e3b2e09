import { type ZimCancelReason } from 'zim-protocol';
import { type JsonObject } from '../core/json.js';

/**
 * `inviting`: not delivered yet, because the callee's device is not connected; `received`: the device rings. The
 * other four are final.
 */
export type SandboxCalleeState =
  'inviting' | 'received' | 'accepted' | 'rejected' | 'timed-out' | 'cancelled';

/** A callee who was invited. */
export interface SandboxCallee {
  readonly userId: string;
  readonly state: SandboxCalleeState;
  /** Unix time in milliseconds on the sandbox's clock. */
  readonly changedAt: number;
  /** Sent with the answer. */
  readonly extendedData?: string;
}

/**
 * `answered`: a callee has accepted, or every callee has rejected; `timeout`: no callee has accepted and some did
 * not answer, or none answered while the caller was offline; `timeout_cancel`: none answered while the caller was
 * online; `caller_cancel`: the caller cancelled, or left before a callee had accepted.
 */
export type SandboxCallEndReason = 'answered' | 'timeout' | ZimCancelReason;

/** A call that CallInvite made, at one moment. */
export interface SandboxCall {
  /** 20 decimal digits: text, never a number. */
  readonly callId: string;
  readonly caller: string;
  /** Callees who can still answer; empty once the call has ended. */
  readonly ringing: readonly string[];
  /** Callees who could not be invited, with their SubCode. */
  readonly failed: readonly { readonly userId: string; readonly code: number }[];
  /** Unix time in milliseconds on the sandbox's clock. */
  readonly createdAt: number;
  /** How long it rings; 90 if the request gave no Timeout, or 0. */
  readonly timeoutSeconds: number;
  readonly extendedData?: string;
  /** As it was sent, with fields the sandbox does not know. */
  readonly offlinePush: JsonObject;
  readonly state: 'started' | 'ended';
  /** The invited users, in the order of the invite. */
  readonly callees: readonly SandboxCallee[];
  /** Unix time in milliseconds on the sandbox's clock. */
  readonly endedAt?: number;
  readonly endReason?: SandboxCallEndReason;
}

/** Returns whether the callee can still answer. */
export function isPending({ state }: SandboxCallee): boolean {
  return state === 'inviting' || state === 'received';
}
