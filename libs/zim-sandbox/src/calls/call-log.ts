import { Listeners } from '../core/listeners.js';
import { PerApp } from '../core/per-app.js';
import { BoundedList } from '../core/bounded-list.js';
import { type SandboxCall } from './call-state.js';

const maxEndedCalls = 10_000;

/** A new or changed call. */
export interface SandboxCallChange {
  /** Unix time in milliseconds on the sandbox's clock. */
  readonly atMs: number;
  readonly appId: number;
  /** Absent for a new call. */
  readonly before?: SandboxCall;
  readonly call: SandboxCall;
}

interface AppCalls {
  readonly calls: Map<string, SandboxCall>;
  /** The ids of calls that have not ended. */
  readonly started: Set<string>;
  readonly ended: BoundedList<string>;
}

/** The calls of each app. Without an AppID, the sandbox's first app is meant. */
export class CallLog {
  private readonly apps: PerApp<AppCalls>;
  private readonly listeners = new Listeners<SandboxCallChange>();

  constructor(appIds: readonly [number, ...number[]]) {
    this.apps = new PerApp(appIds, () => ({
      calls: new Map<string, SandboxCall>(),
      started: new Set<string>(),
      ended: new BoundedList<string>(maxEndedCalls),
    }));
  }

  /**
   * Returns copies of the calls that have not ended and of the 10,000 that ended last, in the order in which they
   * were made.
   *
   * @throws Error for an unknown AppID
   */
  list(appId?: number): readonly SandboxCall[] {
    return structuredClone([...this.apps.of(appId).calls.values()]);
  }

  /**
   * Returns a copy of one call, or `undefined`.
   *
   * @throws Error for an unknown AppID
   */
  get(callId: string, appId?: number): SandboxCall | undefined {
    return structuredClone(this.apps.of(appId).calls.get(callId));
  }

  /**
   * Calls the listener with each new or changed call, synchronously.
   *
   * @returns removes the listener
   */
  onChange(listener: (change: SandboxCallChange) => void): () => void {
    return this.listeners.add(listener);
  }

  /** @internal */
  find(callId: string, appId: number): SandboxCall | undefined {
    return this.apps.of(appId).calls.get(callId);
  }

  /**
   * Returns the calls that have not ended and the newest ended ones (of those that ended at the same time, the ones
   * made last), in the order in which they were made; not copies.
   *
   * @internal
   */
  newest(appId: number, maxEnded: number): SandboxCall[] {
    const all = [...this.apps.of(appId).calls.values()];
    const ended = all.filter(({ state }) => state === 'ended');
    ended.sort((a, b) => (a.endedAt ?? 0) - (b.endedAt ?? 0));
    const old = new Set(ended.slice(0, -maxEnded));
    return all.filter((call) => !old.has(call));
  }

  /** @internal */
  started(appId: number): SandboxCall[] {
    const { calls, started } = this.apps.of(appId);
    return [...started].flatMap((callId) => calls.get(callId) ?? []);
  }

  /** @internal */
  put(appId: number, call: SandboxCall, atMs: number): void {
    const { calls, started, ended } = this.apps.of(appId);
    const before = calls.get(call.callId);
    calls.set(call.callId, call);
    if (call.state === 'started') started.add(call.callId);
    else if (started.delete(call.callId)) {
      const oldest = ended.push(call.callId);
      if (oldest !== undefined) calls.delete(oldest);
    }
    this.listeners.emit(structuredClone({ atMs, appId, before, call }));
  }

  /** @internal */
  reset(): void {
    for (const { calls, started, ended } of this.apps.all()) {
      calls.clear();
      started.clear();
      ended.clear();
    }
  }
}
