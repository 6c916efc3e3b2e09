import { Inject, Injectable } from '@nestjs/common';
import { Pacer } from './pacer.js';
import type { PacingListener } from './pacing-events.js';
import type { PacingFigures } from './pacing-figures.js';
import { QUOTA_PACER } from './quota-pacer.js';

/**
 * Watches how requests are paced. ZIM allows an AppID 20 calls a second of each operation, from all instances
 * together; above that it refuses them (660300005).
 * See https://www.zegocloud.com/docs/zim-server/overview
 */
@Injectable()
export class ZimPacing {
  constructor(@Inject(QUOTA_PACER) private readonly pacer: Pacer) {}

  /** What happened in this instance since its start, and what waits now. */
  figures(): PacingFigures {
    return this.pacer.figures();
  }

  /**
   * Tells each event as it happens. What a listener throws, or rejects with, is ignored.
   * @returns what ends it
   */
  onEvent(listener: PacingListener): () => void {
    return this.pacer.onEvent(listener);
  }
}
