import { Logger } from '@nestjs/common';

/** A ring that fails is asked again after this long; after twice as long when two more questions have failed. */
const waitMs = { least: 100, most: 2_000 };

/** What to do about a ring that fails: log the first failure, and ask it again, less and less often. */
export class RingFailures {
  private readonly logger = new Logger('ZimRateLimit');
  private count = 0;

  worked(): void {
    this.count = 0;
  }

  /** @returns how long to wait before the ring is asked again */
  failed(error: unknown): number {
    if (this.count === 0) {
      const reason = error instanceof Error ? error.message : 'unknown reason';
      this.logger.error(`The rate limiter failed and will be asked again: ${reason}`);
    }
    return Math.min(waitMs.most, waitMs.least * 2 ** Math.floor(this.count++ / 2));
  }

  /** Does what nobody waits for. */
  async guard(work: () => Promise<void>): Promise<void> {
    try {
      await work();
    } catch (error) {
      this.failed(error);
    }
  }
}
