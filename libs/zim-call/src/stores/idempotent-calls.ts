import { type BeforeApplicationShutdown, Inject, Injectable } from '@nestjs/common';
import { createHash } from 'node:crypto';
import { Deadline } from '../time/deadline.js';
import { OpenDeadlines } from '../time/open-deadlines.js';
import { ZIM_RUNTIME, type ZimRuntime } from '../time/runtime.js';
import {
  RESOLVED_ZIM_CALL_OPTIONS,
  type ResolvedZimCallOptions,
} from '../config/zim-call-options.js';
import { answerError, stoppedError, unreadableError } from './idempotency-errors.js';
import {
  IDEMPOTENCY_STORE,
  type IdempotencyClaim,
  type IdempotencyStore,
  type WantedKey,
} from './idempotency-store.js';
import { KeyQueue, type QueueAnswer } from './key-queue.js';
import { readEnd, storedFailure, type StoredEnd } from './stored-result.js';

/** How often another instance is asked whether it is done. */
const askAgainMs = 100;
/** A call ends at its deadline; what it takes to write that down comes on top. */
const leaseMarginMs = 5_000;
/** How long a closing module waits at most until a store has written down what it was given. */
const storeMs = 1_000;

/** A call that must not be made twice. */
export interface IdempotentCall<T> {
  readonly action: string;
  readonly key: string;
  /** What is called for, as it goes to the wire. */
  readonly body: object;
  readonly deadlineMs?: number;
  readonly signal?: AbortSignal | null;
  /** Makes the call, within so many milliseconds. */
  readonly make: (deadlineMs: number) => Promise<T>;
  /** A result as it was before it was written down as JSON; `undefined` if that is none. */
  readonly revive: (stored: unknown) => T | undefined;
}

/** Makes the first of the calls with one key, and answers the others with its result. */
@Injectable()
export class IdempotentCalls implements BeforeApplicationShutdown {
  private readonly deadlines: OpenDeadlines;
  /** Calls that are being made, and what is being written down of them. */
  private readonly leads = new Set<Promise<unknown>>();
  private readonly writes = new Set<Promise<unknown>>();
  private readonly queues = new Map<string, KeyQueue>();

  constructor(
    @Inject(IDEMPOTENCY_STORE) private readonly memory: IdempotencyStore,
    @Inject(RESOLVED_ZIM_CALL_OPTIONS) private readonly options: ResolvedZimCallOptions,
    @Inject(ZIM_RUNTIME) private readonly runtime: ZimRuntime,
  ) {
    this.deadlines = new OpenDeadlines(runtime);
  }

  /**
   * What the first call with this key came to.
   * @throws ZimIdempotencyError if the key was given for another call
   * @throws ZimRateLimitError if there is no room for a new key
   * @throws ZimCallError of the first call; or, where it is not known, with the outcome `unknown`
   */
  run<T>(call: IdempotentCall<T>): Promise<T> {
    const { deadlineMs = this.options.deadlineMs, signal } = call;
    // Hashed, for a key may say more of a person than the memory has to know.
    const key = digest(call.key);
    const fingerprint = digest(JSON.stringify([call.action, call.body]));
    return this.deadlines.run(deadlineMs, signal, async (deadline) => {
      const joined = this.queues.get(`${key} ${fingerprint}`);
      const queue = joined ?? this.openQueue(`${key} ${fingerprint}`);
      const news = joined === undefined ? 'turn' : await joined.wait(deadline);
      if (news === undefined) throw stoppedError(call.action, queue.isKnown, deadline);
      if (news !== 'turn') return answer(call, news);
      return this.take(call, { key, fingerprint }, queue, deadline);
    });
  }

  /**
   * Whoever waits for the call of somebody else waits no longer. The calls that are made here end while there is
   * time, and the connection to their store is closed only when their results are in it.
   */
  async beforeApplicationShutdown(): Promise<void> {
    this.deadlines.close();
    await this.settled(this.leads, this.options.rateLimit.drainMs);
    await this.settled(this.writes, storeMs);
  }

  private async settled(works: ReadonlySet<Promise<unknown>>, limitMs: number): Promise<void> {
    if (works.size === 0) return;
    const limit = new Deadline(this.runtime, limitMs);
    await limit.orStop(Promise.allSettled(works));
    limit.dispose();
  }

  private openQueue(id: string): KeyQueue {
    const queue = new KeyQueue(() => this.queues.delete(id));
    this.queues.set(id, queue);
    return queue;
  }

  /** Asks the store until the key is new, and makes the call then, or until it says what became of the key. */
  private async take<T>(
    call: IdempotentCall<T>,
    key: Omit<WantedKey, 'token'>,
    queue: KeyQueue,
    deadline: Deadline,
  ): Promise<T> {
    for (;;) {
      const wanted = { ...key, token: this.runtime.nonce() };
      const claim = await this.claim(wanted, queue, deadline);
      if (claim === undefined) throw stoppedError(call.action, queue.isKnown, deadline);
      if (claim.state === 'new') {
        return tracked(this.leads, this.lead(call, wanted, queue, deadline));
      }
      if (claim.state !== 'running') {
        queue.answerAll(claim);
        return answer(call, claim);
      }
      queue.isKnown = true;
      await deadline.sleep(askAgainMs);
      if (deadline.stopped === undefined) continue;
      queue.passTurn();
      throw stoppedError(call.action, true, deadline);
    }
  }

  /** @returns `undefined` if the deadline stops before there is an answer; then the key is released, if it was new */
  private async claim(
    wanted: WantedKey,
    queue: KeyQueue,
    deadline: Deadline,
  ): Promise<IdempotencyClaim | QueueAnswer | undefined> {
    const leaseMs = deadline.remainingMs + leaseMarginMs;
    const claiming = this.memory.claim(wanted, leaseMs, queue.isKnown);
    try {
      const claim = await deadline.orStop(claiming);
      if (claim === undefined) {
        void tracked(this.writes, this.giveUp(wanted, claiming, queue));
      }
      return claim;
    } catch {
      // For whoever knows that the first is under way, `not-sent` would be wrong.
      return queue.isKnown ? { state: 'running' } : { state: 'unavailable' };
    }
  }

  private async giveUp(
    wanted: WantedKey,
    claiming: Promise<IdempotencyClaim>,
    queue: KeyQueue,
  ): Promise<void> {
    const claim = await claiming.catch(() => undefined);
    if (claim?.state === 'new') await this.memory.release(wanted);
    queue.passTurn();
  }

  private async lead<T>(
    { make }: IdempotentCall<T>,
    claimed: WantedKey,
    queue: KeyQueue,
    deadline: Deadline,
  ): Promise<T> {
    queue.isKnown = true;
    const settle = async (stored: StoredEnd<T>) => {
      const end = JSON.stringify(stored);
      await deadline.orStop(tracked(this.writes, this.memory.settle(claimed, end)));
      queue.answerAll({ state: 'ended', end });
    };
    try {
      const done = await make(Math.max(1, deadline.remainingMs));
      await settle({ done });
      return done;
    } catch (error) {
      const failure = storedFailure(error);
      if (failure === undefined) {
        await deadline.orStop(tracked(this.writes, this.memory.release(claimed)));
        queue.passTurn();
      } else await settle(failure);
      throw error;
    }
  }
}

/** A work that is in the set until it ends. */
function tracked<T>(works: Set<Promise<unknown>>, work: Promise<T>): Promise<T> {
  const done = () => works.delete(work);
  works.add(work);
  work.then(done, done);
  return work;
}

function answer<T>({ action, revive }: IdempotentCall<T>, answer: QueueAnswer): T {
  if (answer.state !== 'ended') throw answerError(action, answer);
  const end = readEnd(answer.end);
  if (end === undefined) throw unreadableError(action);
  if ('error' in end) throw end.error;
  const done = revive(end.done);
  if (done === undefined) throw unreadableError(action);
  return done;
}

function digest(text: string): string {
  return createHash('sha256').update(text).digest('base64url');
}
