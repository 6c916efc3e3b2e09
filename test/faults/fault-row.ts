import type { ZimErrorOutcome } from 'nestjs-zim-call';
import type { SandboxFault } from 'zim-sandbox';

/** In English and in Chinese. */
export type Words = readonly [en: string, zh: string];

/** A limit of the client, by the name of its option. */
export type TimeLimit = 'requestTimeoutMs' | 'deadlineMs' | 'drainMs';

/** How long the call takes, by its client's own clock. */
export type RowTime =
  | 'at once'
  /** It waits of its own accord, for a next attempt or a next slot, all in all at most so long. */
  | { readonly waitsMs: number }
  /** Nothing but this limit ends it, and that exactly. */
  | { readonly endsAt: TimeLimit }
  /** It takes time, and stays below the limit. */
  | { readonly staysBelow: TimeLimit };

/** What was done to the call. */
export interface Doing {
  /** Something else than the sandbox is called. */
  readonly place?: 'unknown name' | 'closed port' | 'no TLS' | 'stranger' | 'mute';
  /** What the sandbox is told to do. */
  readonly fault?: SandboxFault;
  /** How often it does that. Default: each time. */
  readonly times?: number;
  /** Whether the connection has been used for a call before. */
  readonly reused?: boolean;
  /** By how much ZIM's clock is ahead of the client's. */
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

/** How a call ends that fails. */
export interface RowError {
  readonly name: `Zim${string}Error`;
  readonly outcome: ZimErrorOutcome;
  readonly vendorCode?: number;
}

/** One thing that can go wrong, and what comes of it. */
export interface FaultRow {
  readonly what: Words;
  readonly doing: Doing;
  /** Default: invite. */
  readonly call?: 'invite' | 'accept';
  /** Absent if it ends well. */
  readonly error?: RowError;
  readonly attempts: number;
  /** Requests that arrived. Default: as many as there were attempts. */
  readonly seen?: number;
  /** How often ZIM carried it out. */
  readonly executed: number;
  readonly time: RowTime;
}

export interface FaultSection {
  readonly title: Words;
  readonly rows: readonly FaultRow[];
}
