import { PerApp } from '../core/per-app.js';
import { Ring } from '../core/ring.js';
import { type JsonObject } from '../core/json.js';

/** A call that CallInvite made. */
export interface SandboxCall {
  /** 20 decimal digits: text, never a number. */
  readonly callId: string;
  readonly caller: string;
  /** Callees whose phones ring. */
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
}

const maxCalls = 10_000;

/** The calls that were made, app by app. Without an AppID, the sandbox's first app is meant. */
export class CallLog {
  readonly #calls: PerApp<Ring<SandboxCall>>;

  constructor(appIds: readonly [number, ...number[]]) {
    this.#calls = new PerApp(appIds, () => new Ring(maxCalls));
  }

  /**
   * The newest 10,000 calls, oldest first: copies, which never change.
   *
   * @throws Error for an unknown AppID
   */
  list(appId?: number): readonly SandboxCall[] {
    return structuredClone(this.#calls.of(appId).toArray());
  }

  /** @internal */
  add(appId: number, call: SandboxCall): void {
    this.#calls.of(appId).push(call);
  }

  /** @internal */
  reset(): void {
    for (const calls of this.#calls.all()) calls.clear();
  }
}
