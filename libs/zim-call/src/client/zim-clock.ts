import { Inject, Injectable } from '@nestjs/common';
import { ZIM_RUNTIME, type ZimRuntime } from './runtime.js';

/** The time that requests are signed with: this machine's, corrected once ZIM has said that it is off. */
@Injectable()
export class ZimClock {
  private offsetMs = 0;

  constructor(@Inject(ZIM_RUNTIME) private readonly runtime: ZimRuntime) {}

  /** Unix time in seconds. */
  timestampSeconds(): number {
    return Math.floor((this.runtime.wallClockMs() + this.offsetMs) / 1000);
  }

  /**
   * Takes over the time of a reply's `Date` header.
   * @returns by how many seconds this machine is off, or `undefined` if the header does not say otherwise
   */
  correct(dateHeader: string | undefined): number | undefined {
    const serverMs = dateHeader === undefined ? Number.NaN : Date.parse(dateHeader);
    if (Number.isNaN(serverMs)) return undefined;
    const before = this.timestampSeconds();
    this.offsetMs = serverMs - this.runtime.wallClockMs();
    const moved = this.timestampSeconds() - before;
    // `Date` counts whole seconds: a smaller difference is no reason for another attempt.
    return Math.abs(moved) > 1 ? moved : undefined;
  }
}
