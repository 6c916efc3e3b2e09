import { type BeforeApplicationShutdown, Inject, Injectable } from '@nestjs/common';
import { createHash } from 'node:crypto';
import { RESOLVED_OPTIONS, type ResolvedOptions } from '../config/zim-call-options.js';
import { Deadline, OpenDeadlines } from '../time/deadline.js';
import { ZIM_RUNTIME, type ZimRuntime } from '../time/runtime.js';
import {
  IDEMPOTENCY_STORE,
  type IdempotencyClaim,
  type IdempotencyStore,
  type KeyAnswer,
  type WantedKey,
} from './idempotency-store.js';
import { replay, stoppedError, storedFailure, type StoredResult } from './stored-result.js';

/** How often the store is asked again while another instance makes the call. */
const askAgainMs = 100;
/** A call ends at its deadline; storing its result takes some time more. */
const leaseMarginMs = 5_000;
/** How long a closing module waits at most for results to be stored. */
const storeMs = 1_000;

/** A call that must not be made twice. */
export interface IdempotentCall<T> {
  readonly action: string;
  readonly key: string;
  /** The body on the wire: a key belongs to one body. */
  readonly body: object;
  readonly deadlineMs?: number;
  readonly signal?: AbortSignal | null;
  /** Makes the call, within so many milliseconds. */
  readonly make: (deadlineMs: number) => Promise<T>;
  /** Reads a result that was stored as JSON; `undefined` if it is none. */
  readonly revive: (stored: unknown) => T | undefined;
}

/** Makes the first of the calls with one key, and answers the others with its result. */
@Injectable()
export class IdempotencyService implements BeforeApplicationShutdown {
  private readonly deadlines: OpenDeadlines;
  private readonly queues = new Map<string, KeyQueue>();
  /** What is being stored. */
  private readonly writes = new Set<Promise<unknown>>();

  constructor(
    @Inject(IDEMPOTENCY_STORE) private readonly store: IdempotencyStore,
    @Inject(RESOLVED_OPTIONS) private readonly options: ResolvedOptions,
    @Inject(ZIM_RUNTIME) private readonly runtime: ZimRuntime,
  ) {
    this.deadlines = new OpenDeadlines(runtime);
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
    return this.deadlines.run(deadlineMs, signal, async (deadline) => {
      const joined = this.queues.get(`${key} ${fingerprint}`);
      const queue = joined ?? this.openQueue(`${key} ${fingerprint}`);
      const news = joined === undefined ? 'owner' : await joined.wait(deadline);
      if (news === undefined) throw stoppedError(call.action, queue.isKnown, deadline);
      if (news !== 'owner') return replay(call.action, news, call.revive);
      return this.own(call, { key, fingerprint }, queue, deadline);
    });
  }

  /**
   * Ends all waiting for other calls at once. The calls that are made here end while there is time, and the
   * connection to the store is closed only when their results are stored.
   */
  async beforeApplicationShutdown(): Promise<void> {
    this.deadlines.close();
    await this.deadlines.settled(this.options.rateLimit.drainMs);
    const limit = new Deadline(this.runtime, storeMs);
    await limit.orStop(Promise.allSettled(this.writes));
    limit.dispose();
  }

  private openQueue(id: string): KeyQueue {
    const queue = new KeyQueue(() => this.queues.delete(id));
    this.queues.set(id, queue);
    return queue;
  }

  /** Asks the store until it answers, and makes the call if the key is new. */
  private async own<T>(
    call: IdempotentCall<T>,
    key: Omit<WantedKey, 'token'>,
    queue: KeyQueue,
    deadline: Deadline,
  ): Promise<T> {
    for (;;) {
      const wanted = { ...key, token: this.runtime.nonce() };
      const claim = await this.claim(wanted, queue, deadline);
      if (claim === undefined) throw stoppedError(call.action, queue.isKnown, deadline);
      if (claim.state === 'new') return this.make(call, wanted, queue, deadline);
      if (claim.state !== 'running') {
        queue.answerAll(claim);
        return replay(call.action, claim, call.revive);
      }
      queue.isKnown = true;
      await deadline.sleep(askAgainMs);
      if (deadline.stopped === undefined) continue;
      queue.handOver();
      throw stoppedError(call.action, true, deadline);
    }
  }

  /** @returns `undefined` if the deadline stops first; a claim that succeeds later is released */
  private async claim(
    wanted: WantedKey,
    queue: KeyQueue,
    deadline: Deadline,
  ): Promise<IdempotencyClaim | undefined> {
    const leaseMs = deadline.remainingMs + leaseMarginMs;
    const claiming = this.store.claim(wanted, leaseMs, queue.isKnown);
    const claim = await deadline.orStop(claiming);
    if (claim === undefined) void this.tracked(this.giveUp(wanted, claiming, queue));
    // Once the first call is known to be under way, `not-sent` would be wrong.
    return claim?.state === 'unavailable' && queue.isKnown ? { state: 'running' } : claim;
  }

  private async giveUp(
    wanted: WantedKey,
    claiming: Promise<IdempotencyClaim>,
    queue: KeyQueue,
  ): Promise<void> {
    const claim = await claiming;
    if (claim.state === 'new') await this.store.release(wanted);
    queue.handOver();
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
      await deadline.orStop(this.tracked(this.store.settle(claimed, result)));
      queue.answerAll({ state: 'ended', result });
    };
    try {
      const done = await make(Math.max(1, deadline.remainingMs));
      await settle({ done });
      return done;
    } catch (error) {
      const failure = storedFailure(error);
      if (failure === undefined) {
        await deadline.orStop(this.tracked(this.store.release(claimed)));
        queue.handOver();
      } else await settle(failure);
      throw error;
    }
  }

  private tracked<T>(write: Promise<T>): Promise<T> {
    const remove = () => this.writes.delete(write);
    this.writes.add(write);
    write.then(remove, remove);
    return write;
  }
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

  /** @param close called when no call owns the queue any more: the next call opens a new one */
  constructor(private readonly close: () => void) {}

  /** Resolves with the answer, or as the next owner; with `undefined` if the deadline stops before. */
  wait(deadline: Deadline): Promise<KeyAnswer | 'owner' | undefined> {
    return new Promise((resolve) => {
      const wake: Wake = (news) => {
        this.waiting.delete(wake);
        removeListener();
        resolve(news);
      };
      const removeListener = deadline.onStop(wake);
      this.waiting.add(wake);
      if (deadline.stopped !== undefined) wake();
    });
  }

  /** Makes the call that has waited longest the owner. */
  handOver(): void {
    const [next] = this.waiting;
    if (next === undefined) this.close();
    else next('owner');
  }

  answerAll(answer: KeyAnswer): void {
    this.close();
    for (const wake of [...this.waiting]) wake(answer);
  }
}
