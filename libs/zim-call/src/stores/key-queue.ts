import type { Deadline } from '../time/deadline.js';
import type { KeyAnswer } from './idempotency-store.js';

/** What the calls of a queue are answered. */
export type QueueAnswer = KeyAnswer | { readonly state: 'unavailable' };

type Finish = (news?: QueueAnswer | 'turn') => void;

/**
 * The calls of this process that want one key at the same time. One of them has the turn: it asks the store, and makes
 * the call if the key is new. The others wait for its answer, or for the turn, and ask nobody.
 */
export class KeyQueue {
  /** Whether a call with this key is or was under way: then nobody can say that nothing was sent. */
  isKnown = false;
  private readonly waiting = new Set<Finish>();

  /** @param close called when nobody has the turn any more: the next call opens a queue of its own */
  constructor(private readonly close: () => void) {}

  /** Resolves with the answer or the turn; with `undefined` if the deadline stops before. */
  wait(deadline: Deadline): Promise<QueueAnswer | 'turn' | undefined> {
    if (deadline.stopped !== undefined) return Promise.resolve(undefined);
    return new Promise((resolve) => {
      const finish: Finish = (news) => {
        this.waiting.delete(finish);
        leave();
        resolve(news);
      };
      const leave = deadline.onStop(finish);
      this.waiting.add(finish);
    });
  }

  /** Gives the turn to the call that has waited longest. */
  passTurn(): void {
    const [next] = this.waiting;
    if (next === undefined) this.close();
    else next('turn');
  }

  answerAll(answer: QueueAnswer): void {
    this.close();
    for (const finish of [...this.waiting]) finish(answer);
  }
}
