import type { Deadline } from '../time/deadline.js';
import type { KeyAnswer } from './idempotency-store.js';

type Wake = (news?: KeyAnswer | 'owner') => void;

/**
 * The calls of this process that want one key at the same time. One of them owns the queue: it asks the store, and
 * makes the call if the key is new. The others wait for its answer, or to own the queue next.
 */
export class KeyQueue {
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
