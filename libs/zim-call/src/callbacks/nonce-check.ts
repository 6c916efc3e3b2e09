import { Inject, Injectable, type OnApplicationShutdown } from '@nestjs/common';
import { createHash } from 'node:crypto';
import { ZIM_RUNTIME, type ZimRuntime } from '../time/runtime.js';
import { ZimClock } from '../time/zim-clock.js';
import {
  RESOLVED_ZIM_CALL_OPTIONS,
  type ResolvedZimCallOptions,
} from '../config/zim-call-options.js';
import { CallbackError } from './callback-error.js';
import { CountedWarning } from './counted-warning.js';
import { CALLBACK_STORE, type CallbackStore } from '../stores/callback-store.js';
import { type CallbackEnvelope, signedAtSeconds } from './verify.js';

/** Notices another content under a nonce and timestamp that came before: a forgery, or a nonce that collided. */
@Injectable()
export class NonceCheck implements OnApplicationShutdown {
  private readonly accepted: CountedWarning;

  constructor(
    @Inject(RESOLVED_ZIM_CALL_OPTIONS) private readonly options: ResolvedZimCallOptions,
    @Inject(ZIM_RUNTIME) runtime: ZimRuntime,
    @Inject(CALLBACK_STORE) private readonly store: CallbackStore,
    private readonly clock: ZimClock,
  ) {
    this.accepted = new CountedWarning(
      runtime,
      (count) =>
        `accepted ${count} callback${count === 1 ? '' : 's'} of AppID ${options.appId} with a reused nonce`,
    );
  }

  /**
   * Compares with what first came with this nonce and timestamp.
   * @param content what two deliveries of one event have in common
   * @throws CallbackError 401 if the content differs and the options say `refuse`
   */
  async check(envelope: CallbackEnvelope, content: string): Promise<void> {
    const { callbacks } = this.options;
    if (callbacks === undefined) return;
    const { nonce, timestamp } = envelope;
    const key = createHash('sha256').update(`${timestamp}:${nonce}`).digest('hex');
    // One more second, for the clock counts whole ones.
    const freshSeconds =
      signedAtSeconds(envelope) + callbacks.toleranceSeconds + 1 - this.clock.timestampSeconds();
    const first = await this.store.firstContent(key, content, freshSeconds * 1_000);
    if (first === content) return;
    const message =
      'nonce and timestamp came before with another content, and the signature covers no other field';
    if (callbacks.onReusedNonce === 'refuse') throw new CallbackError(401, message, 'nonce');
    this.accepted.add('nonce', message);
  }

  onApplicationShutdown(): void {
    this.accepted.close();
  }
}
