import type { Deadline } from './deadline.js';
import type { ZimRuntime } from './runtime.js';

/** A server that does not answer must not hold up what would wait for its first reply. */
const longestWaitMs = 1_000;

/**
 * Lets the first request of a client go ahead alone, for its reply tells ZIM's time: if this machine's clock is
 * off, one request is signed wrongly instead of as many as leave together.
 */
export class FirstContact {
  private state: 'none' | 'ahead' | 'made' = 'none';
  private readonly waiting = new Set<() => void>();

  constructor(private readonly runtime: ZimRuntime) {}

  /** Resolves for one call at once; for the others when that call has had its answer, or none for a second. */
  async wait(deadline: Deadline): Promise<void> {
    if (this.state === 'none') this.state = 'ahead';
    else if (this.state === 'ahead' && deadline.stopped === undefined) await this.follow(deadline);
  }

  /** An attempt has ended, however it did. */
  made(): void {
    if (this.state === 'made') return;
    this.state = 'made';
    for (const go of [...this.waiting]) go();
  }

  private follow(deadline: Deadline): Promise<void> {
    return new Promise((resolve) => {
      const go = () => {
        cancel();
        this.waiting.delete(go);
        leave();
        resolve();
      };
      const cancel = this.runtime.setTimer(longestWaitMs, go);
      const leave = deadline.onStop(go);
      this.waiting.add(go);
    });
  }
}
