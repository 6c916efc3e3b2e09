import { type SandboxDelivery } from '../callbacks/delivery.js';
import { type SandboxCall } from '../calls/call-state.js';
import { type JournalEntry } from '../core/journal.js';
import { type SandboxPresence, type SandboxUser } from '../core/user-rules.js';
import { type SandboxActiveFault } from '../faults/sandbox-faults.js';

/** What the page knows of an app: nothing secret. */
export interface ConsoleApp {
  readonly appId: number;
  /** Where its callbacks go; `null` for nowhere. */
  readonly callbackUrl: string | null;
  /** Whether it is the project of the vendor's signing examples, whose ServerSecret is published. */
  readonly isExample: boolean;
}

export interface ConsoleUser extends SandboxUser {
  readonly appId: number;
  readonly presence: SandboxPresence;
}

export interface ConsoleCall extends SandboxCall {
  readonly appId: number;
}

export interface ConsoleDelivery extends SandboxDelivery {
  /** Unix time in milliseconds on the sandbox's clock of the next attempt, if one is to come. */
  readonly nextAttemptAt?: number;
}

/** What a return code means, and what to do about it. */
export interface ConsoleCode {
  readonly meaning: string;
  readonly advice: string;
}

/** Everything but the requests, which follow in portions. */
export interface ConsoleSnapshot {
  readonly kind: 'snapshot';
  readonly version: string;
  /** The sandbox's own address. */
  readonly url: string;
  readonly callsPerSecond: number;
  readonly codes: Readonly<Record<string, ConsoleCode>>;
  readonly apps: readonly ConsoleApp[];
  readonly users: readonly ConsoleUser[];
  /** Those under way, and the newest that have ended; oldest first. */
  readonly calls: readonly ConsoleCall[];
  /** The newest, oldest first. */
  readonly deliveries: readonly ConsoleDelivery[];
  readonly faults: readonly SandboxActiveFault[];
}

/** Something the page has to know. Each replaces what the page knew of the same thing. */
export type ConsoleEvent =
  | ConsoleSnapshot
  /** Oldest first; newer than all before. */
  | { readonly kind: 'requests'; readonly requests: readonly JournalEntry[] }
  | { readonly kind: 'call'; readonly call: ConsoleCall }
  | { readonly kind: 'user'; readonly user: ConsoleUser }
  | { readonly kind: 'delivery'; readonly delivery: ConsoleDelivery }
  /** All rules. */
  | { readonly kind: 'faults'; readonly faults: readonly SandboxActiveFault[] }
  | { readonly kind: 'app'; readonly app: ConsoleApp }
  /** Nothing but the time: the clock was moved, or nothing has happened for a while. */
  | { readonly kind: 'clock' };

/** One `data` of the stream. */
export interface ConsoleMessage {
  /** Unix time in milliseconds on the sandbox's clock, when this was written. */
  readonly now: number;
  readonly event: ConsoleEvent;
}
