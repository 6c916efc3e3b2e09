import { type SandboxDelivery } from '../callbacks/delivery.js';
import { type SandboxCall } from '../calls/call-state.js';
import { type JournalEntry } from '../core/journal.js';
import { type SandboxPresence, type SandboxUser } from '../core/user-rules.js';
import { type SandboxActiveFault } from '../faults/sandbox-faults.js';

/** An app as the page shows it, without secrets. */
export interface ConsoleApp {
  readonly appId: number;
  /** The callback URL; `null` for none. */
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
  /** Unix time in milliseconds on the sandbox's clock of the next attempt, if one is due. */
  readonly nextAttemptAt?: number;
}

/** The meaning of a return code, and what to do about it. */
export interface ConsoleCode {
  readonly meaning: string;
  readonly advice: string;
}

/** The whole state except the requests, which follow in batches. */
export interface ConsoleSnapshot {
  readonly kind: 'snapshot';
  readonly version: string;
  /** The sandbox's own URL. */
  readonly url: string;
  readonly callsPerSecond: number;
  readonly codes: Readonly<Record<string, ConsoleCode>>;
  readonly apps: readonly ConsoleApp[];
  readonly users: readonly ConsoleUser[];
  /** The calls that have not ended, and the newest that have; oldest first. */
  readonly calls: readonly ConsoleCall[];
  /** The newest deliveries, oldest first. */
  readonly deliveries: readonly ConsoleDelivery[];
  readonly faults: readonly SandboxActiveFault[];
}

/** A change for the page. Each event replaces the page's earlier state of the same object. */
export type ConsoleEvent =
  | ConsoleSnapshot
  /** Oldest first, and newer than all earlier ones. */
  | { readonly kind: 'requests'; readonly requests: readonly JournalEntry[] }
  | { readonly kind: 'call'; readonly call: ConsoleCall }
  | { readonly kind: 'user'; readonly user: ConsoleUser }
  | { readonly kind: 'delivery'; readonly delivery: ConsoleDelivery }
  /** All rules. */
  | { readonly kind: 'faults'; readonly faults: readonly SandboxActiveFault[] }
  | { readonly kind: 'app'; readonly app: ConsoleApp }
  /** The time only: the clock was advanced, or no event has occurred for a while. */
  | { readonly kind: 'clock' };

/** The `data` of one server-sent event. */
export interface ConsoleMessage {
  /** Unix time in milliseconds on the sandbox's clock when the event was sent. */
  readonly now: number;
  readonly event: ConsoleEvent;
}
