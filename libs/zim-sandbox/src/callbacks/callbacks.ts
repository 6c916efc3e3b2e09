import { Listeners } from '../core/listeners.js';
import { refuseCallbackUrl } from '../core/loopback.js';
import { PerApp } from '../core/per-app.js';
import { Redactor } from '../core/redactor.js';
import { Ring } from '../core/ring.js';
import { appIdsOf, type SandboxApp, type Settings } from '../core/settings.js';
import { BackendClock } from './backend-clock.js';
import { type CallbackContent } from './callback-content.js';
import { Delivery, type SandboxDelivery, type SandboxDeliveryAttempt } from './delivery.js';
import { describeDelivery, type LoggedDelivery } from './delivery-log.js';
import { encodeCallback, sealCallback } from './sealed-callback.js';
import { sendCallback } from './send-callback.js';

const maxDeliveries = 10_000;

interface Space {
  readonly app: SandboxApp;
  url: string | undefined;
  readonly backendClock: BackendClock;
  readonly log: Ring<LoggedDelivery>;
}

/** A callback, and when it is due again. */
export interface DeliveryChange {
  readonly delivery: SandboxDelivery;
  /** On the sandbox's clock, if another attempt is to come. */
  readonly nextAttemptAtMs?: number;
}

/** Told after each attempt to deliver a callback. */
export interface SandboxAttemptReport {
  readonly delivery: SandboxDelivery;
  readonly attempt: SandboxDeliveryAttempt;
  /** Seconds until the next attempt, if one is to come. */
  readonly nextAfterSeconds?: number;
}

/**
 * What the sandbox tells your app, as ZIM does: each callback by a POST of its own, and again after 2, 4, 8,
 * 16 and 32 seconds of the sandbox's clock until your app answers with a 2xx. Nothing is promised about the
 * order. Without an AppID, all apps are meant.
 *
 * See https://www.zegocloud.com/docs/zim-server/callbacks/call-invitation-sent
 */
export class SandboxCallbacks {
  readonly #settings: Settings;
  readonly #spaces: PerApp<Space>;
  readonly #redactor: Redactor;
  readonly #work = new Set<Promise<void>>();
  readonly #listeners = new Listeners<SandboxAttemptReport>();
  readonly #changeListeners = new Listeners<DeliveryChange>();
  readonly #urlListeners = new Listeners<number>();
  #lastId = 0;
  #isStopped = false;

  constructor(settings: Settings) {
    this.#settings = settings;
    this.#redactor = Redactor.of(settings.apps);
    this.#spaces = new PerApp(appIdsOf(settings), (appId) => ({
      app: settings.apps.find((app) => app.appId === appId) ?? settings.apps[0],
      url: settings.callbackUrl,
      backendClock: new BackendClock(settings.clock),
      log: new Ring<LoggedDelivery>(maxDeliveries),
    }));
  }

  /**
   * Sends callbacks there from the next attempt on; `undefined` sends none. A reset does not change it.
   *
   * @throws Error for anything but an http address of this machine, or an unknown AppID
   */
  setUrl(url: string | undefined, appId?: number): void {
    const refusal = url === undefined ? undefined : refuseCallbackUrl(url);
    if (refusal !== undefined) throw new Error(`The callback URL ${refusal}.`);
    for (const space of this.#chosen(appId)) {
      space.url = url;
      this.#urlListeners.tell(space.app.appId);
    }
  }

  /** Where the callbacks of an app go; of the first app, if none is named. */
  url(appId?: number): string | undefined {
    return this.#spaces.of(appId).url;
  }

  /**
   * The newest 10,000 callbacks of each app, oldest first, without signatures.
   *
   * @throws Error for an unknown AppID
   */
  deliveries(appId?: number): readonly SandboxDelivery[] {
    return this.#logged(appId).map((logged) => this.#describe(logged));
  }

  /**
   * Sends a callback once more, whatever became of it, to the URL of now. A success makes it delivered; a
   * failure is only noted.
   *
   * @returns the delivery, once the attempt has ended
   * @throws Error if there is no such delivery, or no callback URL
   */
  async resend(id: number): Promise<SandboxDelivery> {
    const logged = this.#logged().find((candidate) => candidate.id === id);
    if (logged === undefined) throw new Error(`There is no delivery ${id}.`);
    if (this.url(logged.appId) === undefined)
      throw new Error('There is no callback URL to send it to.');
    const work = logged.delivery.resend();
    this.#track(work);
    await work;
    // A reset in the meantime has forgotten it, and whoever was told of that must not see it again.
    if (!logged.delivery.isAbandoned) this.#changeListeners.tell(this.#stateOf(logged));
    return this.#describe(logged);
  }

  /** Resolves when no callback is on its way; some may wait for their next attempt. */
  async idle(): Promise<void> {
    while (this.#work.size > 0) await Promise.allSettled(this.#work);
  }

  /**
   * Calls the listener after each attempt.
   *
   * @returns ends that
   */
  onAttempt(listener: (report: SandboxAttemptReport) => void): () => void {
    return this.#listeners.add(listener);
  }

  /**
   * Calls the listener with each callback that comes into being or changes, but not with a reset.
   *
   * @internal
   */
  onChange(listener: (change: DeliveryChange) => void): () => void {
    return this.#changeListeners.add(listener);
  }

  /**
   * Calls the listener with the AppID whose callbacks go elsewhere now.
   *
   * @internal
   */
  onUrl(listener: (appId: number) => void): () => void {
    return this.#urlListeners.add(listener);
  }

  /**
   * The newest callbacks of an app, oldest first.
   *
   * @internal
   */
  newest(appId: number, count: number): DeliveryChange[] {
    return this.#spaces
      .of(appId)
      .log.newest(count)
      .map((logged) => this.#stateOf(logged));
  }

  /**
   * Takes note of the Timestamp of an app's request: it shows the clock by which the app judges callbacks.
   *
   * @internal
   */
  learnTime(appId: number, timestampSeconds: number): void {
    this.#spaces.of(appId).backendClock.learn(timestampSeconds);
  }

  /** @internal */
  emit(appId: number, content: CallbackContent): void {
    if (this.#isStopped) return;
    const { assumptions, callbackTimeoutMs, clock } = this.#settings;
    const space = this.#spaces.of(appId);
    const delivery = new Delivery({
      clock,
      url: () => space.url,
      seal: () => sealCallback(space.app, content, space.backendClock.signingTimeMs()),
      send: (url, body, signal) =>
        sendCallback(
          url,
          encodeCallback(body, assumptions.callbackEncoding),
          callbackTimeoutMs,
          signal,
        ),
      onRepeat: () => {
        this.#changeListeners.tell(this.#stateOf(logged));
      },
      onAttempt: () => {
        this.#report(logged);
      },
      signsAnew: assumptions.callbackRetrySigning === 'new',
    });
    const logged: LoggedDelivery = { id: ++this.#lastId, appId, content, delivery };
    space.log.push(logged)?.delivery.abandon();
    delivery.start((work) => {
      this.#track(work);
    });
    this.#changeListeners.tell(this.#stateOf(logged));
  }

  /** @internal */
  reset(): void {
    for (const { log } of this.#spaces.all()) {
      for (const { delivery } of log.toArray()) delivery.abandon();
      log.clear();
    }
  }

  /** @internal */
  async stop(): Promise<void> {
    this.#isStopped = true;
    for (const { delivery } of this.#logged()) delivery.abandon();
    await this.idle();
  }

  #track(work: Promise<void>): void {
    const tracked = work.finally(() => this.#work.delete(tracked));
    this.#work.add(tracked);
    this.#settings.clock.hold(tracked);
  }

  #chosen(appId?: number): Space[] {
    return appId === undefined ? this.#spaces.all() : [this.#spaces.of(appId)];
  }

  #logged(appId?: number): LoggedDelivery[] {
    return this.#chosen(appId)
      .flatMap(({ log }) => log.toArray())
      .sort((a, b) => a.id - b.id);
  }

  #report(logged: LoggedDelivery): void {
    this.#changeListeners.tell(this.#stateOf(logged));
    const attempt = logged.delivery.attempts.at(-1);
    if (attempt !== undefined)
      this.#listeners.tell({
        delivery: this.#describe(logged),
        attempt,
        nextAfterSeconds: logged.delivery.waitSeconds,
      });
  }

  #stateOf(logged: LoggedDelivery): DeliveryChange {
    return {
      delivery: this.#describe(logged),
      nextAttemptAtMs: logged.delivery.nextAttemptAtMs,
    };
  }

  #describe(logged: LoggedDelivery): SandboxDelivery {
    return describeDelivery(logged, this.#redactor);
  }
}
