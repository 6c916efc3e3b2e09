import { BoundedList } from './bounded-list.js';
import { type SandboxInjectedFault } from './fault.js';
import { Listeners } from './listeners.js';
import { type RefusalCause } from './reply.js';

/** Result of the signature check. */
export type JournalSignature = 'verified' | 'refused' | 'unchecked';

/** One request to the sandbox and its result, without secrets and signatures. */
export interface JournalEntry {
  /** Counts up from 1 over all apps. */
  readonly id: number;
  /** ISO time of arrival on the sandbox's clock. */
  readonly at: string;
  /** As sent in the request; absent if it is not a valid AppId. */
  readonly appId?: number;
  readonly action?: string;
  readonly method: string;
  readonly path: string;
  /** Without `Signature`. */
  readonly query: Readonly<Record<string, string>>;
  /** The parsed JSON, with fields the sandbox ignores; absent if the body could not be read. */
  readonly body?: unknown;
  readonly signature: JournalSignature;
  /**
   * Whether the operation was executed: its own reply had Code 0, and a CallInvite has made a call. True even if
   * the client never received the reply.
   */
  readonly executed: boolean;
  /**
   * 1-based index of this request among those of its AppID and Action with the same content; public parameters do
   * not count as content. The same content may be sent again on purpose, so it is not always a retry.
   */
  readonly attempt: number;
  /** Whether an earlier request of this AppID had the same SignatureNonce. Each request needs a new one. */
  readonly reusesNonce: boolean;
  /** Whether a request with the same content was still being handled, or its client still waited for the reply. */
  readonly overlaps: boolean;
  /** The injected fault. */
  readonly fault?: SandboxInjectedFault;
  /** The `Code` of the reply, even if the reply was lost; absent if a fault came before processing. */
  readonly code?: number;
  /** The `Message` of the reply. */
  readonly message?: string;
  /** The text of `X-Sandbox-Hint` in full Unicode, even if a fault kept the header from being sent. */
  readonly hint?: string;
  /**
   * Why the sandbox refused the request, where the code is ambiguous. Absent for a code that a fault injected:
   * `quota-exceeded` is always the quota's own refusal.
   */
  readonly cause?: RefusalCause;
  /** The reply before a fault damaged or lost it; absent if a fault came before processing. */
  readonly reply?: unknown;
  readonly durationMs: number;
  /** CallInvite: the call that was made. */
  readonly callId?: string;
  /** CallInvite: the users whose phones ring. */
  readonly rings?: readonly string[];
  /** Users that could not be invited or registered. */
  readonly failed?: readonly { readonly userId: string; readonly code: number }[];
}

/** Every request to the sandbox, newest last. */
export class Journal {
  private readonly byApp: ReadonlyMap<number, BoundedList<JournalEntry>>;
  private readonly ofUnknownApps: BoundedList<JournalEntry>;
  private readonly listeners = new Listeners<JournalEntry>();
  private lastId = 0;

  /** @param maxEntries - kept of each app, and of all requests that name no app of the sandbox */
  constructor(appIds: readonly number[], maxEntries: number) {
    // A list each: a busy app must not push out the entries of another.
    this.byApp = new Map(appIds.map((appId) => [appId, new BoundedList(maxEntries)]));
    this.ofUnknownApps = new BoundedList(maxEntries);
  }

  /** Returns the entries of one AppID, or all entries; oldest first. */
  entries(appId?: number): readonly JournalEntry[] {
    if (appId === undefined)
      return [...this.byApp.values(), this.ofUnknownApps]
        .flatMap((list) => list.toArray())
        .sort((a, b) => a.id - b.id);
    return (this.byApp.get(appId) ?? this.ofUnknownApps)
      .toArray()
      .filter((entry) => entry.appId === appId);
  }

  /**
   * Calls the listener with each entry, before its reply is sent.
   *
   * @returns removes the listener
   */
  onEntry(listener: (entry: JournalEntry) => void): () => void {
    return this.listeners.add(listener);
  }

  /** @internal */
  add(content: Omit<JournalEntry, 'id'>): void {
    const entry: JournalEntry = { id: ++this.lastId, ...content };
    const list = entry.appId === undefined ? undefined : this.byApp.get(entry.appId);
    (list ?? this.ofUnknownApps).push(entry);
    this.listeners.emit(entry);
  }

  /** @internal */
  reset(): void {
    for (const list of this.byApp.values()) list.clear();
    this.ofUnknownApps.clear();
  }
}
