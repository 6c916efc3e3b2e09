import { type ServerResponse } from 'node:http';
import { type Socket } from 'node:net';
import { type SandboxClock } from '../core/clock.js';

/** The connections and timers that faults keep open, so that a reset or a stop can close all of them. */
export class PendingWork {
  private readonly closers = new Set<() => void>();
  private isStopped = false;

  constructor(private readonly clock: SandboxClock) {}

  /** Destroys the connection at the next reset or stop, unless the response has closed by then. */
  hold(response: ServerResponse, socket: Socket): void {
    response.once(
      'close',
      this.add(() => socket.destroy()),
    );
  }

  /**
   * Calls back when the sandbox's time has moved on by the delay.
   *
   * @param abandon - called instead, at a reset or stop before that
   * @returns cancels both
   */
  setTimer(delayMs: number, callback: () => void, abandon = (): void => undefined): () => void {
    if (this.isStopped) {
      abandon();
      return () => undefined;
    }
    const cancelTimer = this.clock.setTimer(delayMs, () => {
      remove();
      callback();
    });
    const remove = this.add(() => {
      cancelTimer();
      abandon();
    });
    return () => {
      cancelTimer();
      remove();
    };
  }

  /** Closes all connections and cancels all timers. */
  reset(): void {
    for (const close of this.closers) close();
    this.closers.clear();
  }

  /** Does the same, and closes everything that is added afterwards at once. */
  stop(): void {
    this.isStopped = true;
    this.reset();
  }

  private add(close: () => void): () => void {
    if (this.isStopped) close();
    else this.closers.add(close);
    return () => {
      this.closers.delete(close);
    };
  }
}
