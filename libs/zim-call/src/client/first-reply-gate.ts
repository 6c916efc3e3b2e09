import type { Deadline } from '../time/deadline.js';
import type { ZimRuntime } from '../time/runtime.js';

/** Calls that follow the first one wait no longer than this for its reply. */
const longestWaitMs = 1_000;

/**
 * Lets the first call of a client go ahead alone: if this machine's clock is off, ZIM refuses one signature, and the
 * reply corrects the clock for all calls behind it.
 */
export class FirstReplyGate {
  private state: 'closed' | 'waiting' | 'open' = 'closed';
  private readonly waiting = new Set<() => void>();

  constructor(private readonly runtime: ZimRuntime) {}

  /** Resolves at once for the first call, for the others when it has its reply or has waited for a second. */
  async pass(deadline: Deadline): Promise<void> {
    if (this.state === 'closed') this.state = 'waiting';
    else if (this.state === 'waiting' && deadline.stopped === undefined) await this.wait(deadline);
  }

  /** An attempt has ended, with or without a reply, or will not be made. */
  open(): void {
    if (this.state === 'open') return;
    this.state = 'open';
    for (const go of [...this.waiting]) go();
  }

  private wait(deadline: Deadline): Promise<void> {
    return new Promise((resolve) => {
      const go = () => {
        cancel();
        this.waiting.delete(go);
        stopListening();
        resolve();
      };
      const cancel = this.runtime.setTimer(longestWaitMs, go);
      const stopListening = deadline.onStop(go);
      this.waiting.add(go);
    });
  }
}
