import type { ZimErrorOutcome } from 'nestjs-zim-call';
import type { SandboxFault } from 'zim-sandbox';

/** In English and in Chinese. */
export type Words = readonly [en: string, zh: string];

/** A limit of the client, by the name of its option. */
export type TimeLimit = 'requestTimeoutMs' | 'deadlineMs' | 'drainMs';

/** How long the call takes, by the client's clock. */
export type CaseTime =
  | 'at once'
  /** The library waits for its next attempts or slots, at most so long in total. */
  | { readonly waitsMs: number }
  /** The call ends exactly at this limit. */
  | { readonly endsAt: TimeLimit }
  /** The call takes time, but less than this limit. */
  | { readonly staysBelow: TimeLimit };

/** What happens to the call. */
export interface CaseSetup {
  /** What is called instead of the sandbox. */
  readonly destination?:
    'unknown name' | 'closed port' | 'no TLS' | 'untrusted certificate' | 'silent server';
  /** The fault that the sandbox injects. */
  readonly fault?: SandboxFault;
  /** How many requests the fault applies to. Default: all. */
  readonly times?: number;
  /** Whether an earlier call has used the connection. */
  readonly reused?: boolean;
  /** How far ZIM's clock is ahead of the client's. */
  readonly aheadSeconds?: number;
  /** What the backend itself does. */
  readonly step?: BackendStep;
  readonly fromUserId?: string;
  readonly userIds?: readonly string[];
}

export type BackendStep =
  | 'aborts before'
  | 'aborts in the queue'
  | 'aborts after'
  | 'calls without quota left'
  | 'is overtaken in the queue'
  | 'closes before'
  | 'closes after'
  | 'stays idle too long';

/** The error of a call that fails. */
export interface ExpectedError {
  readonly name: `Zim${string}Error`;
  readonly outcome: ZimErrorOutcome;
  readonly vendorCode?: number;
}

/** One fault, and the result of a call that meets it. */
export interface FaultCase {
  readonly name: Words;
  readonly setup: CaseSetup;
  /** Default: invite. */
  readonly call?: 'invite' | 'accept';
  /** Absent if the call succeeds. */
  readonly error?: ExpectedError;
  readonly attempts: number;
  /** Requests that arrived. Default: one for each attempt. */
  readonly arrived?: number;
  /** How often ZIM executed it. */
  readonly executed: number;
  readonly time: CaseTime;
}

export interface FaultSection {
  readonly title: Words;
  readonly cases: readonly FaultCase[];
}
