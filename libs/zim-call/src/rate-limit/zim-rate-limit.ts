import { Inject, Injectable } from '@nestjs/common';
import { Pacer } from './pacer.js';
import type { RateLimitListener } from './pacing-events.js';
import type { RateLimitFigures } from './pacing-figures.js';
import { RATE_LIMITER } from './quota-pacer.js';

/**
 * Watches how requests are paced. ZIM allows an AppID 20 calls a second of each operation, from all instances
 * together; above that it refuses them (660300005).
 * See https://www.zegocloud.com/docs/zim-server/overview
 */
@Injectable()
export class ZimRateLimit {
  constructor(@Inject(RATE_LIMITER) private readonly pacer: Pacer) {}

  /** What happened in this instance since its start, and what waits now. */
  figures(): RateLimitFigures {
    return this.pacer.figures();
  }

  /**
   * Tells each event as it happens. What a listener throws, or rejects with, is ignored.
   * @returns what ends it
   */
  onEvent(listener: RateLimitListener): () => void {
    return this.pacer.onEvent(listener);
  }
}
