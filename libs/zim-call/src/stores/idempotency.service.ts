import { type BeforeApplicationShutdown, Inject, Injectable } from '@nestjs/common';
import { createHash } from 'node:crypto';
import { RESOLVED_OPTIONS, type ResolvedOptions } from '../config/zim-call-options.js';
import { isZimCallError, type ZimCallError } from '../errors/errors.js';
import { type Deadline, OpenDeadlines, OpenWork } from '../time/deadline.js';
import { ZIM_RUNTIME, type ZimRuntime } from '../time/runtime.js';
import {
  IDEMPOTENCY_STORE,
  type IdempotencyClaim,
  type IdempotencyStore,
  type KeyAnswer,
  type WantedKey,
} from './idempotency-store.js';
import {
  answerError,
  replay,
  stoppedError,
  type StoredResult,
  unexpected,
} from './stored-result.js';

/** How often the store is asked again while another instance makes the call. */
const askAgainMs = 100;
/** A call ends at its deadline; storing its result takes some time more. */
const leaseMarginMs = 5_000;
/** How long a closing module waits at most for results to be stored. */
const storeMs = 1_000;

export interface IdempotentCall<T> {
  readonly action: string;
  readonly key: string;
  /** The body on the wire: a key belongs to one body. */
  readonly body: object;
  readonly deadlineMs?: number;
  readonly signal?: AbortSignal | null;
  /** `token`: 32 random hex characters that belong to this call alone. */
  readonly make: (deadlineMs: number, token: string) => Promise<T>;
  /**
   * Finds out what became of a call whose instance is gone.
   * @throws the error, or a better one
   */
  readonly recover: (error: ZimCallError, token: string) => Promise<T>;
  /** Reads a result that was stored as JSON; `undefined` if it is none. */
  readonly revive: (stored: unknown) => T | undefined;
}

/** Makes the first of the calls with one key, and answers the others with its result. */
@Injectable()
export class IdempotencyService implements BeforeApplicationShutdown {
  private readonly deadlines: OpenDeadlines;
  private readonly queues = new Map<string, KeyQueue>();
  private readonly writes: OpenWork;

  constructor(
    @Inject(IDEMPOTENCY_STORE) private readonly store: IdempotencyStore,
    @Inject(RESOLVED_OPTIONS) private readonly options: ResolvedOptions,
    @Inject(ZIM_RUNTIME) private readonly runtime: ZimRuntime,
  ) {
    this.deadlines = new OpenDeadlines(runtime);
    this.writes = new OpenWork(runtime);
  }

  /**
   * Returns the result of the first call with this key.
   * @throws ZimIdempotencyError if the key was given for another body
   * @throws ZimRateLimitError if the store is full
   * @throws ZimCallError of the first call, or with the outcome `unknown` if its result is not known
   */
  once<T>(call: IdempotentCall<T>): Promise<T> {
    const { deadlineMs = this.options.deadlineMs, signal } = call;
    // Hashed, for a key may say more of a person than the store has to know.
    const key = digest(call.key);
    const fingerprint = digest(JSON.stringify([call.action, call.body]));
    const id = `${key} ${fingerprint}`;
    return this.deadlines.run(deadlineMs, signal, async (deadline) => {
      const joined = this.queues.get(id);
      const queue = joined ?? new KeyQueue(this.queues, id);
      const news = joined === undefined ? 'owner' : await joined.wait(deadline);
      if (news === undefined) throw stoppedError(call.action, queue.isKnown, deadline);
      if (news !== 'owner') return answer(call, news);
      return this.own(call, { key, fingerprint }, queue, deadline);
    });
  }

  /** Returns the token of the call that was made with this key, as long as the key is stored. */
  tokenOf(key: string): Promise<string | undefined> {
    return this.store.tokenOf(digest(key));
  }

  /**
   * Ends all waiting for other calls at once. The calls that are made here end while there is time, and the
   * connection to the store is closed only when their results are stored.
   */
  async beforeApplicationShutdown(): Promise<void> {
    this.deadlines.close();
    await this.deadlines.settled(this.options.rateLimit.drainMs);
    await this.writes.settled(storeMs);
  }

  private async own<T>(
    call: IdempotentCall<T>,
    key: Omit<WantedKey, 'token'>,
    queue: KeyQueue,
    deadline: Deadline,
  ): Promise<T> {
    for (;;) {
      const wanted = { ...key, token: this.runtime.nonce() + this.runtime.nonce() };
      const leaseMs = deadline.remainingMs + leaseMarginMs;
      const claiming = this.store.claim(wanted, leaseMs, queue.isKnown);
      const claim = await deadline.orStop(claiming);
      if (claim === undefined) {
        const giveUp = async ({ state }: IdempotencyClaim) => {
          if (state === 'new') await this.store.release(wanted);
          queue.handOver();
        };
        void this.writes.add(claiming.then(giveUp));
        throw stoppedError(call.action, queue.isKnown, deadline);
      }
      if (claim.state === 'new') return this.make(call, wanted, queue, deadline);
      // Once the first call is known to be under way, `not-sent` would be wrong.
      const mayRun = claim.state === 'running' || (claim.state === 'unavailable' && queue.isKnown);
      if (!mayRun) {
        queue.answerAll(claim);
        return answer(call, claim);
      }
      queue.isKnown = true;
      await deadline.sleep(askAgainMs);
      if (deadline.stopped === undefined) continue;
      queue.handOver();
      throw stoppedError(call.action, true, deadline);
    }
  }

  private async make<T>(
    { make }: IdempotentCall<T>,
    claimed: WantedKey,
    queue: KeyQueue,
    deadline: Deadline,
  ): Promise<T> {
    queue.isKnown = true;
    const settle = async (stored: StoredResult<T>) => {
      const result = JSON.stringify(stored);
      await deadline.orStop(this.writes.add(this.store.settle(claimed, result)));
      queue.answerAll({ state: 'ended', result });
    };
    try {
      const done = await make(Math.max(1, deadline.remainingMs), claimed.token);
      await settle({ done });
      return done;
    } catch (error) {
      if (isZimCallError(error) && error.outcome !== 'unknown') {
        await deadline.orStop(this.writes.add(this.store.release(claimed)));
        queue.handOver();
      } else await settle({ unknown: isZimCallError(error) ? error : unexpected });
      throw error;
    }
  }
}

/** Answers a call by what is known of the one that was made before. */
async function answer<T>(
  { action, revive, recover }: IdempotentCall<T>,
  known: KeyAnswer,
): Promise<T> {
  if (known.state !== 'ended') {
    const error = answerError(action, known);
    if (known.state === 'lost') return recover(error, known.token);
    throw error;
  }
  return replay(action, known.result, revive);
}

function digest(text: string): string {
  return createHash('sha256').update(text).digest('base64url');
}

type Wake = (news?: KeyAnswer | 'owner') => void;

/**
 * The calls of this process that want one key at the same time. One of them owns the queue: it asks the store, and
 * makes the call if the key is new. The others wait for its answer, or to own the queue next.
 */
class KeyQueue {
  /** Whether a call with this key is or was under way: then it may have been sent. */
  isKnown = false;
  private readonly waiting = new Set<Wake>();

  constructor(
    private readonly queues: Map<string, KeyQueue>,
    private readonly id: string,
  ) {
    queues.set(id, this);
  }

  /** Resolves with the answer, or as the next owner; with `undefined` if the deadline stops before. */
  wait(deadline: Deadline): Promise<KeyAnswer | 'owner' | undefined> {
    return new Promise((resolve) => {
      const wake: Wake = (news) => {
        this.waiting.delete(wake);
        removeListener();
        resolve(news);
      };
      this.waiting.add(wake);
      const removeListener = deadline.onStop(() => {
        wake();
      });
      if (deadline.stopped !== undefined) wake();
    });
  }

  /** Makes the call that has waited longest the owner. */
  handOver(): void {
    const [next] = this.waiting;
    if (next === undefined) this.queues.delete(this.id);
    else next('owner');
  }

  answerAll(answer: KeyAnswer): void {
    this.queues.delete(this.id);
    for (const wake of [...this.waiting]) wake(answer);
  }
}
