import { type ZimCallLane, zimCallLanes } from '../config/request-options.js';

/** What part of the slots each lane is sure of while it has calls waiting. */
export const laneShares: Readonly<Record<ZimCallLane, number>> = {
  urgent: 0.8,
  normal: 0.16,
  bulk: 0.04,
};

/**
 * Whose turn it is among the lanes that have calls waiting: each gets its share, and the most urgent goes
 * first where two are due. Each slot moves its lane on by the inverse of its share; the lane that is least
 * far goes next. A lane that was empty gains nothing from that.
 */
export class LaneTurns {
  private readonly position: Record<ZimCallLane, number> = { urgent: 0, normal: 0, bulk: 0 };
  private reached = 0;

  /** A lane that was empty has a call again. */
  join(lane: ZimCallLane): void {
    this.position[lane] = Math.max(this.position[lane], this.reached);
  }

  /** The lane that goes next. */
  next(waiting: (lane: ZimCallLane) => boolean): ZimCallLane | undefined {
    const [first, ...others] = zimCallLanes.filter(waiting);
    if (first === undefined) return undefined;
    const due = others.reduce(
      (best, lane) => (this.position[lane] < this.position[best] ? lane : best),
      first,
    );
    this.reached = this.position[due];
    this.position[due] += 1 / laneShares[due];
    return due;
  }
}
