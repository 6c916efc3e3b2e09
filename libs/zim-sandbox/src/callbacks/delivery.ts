import { zimCallbackRetryDelaysSeconds, type ZimCallbackEvent } from 'zim-protocol';
import { type SandboxClock } from '../core/clock.js';
import { type JsonObject } from '../core/json.js';
import { type Redactor } from '../core/redactor.js';
import { type CallbackContent } from './callback-body.js';
import { type SendResult } from './send-callback.js';

/** `undeliverable`: there was no callback URL, and nothing was sent. */
export type SandboxDeliveryState = 'pending' | 'delivered' | 'dropped' | 'undeliverable';

/** One attempt to deliver a callback. */
export interface SandboxDeliveryAttempt {
  /** ISO time on the sandbox's clock. */
  readonly at: string;
  /** HTTP status of the response; any 2xx is success. */
  readonly status?: number;
  /** Why there was no response. */
  readonly error?: string;
  /** Milliseconds of real time. */
  readonly durationMs: number;
}

/** A callback and its delivery, without secrets and signatures. */
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

const noUrl = 'no callback URL';

export interface DeliveryParts {
  readonly id: number;
  readonly appId: number;
  readonly content: CallbackContent;
  readonly clock: SandboxClock;
  readonly redactor: Redactor;
  /** Returns the present callback URL. */
  readonly url: () => string | undefined;
  /** Returns the callback with a new nonce, timestamp and signature. */
  readonly sign: () => JsonObject;
  readonly send: (url: string, body: JsonObject, signal: AbortSignal) => Promise<SendResult>;
  /** Called when an attempt begins, except the first: the body may have changed. */
  readonly onRepeat: () => void;
  /** Called after each attempt. */
  readonly onAttempt: (attempt: SandboxDeliveryAttempt) => void;
  readonly signsRetriesAgain: boolean;
}

interface NextAttempt {
  readonly waitSeconds: number;
  readonly atMs: number;
  readonly cancel: () => void;
}

/**
 * Delivers one callback: at once, then again after each of the documented delays, until a 2xx arrives or the delays
 * are used up. Deliveries are independent of each other.
 */
export class Delivery {
  private readonly aborter = new AbortController();
  private readonly attempts: SandboxDeliveryAttempt[] = [];
  private body: JsonObject;
  private state: SandboxDeliveryState = 'pending';
  private retries = 0;
  private next: NextAttempt | undefined;

  constructor(private readonly parts: DeliveryParts) {
    this.body = parts.sign();
  }

  get id(): number {
    return this.parts.id;
  }

  get appId(): number {
    return this.parts.appId;
  }

  /** Seconds until the next attempt, if one is due. */
  get waitSeconds(): number | undefined {
    return this.next?.waitSeconds;
  }

  /** When the next attempt is due on the sandbox's clock, if one is due. */
  get nextAttemptAtMs(): number | undefined {
    return this.next?.atMs;
  }

  get isAbandoned(): boolean {
    return this.aborter.signal.aborted;
  }

  /** Returns the present state, without secrets and signature. */
  describe(): SandboxDelivery {
    const { id, appId, content, redactor } = this.parts;
    return {
      id,
      appId,
      event: content.event,
      callId: 'call_id' in content ? content.call_id : undefined,
      body: Object.fromEntries(
        Object.entries(this.body).map(([name, value]) => [
          name,
          name === 'signature' ? '[redacted]' : redactor.json(value),
        ]),
      ),
      state: this.state,
      reason: this.state === 'undeliverable' ? noUrl : undefined,
      attempts: [...this.attempts],
    };
  }

  /** @param track - called with the promise of each attempt */
  start(track: (work: Promise<void>) => void): void {
    if (this.parts.url() === undefined) this.state = 'undeliverable';
    else track(this.attemptAndSchedule(track));
  }

  /** Makes one more attempt at once; a success ends the retries, a failure does not change their schedule. */
  async resend(): Promise<void> {
    const isDelivered = await this.attempt(true);
    if (!isDelivered && this.state === 'undeliverable') this.state = 'dropped';
  }

  /** Cancels the retries and aborts a request that is being sent. */
  abandon(): void {
    this.cancelNext();
    this.aborter.abort(new Error('aborted by the sandbox'));
  }

  private async attemptAndSchedule(track: (work: Promise<void>) => void): Promise<void> {
    this.next = undefined;
    await this.attempt(this.retries > 0, () => {
      const waitSeconds = zimCallbackRetryDelaysSeconds[this.retries++];
      if (waitSeconds === undefined) this.state = 'dropped';
      else {
        const { clock } = this.parts;
        const waitMs = waitSeconds * 1000;
        const cancel = clock.setTimer(waitMs, () => {
          track(this.attemptAndSchedule(track));
        });
        this.next = { waitSeconds, atMs: clock.now() + waitMs, cancel };
      }
    });
  }

  private async attempt(isRepeated: boolean, onFailure?: () => void): Promise<boolean> {
    const { clock, url, sign, send, onRepeat, onAttempt, signsRetriesAgain } = this.parts;
    const { signal } = this.aborter;
    const at = new Date(clock.now()).toISOString();
    const startedMs = performance.now();
    if (isRepeated && signsRetriesAgain) this.body = sign();
    if (isRepeated) onRepeat();
    const target = url();
    const result = target === undefined ? { error: noUrl } : await send(target, this.body, signal);
    if (signal.aborted) return false;

    const durationMs = Math.round((performance.now() - startedMs) * 100) / 100;
    const attempt = { at, ...result, durationMs };
    this.attempts.push(attempt);
    const isDelivered = 'status' in result && result.status >= 200 && result.status < 300;
    if (isDelivered) {
      this.cancelNext();
      this.state = 'delivered';
    } else if (this.state === 'pending') onFailure?.();
    onAttempt(attempt);
    return isDelivered;
  }

  private cancelNext(): void {
    this.next?.cancel();
    this.next = undefined;
  }
}
