import { Inject, Injectable, Logger } from '@nestjs/common';
import { createHash } from 'node:crypto';
import { readCorrelation } from 'zim-protocol';
import { readSecret, SecretError } from '../config/secrets.js';
import { ZimClock } from '../time/zim-clock.js';
import {
  RESOLVED_ZIM_CALL_OPTIONS,
  type ResolvedZimCallOptions,
  type ZimSecretSource,
} from '../config/zim-call-options.js';
import { CallbackError } from './callback-error.js';
import { CallbackHandlers } from './callback-handlers.js';
import { CALLBACK_STORE, type CallbackStore, callbackLifeMs } from '../stores/callback-store.js';
import type { AnyZimEvent } from './events.js';
import type { CallbackBody } from './fields.js';
import { NonceCheck } from './nonce-check.js';
import { checkStructure, type ParsedBody } from './parse-body.js';
import { readEvent } from './read-event.js';
import { type CallbackEnvelope, verify } from './verify.js';

type Listener = (event: AnyZimEvent) => Promise<void>;

/** Takes the callbacks of one AppID: verifies, recognises repeats, runs the handlers. */
@Injectable()
export class CallbackReceiver {
  private readonly logger = new Logger('ZimCallbacks');
  private readonly listeners: Listener[] = [];

  constructor(
    @Inject(RESOLVED_ZIM_CALL_OPTIONS) private readonly options: ResolvedZimCallOptions,
    private readonly clock: ZimClock,
    private readonly handlers: CallbackHandlers,
    @Inject(CALLBACK_STORE) private readonly store: CallbackStore,
    private readonly nonces: NonceCheck,
  ) {}

  get appId(): number {
    return this.options.appId;
  }

  /** Where callbacks arrive; `undefined` if they are not received. */
  get path(): string | undefined {
    return this.options.callbacks?.path;
  }

  /** For rooms of this package that follow events: called like any handler. */
  onEvent(listener: Listener): void {
    this.listeners.push(listener);
  }

  /**
   * Takes one callback. Returns once every handler has succeeded, now or before.
   * @throws CallbackError with the status that the sender is answered
   */
  async receive(envelope: CallbackEnvelope, { body, json }: ParsedBody): Promise<void> {
    await this.verify(envelope);
    checkStructure(json);
    const event = this.withoutMark(readEvent(envelope, body));
    const key = identify(envelope, body);
    await this.nonces.check(envelope, key);
    const claim = await this.store.claim(key);
    if (claim.state === 'done') return;
    if (claim.state === 'busy') throw new CallbackError(503, 'this callback is being handled');
    if (await this.handle(event)) return this.store.settle(key, claim.token, this.knownMs);
    await this.store.release(key, claim.token);
    throw new CallbackError(500, 'a handler failed; deliver it again');
  }

  /** Only who sends marks takes them off: to everybody else they would be data of their own. */
  private withoutMark(event: AnyZimEvent): AnyZimEvent {
    if (this.options.correlation === undefined) return event;
    if (event.event === 'call_create') return { ...event, ...readCorrelation(event.extendedData) };
    // ZIM's pages do not say whose payload this is; if it is the invite's, the mark is in it.
    if (event.event !== 'call_cancel') return event;
    return { ...event, extendedData: readCorrelation(event.extendedData).extendedData };
  }

  /** A callback stays fresh on either side of the clock: whoever has seen it must not make it run again. */
  private get knownMs(): number {
    return Math.max(
      callbackLifeMs,
      2_000 * (this.options.callbacks?.toleranceSeconds ?? 0) + 1_000,
    );
  }

  private async verify(envelope: CallbackEnvelope): Promise<void> {
    const { callbacks } = this.options;
    if (callbacks === undefined) throw new CallbackError(401, 'callbacks are not received', 'path');
    verify(envelope, await this.secret(callbacks.secret), {
      nowSeconds: this.clock.timestampSeconds(),
      toleranceSeconds: callbacks.toleranceSeconds,
    });
  }

  private async secret(source: ZimSecretSource): Promise<string> {
    try {
      return await readSecret(source, 'callbacks.secret');
    } catch (error) {
      if (error instanceof SecretError) this.logError(error.message);
      throw new CallbackError(500, 'the secret could not be read; deliver it again');
    }
  }

  private async handle(event: AnyZimEvent): Promise<boolean> {
    const all = [...this.listeners, ...this.handlers.for(event)];
    const results = await Promise.allSettled(all.map((handler) => run(handler, event)));
    const failures = results.filter((result) => result.status === 'rejected');
    for (const { reason } of failures) {
      this.logError(`a handler of ${event.event} failed: ${describe(reason)}`);
    }
    return failures.length === 0;
  }

  /** A logger that fails must not keep a claim from being settled. */
  private logError(message: string): void {
    try {
      this.logger.error(message);
    } catch {
      // There is nowhere left to say it.
    }
  }
}

/** Anything can be thrown, also what no text can be made of: that must not keep a claim from being settled. */
function describe(reason: unknown): string {
  if (reason instanceof Error) return reason.stack ?? reason.message;
  return typeof reason === 'string' ? reason : `it threw no error, but: ${typeof reason}`;
}

/** A handler that throws at once is one that rejects. */
async function run(handler: (event: AnyZimEvent) => unknown, event: AnyZimEvent): Promise<void> {
  await handler(event);
}

const signedFields = ['nonce', 'timestamp', 'signature'];

/**
 * What makes two deliveries the same event. A repeated delivery may be signed anew, so what is signed does
 * not count.
 */
function identify({ appId, event }: CallbackEnvelope, body: CallbackBody): string {
  const content = Object.entries(body)
    .filter(([name]) => !signedFields.includes(name))
    .sort(([a], [b]) => (a < b ? -1 : 1));
  const users = body['user_ids'] ?? body['user_id'];
  const identity = [appId, event, body['call_id'], users, content];
  return createHash('sha256').update(JSON.stringify(identity)).digest('hex');
}
