import { Listeners } from '../core/listeners.js';
import { PerApp } from '../core/per-app.js';
import { Ring } from '../core/ring.js';
import { type SandboxCall } from './call-state.js';

const maxEndedCalls = 10_000;

/** A call that has begun, or that something has happened to. */
export interface SandboxCallChange {
  /** Unix time in milliseconds on the sandbox's clock. */
  readonly atMs: number;
  readonly appId: number;
  /** Absent at the beginning. */
  readonly before?: SandboxCall;
  readonly call: SandboxCall;
}

interface Space {
  readonly calls: Map<string, SandboxCall>;
  /** The ids of those under way. */
  readonly started: Set<string>;
  readonly ended: Ring<string>;
}

/** The calls that were made, app by app. Without an AppID, the sandbox's first app is meant. */
export class CallLog {
  readonly #spaces: PerApp<Space>;
  readonly #listeners = new Listeners<SandboxCallChange>();

  constructor(appIds: readonly [number, ...number[]]) {
    this.#spaces = new PerApp(appIds, () => ({
      calls: new Map<string, SandboxCall>(),
      started: new Set<string>(),
      ended: new Ring<string>(maxEndedCalls),
    }));
  }

  /**
   * Calls under way and the 10,000 that ended last, in the order in which they were made: copies, which
   * never change.
   *
   * @throws Error for an unknown AppID
   */
  list(appId?: number): readonly SandboxCall[] {
    return structuredClone([...this.#spaces.of(appId).calls.values()]);
  }

  /**
   * A copy of one call, or `undefined`.
   *
   * @throws Error for an unknown AppID
   */
  get(callId: string, appId?: number): SandboxCall | undefined {
    return structuredClone(this.#spaces.of(appId).calls.get(callId));
  }

  /**
   * Calls the listener with each call that begins or changes, while it does.
   *
   * @returns ends that
   */
  onChange(listener: (change: SandboxCallChange) => void): () => void {
    return this.#listeners.add(listener);
  }

  /** @internal */
  find(callId: string, appId: number): SandboxCall | undefined {
    return this.#spaces.of(appId).calls.get(callId);
  }

  /**
   * Those under way and those that ended last (of those that ended together, the ones made last), in the order in
   * which they were made; not copies.
   *
   * @internal
   */
  newest(appId: number, maxEnded: number): SandboxCall[] {
    const all = [...this.#spaces.of(appId).calls.values()];
    const ended = all.filter(({ state }) => state === 'ended');
    ended.sort((a, b) => (a.endedAt ?? 0) - (b.endedAt ?? 0));
    const old = new Set(ended.slice(0, -maxEnded));
    return all.filter((call) => !old.has(call));
  }

  /** @internal */
  started(appId: number): SandboxCall[] {
    const { calls, started } = this.#spaces.of(appId);
    return [...started].flatMap((callId) => calls.get(callId) ?? []);
  }

  /** @internal */
  put(appId: number, call: SandboxCall, atMs: number): void {
    const { calls, started, ended } = this.#spaces.of(appId);
    const before = calls.get(call.callId);
    calls.set(call.callId, call);
    if (call.state === 'started') started.add(call.callId);
    else if (started.delete(call.callId)) {
      const oldest = ended.push(call.callId);
      if (oldest !== undefined) calls.delete(oldest);
    }
    this.#listeners.tell(structuredClone({ atMs, appId, before, call }));
  }

  /** @internal */
  reset(): void {
    for (const { calls, started, ended } of this.#spaces.all()) {
      calls.clear();
      started.clear();
      ended.clear();
    }
  }
}
