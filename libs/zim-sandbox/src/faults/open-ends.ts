import { type ServerResponse } from 'node:http';
import { type Socket } from 'node:net';
import { type SandboxClock } from '../core/clock.js';

/** What faults leave open, connections and timers, so that a reset or a stop can close all of it. */
export class OpenEnds {
  readonly #clock: SandboxClock;
  readonly #ends = new Set<() => void>();
  #isStopped = false;

  constructor(clock: SandboxClock) {
    this.#clock = clock;
  }

  /** Destroys the connection at the next reset or stop, if the answer is still under way by then. */
  hold(response: ServerResponse, socket: Socket): void {
    response.once(
      'close',
      this.#add(() => socket.destroy()),
    );
  }

  /**
   * Calls back when the sandbox's time has moved on by the delay.
   *
   * @param abandon called instead, at a reset or stop before that
   * @returns cancels both
   */
  setTimer(delayMs: number, callback: () => void, abandon = (): void => undefined): () => void {
    if (this.#isStopped) {
      abandon();
      return () => undefined;
    }
    const cancelTimer = this.#clock.setTimer(delayMs, () => {
      letGo();
      callback();
    });
    const letGo = this.#add(() => {
      cancelTimer();
      abandon();
    });
    return () => {
      cancelTimer();
      letGo();
    };
  }

  /** Closes all. */
  reset(): void {
    for (const close of this.#ends) close();
    this.#ends.clear();
  }

  /** Closes all, and whatever is opened after this at once. */
  stop(): void {
    this.#isStopped = true;
    this.reset();
  }

  #add(close: () => void): () => void {
    if (this.#isStopped) close();
    else this.#ends.add(close);
    return () => {
      this.#ends.delete(close);
    };
  }
}
