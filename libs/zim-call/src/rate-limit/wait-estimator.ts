import { marginMs, type WindowSettings } from './sliding-window-limiter.js';

/** Estimates how long a new call would wait: an instance's slots repeat after a window, as its share of the quota. */
export class WaitEstimator {
  private readonly grantedAtMs: number[] = [];
  private activeInstances = 1;

  constructor(private readonly settings: WindowSettings) {}

  granted(atMs: number, activeInstances: number): void {
    this.grantedAtMs.push(atMs);
    if (this.grantedAtMs.length > this.settings.limit) this.grantedAtMs.shift();
    this.activeInstances = Math.max(1, activeInstances);
  }

  /** The slot of this time was returned: another call can have it. */
  returned(atMs: number): void {
    const index = this.grantedAtMs.lastIndexOf(atMs);
    if (index !== -1) this.grantedAtMs.splice(index, 1);
  }

  /** @param further how many slots go to other calls first, besides those that are held already */
  waitMs(further: number, opensAtMs: number, nowMs: number): number {
    if (further < 0) return Math.max(0, (this.grantedAtMs.at(further) ?? nowMs) - nowMs);
    const { limit, windowMs } = this.settings;
    const share = Math.max(1, Math.floor(limit / this.activeInstances));
    const roundMs = ((windowMs + marginMs.base) * share * this.activeInstances) / limit;
    const base = this.grantedAtMs.at((further % share) - share);
    const firstMs = Math.max(nowMs, opensAtMs, base === undefined ? nowMs : base + roundMs);
    return firstMs - nowMs + Math.floor(further / share) * roundMs;
  }
}
