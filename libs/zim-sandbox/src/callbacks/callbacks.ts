import { BoundedList } from '../core/bounded-list.js';
import { Listeners } from '../core/listeners.js';
import { refuseCallbackUrl } from '../core/loopback.js';
import { PerApp } from '../core/per-app.js';
import { Redactor } from '../core/redactor.js';
import { appIdsOf, type SandboxApp, type Settings } from '../core/settings.js';
import { BackendClock } from './backend-clock.js';
import { type CallbackContent, encodeCallback, signCallback } from './callback-body.js';
import { Delivery, type SandboxDelivery, type SandboxDeliveryAttempt } from './delivery.js';
import { sendCallback } from './send-callback.js';

const maxDeliveries = 10_000;

interface AppCallbacks {
  readonly app: SandboxApp;
  url: string | undefined;
  readonly backendClock: BackendClock;
  readonly deliveries: BoundedList<Delivery>;
}

/** A callback, and when it is sent again. */
export interface DeliveryChange {
  readonly delivery: SandboxDelivery;
  /** On the sandbox's clock, if another attempt is due. */
  readonly nextAttemptAtMs?: number;
}

/** Reported after each attempt to deliver a callback. */
export interface SandboxAttemptReport {
  readonly delivery: SandboxDelivery;
  readonly attempt: SandboxDeliveryAttempt;
  /** Seconds until the next attempt, if one is due. */
  readonly nextAfterSeconds?: number;
}

/**
 * Sends callbacks to your app as ZIM does: each by its own POST, and again after 2, 4, 8, 16 and 32 seconds of the
 * sandbox's clock until your app responds with a 2xx. The order is not guaranteed. Without an AppID, all apps are
 * meant.
 *
 * See https://www.zegocloud.com/docs/zim-server/callbacks/call-invitation-sent
 */
export class SandboxCallbacks {
  private readonly apps: PerApp<AppCallbacks>;
  private readonly redactor: Redactor;
  private readonly pendingWork = new Set<Promise<void>>();
  private readonly attemptListeners = new Listeners<SandboxAttemptReport>();
  private readonly changeListeners = new Listeners<DeliveryChange>();
  private readonly urlListeners = new Listeners<number>();
  private lastId = 0;
  private isStopped = false;

  /** @internal */
  constructor(private readonly settings: Settings) {
    this.redactor = Redactor.of(settings.apps);
    this.apps = new PerApp(appIdsOf(settings), (appId) => ({
      app: settings.apps.find((app) => app.appId === appId) ?? settings.apps[0],
      url: settings.callbackUrl,
      backendClock: new BackendClock(settings.clock),
      deliveries: new BoundedList<Delivery>(maxDeliveries),
    }));
  }

  /**
   * Sets the callback URL, from the next attempt on; with `undefined`, no callbacks are sent. A reset keeps it.
   *
   * @throws Error for anything but an http address of this machine, or an unknown AppID
   */
  setUrl(url: string | undefined, appId?: number): void {
    const refusal = url === undefined ? undefined : refuseCallbackUrl(url);
    if (refusal !== undefined) throw new Error(`The callback URL ${refusal}.`);
    for (const entry of this.selected(appId)) {
      entry.url = url;
      this.urlListeners.emit(entry.app.appId);
    }
  }

  /** Returns the callback URL of an app, by default of the first app. */
  url(appId?: number): string | undefined {
    return this.apps.of(appId).url;
  }

  /**
   * Returns the newest 10,000 callbacks of each app, oldest first, without signatures.
   *
   * @throws Error for an unknown AppID
   */
  deliveries(appId?: number): readonly SandboxDelivery[] {
    return this.all(appId).map((delivery) => delivery.describe());
  }

  /**
   * Sends a callback once more, in any state, to the present URL. A success makes it `delivered`; a failure is only
   * recorded.
   *
   * @returns the delivery after the attempt
   * @throws Error if there is no such delivery, or no callback URL
   */
  async resend(id: number): Promise<SandboxDelivery> {
    const delivery = this.all().find((candidate) => candidate.id === id);
    if (delivery === undefined) throw new Error(`There is no delivery ${id}.`);
    if (this.url(delivery.appId) === undefined)
      throw new Error('There is no callback URL to send it to.');
    const work = delivery.resend();
    this.track(work);
    await work;
    // After a reset in the meantime, listeners must not see the delivery again.
    if (!delivery.isAbandoned) this.emitChange(delivery);
    return delivery.describe();
  }

  /** Resolves when no callback is being sent; some may wait for their next attempt. */
  async idle(): Promise<void> {
    while (this.pendingWork.size > 0) await Promise.allSettled(this.pendingWork);
  }

  /**
   * Calls the listener after each attempt.
   *
   * @returns removes the listener
   */
  onAttempt(listener: (report: SandboxAttemptReport) => void): () => void {
    return this.attemptListeners.add(listener);
  }

  /**
   * Calls the listener with each new or changed callback, but not on a reset.
   *
   * @internal
   */
  onChange(listener: (change: DeliveryChange) => void): () => void {
    return this.changeListeners.add(listener);
  }

  /**
   * Calls the listener with the AppID whose callback URL has changed.
   *
   * @internal
   */
  onUrl(listener: (appId: number) => void): () => void {
    return this.urlListeners.add(listener);
  }

  /**
   * Returns the newest callbacks of an app, oldest first.
   *
   * @internal
   */
  newest(appId: number, count: number): DeliveryChange[] {
    return this.apps.of(appId).deliveries.newest(count).map(changeOf);
  }

  /**
   * Takes the backend's time from the Timestamp of an app's request.
   *
   * @internal
   */
  learnTime(appId: number, timestampSeconds: number): void {
    this.apps.of(appId).backendClock.learn(timestampSeconds);
  }

  /** @internal */
  emit(appId: number, content: CallbackContent): void {
    if (this.isStopped) return;
    const { assumptions, callbackTimeoutMs, clock } = this.settings;
    const entry = this.apps.of(appId);
    const delivery = new Delivery({
      id: ++this.lastId,
      appId,
      content,
      clock,
      redactor: this.redactor,
      url: () => entry.url,
      sign: () => signCallback(entry.app, content, entry.backendClock.signingTimeMs()),
      send: (url, body, signal) => {
        const text = encodeCallback(body, assumptions.callbackEncoding);
        return sendCallback(url, text, callbackTimeoutMs, signal);
      },
      onRepeat: () => {
        this.emitChange(delivery);
      },
      onAttempt: (attempt) => {
        this.emitChange(delivery);
        this.attemptListeners.emit({
          delivery: delivery.describe(),
          attempt,
          nextAfterSeconds: delivery.waitSeconds,
        });
      },
      signsRetriesAgain: assumptions.callbackRetrySigning === 'new',
    });
    entry.deliveries.push(delivery)?.abandon();
    delivery.start((work) => {
      this.track(work);
    });
    this.emitChange(delivery);
  }

  /** @internal */
  reset(): void {
    for (const { deliveries } of this.apps.all()) {
      for (const delivery of deliveries.toArray()) delivery.abandon();
      deliveries.clear();
    }
  }

  /** @internal */
  async stop(): Promise<void> {
    this.isStopped = true;
    for (const delivery of this.all()) delivery.abandon();
    await this.idle();
  }

  private track(work: Promise<void>): void {
    const tracked = work.finally(() => this.pendingWork.delete(tracked));
    this.pendingWork.add(tracked);
    this.settings.clock.hold(tracked);
  }

  private selected(appId?: number): AppCallbacks[] {
    return appId === undefined ? this.apps.all() : [this.apps.of(appId)];
  }

  private all(appId?: number): Delivery[] {
    return this.selected(appId)
      .flatMap(({ deliveries }) => deliveries.toArray())
      .sort((a, b) => a.id - b.id);
  }

  private emitChange(delivery: Delivery): void {
    this.changeListeners.emit(changeOf(delivery));
  }
}

function changeOf(delivery: Delivery): DeliveryChange {
  return { delivery: delivery.describe(), nextAttemptAtMs: delivery.nextAttemptAtMs };
}
