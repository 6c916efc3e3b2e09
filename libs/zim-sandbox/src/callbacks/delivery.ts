import { zimCallbackRetryDelaysSeconds, type ZimCallbackEvent } from 'zim-protocol';
import { type SandboxClock } from '../core/clock.js';
import { type JsonObject } from '../core/json.js';
import { type SendResult } from './send-callback.js';

/** `undeliverable`: there was no callback URL, and nothing was sent. */
export type SandboxDeliveryState = 'pending' | 'delivered' | 'dropped' | 'undeliverable';

/** One try to hand over a callback. */
export interface SandboxDeliveryAttempt {
  /** ISO time on the sandbox's clock. */
  readonly at: string;
  /** Of the answer; any 2xx is success. */
  readonly status?: number;
  /** Why there was no answer. */
  readonly error?: string;
  /** Real time. */
  readonly durationMs: number;
}

/** A callback, and what became of it. Secrets and signatures are never in it. */
export interface SandboxDelivery {
  /** Counts up from 1 over all apps. */
  readonly id: number;
  readonly appId: number;
  readonly event: ZimCallbackEvent;
  readonly callId?: string;
  /** As it was sent last, with `signature` replaced. */
  readonly body: JsonObject;
  readonly state: SandboxDeliveryState;
  /** Why nothing was sent. */
  readonly reason?: string;
  readonly attempts: readonly SandboxDeliveryAttempt[];
}

export const noUrl = 'no callback URL';

export interface DeliveryParts {
  readonly clock: SandboxClock;
  /** Where callbacks go at the moment. */
  readonly url: () => string | undefined;
  /** The callback with nonce, timestamp and signature. */
  readonly seal: () => JsonObject;
  readonly send: (url: string, body: JsonObject, signal: AbortSignal) => Promise<SendResult>;
  /** Told when an attempt begins, but not of the first: the body may be another now. */
  readonly onRepeat: () => void;
  /** Told of each attempt. */
  readonly onAttempt: () => void;
  readonly signsAnew: boolean;
}

interface NextAttempt {
  readonly waitSeconds: number;
  readonly atMs: number;
  readonly cancel: () => void;
}

/**
 * The way of one callback: at once, then again after each of the documented waits, until a 2xx comes or the
 * waits are used up. Each callback goes its way alone, so none waits for another.
 */
export class Delivery {
  readonly #parts: DeliveryParts;
  readonly #aborter = new AbortController();
  readonly #attempts: SandboxDeliveryAttempt[] = [];
  #body: JsonObject;
  #state: SandboxDeliveryState = 'pending';
  #retries = 0;
  #next: NextAttempt | undefined;

  constructor(parts: DeliveryParts) {
    this.#parts = parts;
    this.#body = parts.seal();
  }

  get state(): SandboxDeliveryState {
    return this.#state;
  }

  get body(): JsonObject {
    return this.#body;
  }

  get attempts(): readonly SandboxDeliveryAttempt[] {
    return [...this.#attempts];
  }

  /** Seconds until the next attempt, if one is to come. */
  get waitSeconds(): number | undefined {
    return this.#next?.waitSeconds;
  }

  /** When the next attempt is due on the sandbox's clock, if one is to come. */
  get nextAttemptAtMs(): number | undefined {
    return this.#next?.atMs;
  }

  get isAbandoned(): boolean {
    return this.#aborter.signal.aborted;
  }

  /** @param track told of the work of each attempt */
  start(track: (work: Promise<void>) => void): void {
    if (this.#parts.url() === undefined) this.#state = 'undeliverable';
    else track(this.#climb(track));
  }

  /** One attempt more, at once; a success ends the ladder, a failure changes nothing about it. */
  async resend(): Promise<void> {
    const isDelivered = await this.#attempt(true);
    if (!isDelivered && this.#state === 'undeliverable') this.#state = 'dropped';
  }

  /** Nothing more is sent, and what is under way is broken off. */
  abandon(): void {
    this.#stopWaiting();
    this.#aborter.abort(new Error('the sandbox broke it off'));
  }

  async #climb(track: (work: Promise<void>) => void): Promise<void> {
    this.#next = undefined;
    await this.#attempt(this.#retries > 0, () => {
      const waitSeconds = zimCallbackRetryDelaysSeconds[this.#retries++];
      if (waitSeconds === undefined) this.#state = 'dropped';
      else {
        const { clock } = this.#parts;
        const waitMs = waitSeconds * 1000;
        const cancel = clock.setTimer(waitMs, () => {
          track(this.#climb(track));
        });
        this.#next = { waitSeconds, atMs: clock.now() + waitMs, cancel };
      }
    });
  }

  async #attempt(isAgain: boolean, onFailure?: () => void): Promise<boolean> {
    const { clock, url, seal, send, onRepeat, onAttempt, signsAnew } = this.#parts;
    const { signal } = this.#aborter;
    const at = new Date(clock.now()).toISOString();
    const startedMs = performance.now();
    if (isAgain && signsAnew) this.#body = seal();
    if (isAgain) onRepeat();
    const target = url();
    const result = target === undefined ? { error: noUrl } : await send(target, this.#body, signal);
    if (signal.aborted) return false;

    const durationMs = Math.round((performance.now() - startedMs) * 100) / 100;
    this.#attempts.push({ at, ...result, durationMs });
    const isDelivered = 'status' in result && result.status >= 200 && result.status < 300;
    if (isDelivered) {
      this.#stopWaiting();
      this.#state = 'delivered';
    } else if (this.#state === 'pending') onFailure?.();
    onAttempt();
    return isDelivered;
  }

  #stopWaiting(): void {
    this.#next?.cancel();
    this.#next = undefined;
  }
}
