import { type SandboxInjectedFault } from './fault.js';
import { type RefusalCause } from './reply.js';
import { Ring } from './ring.js';

/** Whether a request's signature was looked at, and what came of it. */
export type JournalSignature = 'verified' | 'refused' | 'unchecked';

/** One request to the sandbox, and what became of it. Secrets and signatures are never in it. */
export interface JournalEntry {
  /** Counts up from 1 over all apps. */
  readonly id: number;
  /** ISO time of arrival on the sandbox's clock. */
  readonly at: string;
  /** As the request claims it; absent if it is not an AppId at all. */
  readonly appId?: number;
  readonly action?: string;
  readonly method: string;
  readonly path: string;
  /** Without `Signature`. */
  readonly query: Readonly<Record<string, string>>;
  /** The parsed JSON, with fields the sandbox ignores; absent if there was none that could be read. */
  readonly body?: unknown;
  readonly signature: JournalSignature;
  /**
   * Whether the operation was carried out, as its own answer says: Code 0, so that a CallInvite has made a call.
   * It may have been although the client never saw an answer.
   */
  readonly executed: boolean;
  /**
   * Counts the requests of this AppID and Action with the same content, this one included, whatever their public
   * parameters: from 1. A content may be sent again on purpose: it is no retry for that.
   */
  readonly attempt: number;
  /** Whether an earlier request of this AppID had the same SignatureNonce. Each request needs a new one. */
  readonly reusesNonce: boolean;
  /** Whether it came while one with the same content was still being handled, or its connection waited for the reply. */
  readonly overlaps: boolean;
  /** What went wrong on purpose. */
  readonly fault?: SandboxInjectedFault;
  /** The `Code` that was answered, or got lost on the way; absent if a fault came before there was one. */
  readonly code?: number;
  /** The `Message` beside it. */
  readonly message?: string;
  /** What `X-Sandbox-Hint` said, in full Unicode; or would have, where a fault let no header out. */
  readonly hint?: string;
  /**
   * Why the sandbox refused it, where the code alone does not say. A code that a fault injected has none:
   * `quota-exceeded` is the quota's own refusal.
   */
  readonly cause?: RefusalCause;
  /** The answer as it was before a fault spoilt or lost it; absent if a fault came before there was one. */
  readonly reply?: unknown;
  readonly durationMs: number;
  /** CallInvite: the call that was made. */
  readonly callId?: string;
  /** CallInvite: whose phones ring. */
  readonly rings?: readonly string[];
  /** Users that could not be invited or registered. */
  readonly failed?: readonly { readonly userId: string; readonly code: number }[];
}

/** Every request the sandbox got, newest last. */
export class Journal {
  readonly #rings: ReadonlyMap<number, Ring<JournalEntry>>;
  readonly #strangers: Ring<JournalEntry>;
  readonly #listeners = new Set<(entry: JournalEntry) => void>();
  #lastId = 0;

  /** @param maxEntries kept of each app, and of requests that name no app of the sandbox */
  constructor(appIds: readonly number[], maxEntries: number) {
    // A ring each: a noisy app must not push out what a quiet one did.
    this.#rings = new Map(appIds.map((appId) => [appId, new Ring(maxEntries)]));
    this.#strangers = new Ring(maxEntries);
  }

  /** The entries of one AppID, or of all requests; oldest first. */
  entries(appId?: number): readonly JournalEntry[] {
    if (appId === undefined)
      return [...this.#rings.values(), this.#strangers]
        .flatMap((ring) => ring.toArray())
        .sort((a, b) => a.id - b.id);
    return (this.#rings.get(appId) ?? this.#strangers)
      .toArray()
      .filter((entry) => entry.appId === appId);
  }

  /**
   * Calls the listener with each entry, before its reply is sent.
   *
   * @returns ends that
   */
  onEntry(listener: (entry: JournalEntry) => void): () => void {
    this.#listeners.add(listener);
    return () => {
      this.#listeners.delete(listener);
    };
  }

  /** @internal */
  add(content: Omit<JournalEntry, 'id'>): void {
    const entry: JournalEntry = { id: ++this.#lastId, ...content };
    const ring = entry.appId === undefined ? undefined : this.#rings.get(entry.appId);
    (ring ?? this.#strangers).push(entry);
    for (const listener of this.#listeners) listener(entry);
  }

  /** @internal */
  reset(): void {
    for (const ring of this.#rings.values()) ring.clear();
    this.#strangers.clear();
  }
}
