import { baseMarginMs, type WindowSettings } from './sliding-window-limiter.js';

/**
 * How long a further call would wait: the slots of this instance repeat after a window, as many as its share
 * of the quota.
 */
export class WaitEstimator {
  private readonly grantedAtMs: number[] = [];
  private activeInstances = 1;
  private opensAtMs = Number.NEGATIVE_INFINITY;

  constructor(private readonly settings: WindowSettings) {}

  granted(atMs: number, activeInstances: number): void {
    this.grantedAtMs.push(atMs);
    if (this.grantedAtMs.length > this.settings.limit) this.grantedAtMs.shift();
    this.activeInstances = Math.max(1, activeInstances);
  }

  /** A slot was not used: another call can have it. */
  gaveUp(atMs: number): void {
    const place = this.grantedAtMs.lastIndexOf(atMs);
    if (place !== -1) this.grantedAtMs.splice(place, 1);
  }

  /** No slot is given before that. */
  closedUntil(atMs: number): void {
    this.opensAtMs = atMs;
  }

  /** The wait for a call before which so many slots go to others, so many of them granted already. */
  waitMs(slotsBefore: number, slotsHeld: number, nowMs: number): number {
    const further = slotsBefore - slotsHeld;
    if (further < 0) return Math.max(0, (this.grantedAtMs.at(further) ?? nowMs) - nowMs);
    const { limit, windowMs } = this.settings;
    const share = Math.max(1, Math.floor(limit / this.activeInstances));
    const roundMs = ((windowMs + baseMarginMs) * share * this.activeInstances) / limit;
    const base = this.grantedAtMs.at((further % share) - share);
    const firstMs = Math.max(nowMs, this.opensAtMs, base === undefined ? nowMs : base + roundMs);
    return firstMs - nowMs + Math.floor(further / share) * roundMs;
  }
}
