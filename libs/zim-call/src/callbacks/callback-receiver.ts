import { Inject, Injectable, type OnApplicationShutdown } from '@nestjs/common';
import { createHash } from 'node:crypto';
import { readCorrelation } from 'zim-protocol';
import { readSecret, SecretError } from '../config/secrets.js';
import {
  RESOLVED_OPTIONS,
  type ResolvedOptions,
  type ZimSecretSource,
} from '../config/zim-call-options.js';
import { quietLog } from '../errors/call-log.js';
import { CALL_EVENT_STORE, type CallEventStore } from '../stores/call-event-store.js';
import { CALLBACK_STORE, callbackLifeMs, type CallbackStore } from '../stores/callback-store.js';
import { ZIM_RUNTIME, type ZimRuntime } from '../time/runtime.js';
import { ZimClock } from '../time/zim-clock.js';
import { CallbackError, CountedWarning } from './callback-error.js';
import type { AnyZimEvent } from './events.js';
import { CallbackHandlers } from './on-zim-call.js';
import { type CallbackBody, checkStructure, type ParsedBody } from './parse-body.js';
import { readEvent } from './read-event.js';
import { recordEvent } from './record-event.js';
import { type CallbackEnvelope, signedAtSeconds, verify } from './verify.js';

type CallbackOptions = NonNullable<ResolvedOptions['callbacks']>;

/** Receives the callbacks of one AppID: verifies them, recognises repeats, runs the handlers. */
@Injectable()
export class CallbackReceiver implements OnApplicationShutdown {
  readonly appId: number;
  readonly path?: string;
  private readonly log = quietLog('ZimCallbacks');
  private readonly reusedNonces: CountedWarning;

  constructor(
    @Inject(RESOLVED_OPTIONS) private readonly options: ResolvedOptions,
    @Inject(ZIM_RUNTIME) runtime: ZimRuntime,
    private readonly clock: ZimClock,
    private readonly handlers: CallbackHandlers,
    @Inject(CALLBACK_STORE) private readonly store: CallbackStore,
    @Inject(CALL_EVENT_STORE) private readonly callEvents: CallEventStore,
  ) {
    this.appId = options.appId;
    this.path = options.callbacks?.path;
    this.reusedNonces = new CountedWarning(
      runtime,
      (callbacks) => `accepted ${callbacks} of AppID ${options.appId} with a reused nonce`,
    );
  }

  /**
   * Receives one callback. Resolves once every handler has succeeded, now or before.
   * @throws CallbackError with the status that the sender is answered
   */
  async receive(envelope: CallbackEnvelope, { body, json }: ParsedBody): Promise<void> {
    const { callbacks } = this.options;
    if (callbacks === undefined) throw new CallbackError(401, 'callbacks are not received', 'path');
    const { toleranceSeconds } = callbacks;
    const secret = await this.readSecret(callbacks.secret);
    verify(envelope, secret, { nowSeconds: this.clock.timestampSeconds(), toleranceSeconds });
    checkStructure(json);
    const event = this.withCorrelation(readEvent(envelope, body));
    const key = identify(envelope, body);
    await this.checkNonce(envelope, key, callbacks);
    const claim = await this.store.claim(key);
    if (claim.state === 'busy') throw new CallbackError(503, 'this callback is being handled');
    if (claim.state === 'new') {
      if (!(await this.handle(event))) {
        await this.store.release(key, claim.token);
        throw new CallbackError(500, 'a handler failed; deliver it again');
      }
      // Its signature is accepted on either side of the clock, and a repeat must not run the handlers again.
      const lifeMs = Math.max(callbackLifeMs, 2_000 * toleranceSeconds + 1_000);
      await this.store.settle(key, claim.token, lifeMs);
    }
    // What only this instance has stored would be lost with it.
    if (!(await this.callEvents.flush())) {
      throw new CallbackError(503, 'only this instance has stored the callback; deliver it again');
    }
  }

  onApplicationShutdown(): void {
    this.reusedNonces.close();
  }

  /** Reads correlation ids only for a module that sends them: for any other, they would be the user's own data. */
  private withCorrelation(event: AnyZimEvent): AnyZimEvent {
    if (this.options.correlation === undefined) return event;
    if (event.event === 'call_create') return { ...event, ...readCorrelation(event.extendedData) };
    // ZIM's pages do not say whose payload this is; if it is the invite's, the correlation id is in it.
    if (event.event !== 'call_cancel') return event;
    return { ...event, extendedData: readCorrelation(event.extendedData).extendedData };
  }

  private async readSecret(source: ZimSecretSource): Promise<string> {
    try {
      return await readSecret(source, 'callbacks.secret');
    } catch (error) {
      if (error instanceof SecretError) this.log('error', error.message);
      throw new CallbackError(500, 'the secret could not be read; deliver it again');
    }
  }

  /**
   * Notices other content under a nonce and timestamp that came before: a forgery, or two callbacks with one nonce.
   * @throws CallbackError 401 if the content differs and the options say `refuse`
   */
  private async checkNonce(
    envelope: CallbackEnvelope,
    content: string,
    { onReusedNonce, toleranceSeconds }: CallbackOptions,
  ): Promise<void> {
    const { nonce, timestamp } = envelope;
    const key = createHash('sha256').update(`${timestamp}:${nonce}`).digest('hex');
    // One more second, for the clock counts whole ones.
    const freshSeconds =
      signedAtSeconds(envelope) + toleranceSeconds + 1 - this.clock.timestampSeconds();
    const first = await this.store.firstContent(key, content, freshSeconds * 1_000);
    if (first === content) return;
    const message =
      'nonce and timestamp came before with other content, and the signature covers no other field';
    if (onReusedNonce === 'refuse') throw new CallbackError(401, message, 'nonce');
    this.reusedNonces.add('nonce', message);
  }

  private async handle(event: AnyZimEvent): Promise<boolean> {
    const runs = this.handlers.for(event).map((handler) => handler.handle(event));
    const results = await Promise.allSettled([recordEvent(this.callEvents, event), ...runs]);
    const failures = results.filter((result) => result.status === 'rejected');
    for (const { reason } of failures) {
      this.log('error', `a handler of ${event.event} failed: ${describe(reason)}`);
    }
    return failures.length === 0;
  }
}

/** Handlers may throw anything, also what cannot be turned into text. */
function describe(reason: unknown): string {
  if (reason instanceof Error) return reason.stack ?? reason.message;
  return typeof reason === 'string' ? reason : `it threw no error, but: ${typeof reason}`;
}

const signedFields = ['nonce', 'timestamp', 'signature'];

/** Hashes what two deliveries of one event have in common: a repeat may have a new signature. */
function identify({ appId, event }: CallbackEnvelope, body: CallbackBody): string {
  const content = Object.entries(body)
    .filter(([name]) => !signedFields.includes(name))
    .sort(([a], [b]) => (a < b ? -1 : 1));
  const users = body['user_ids'] ?? body['user_id'];
  const identity = [appId, event, body['call_id'], users, content];
  return createHash('sha256').update(JSON.stringify(identity)).digest('hex');
}
