import { Inject, Injectable } from '@nestjs/common';
import { ZIM_RUNTIME, type ZimRuntime } from './runtime.js';

/** What a `Date` header has taught. */
export interface ClockLesson {
  /** The attempt was signed with a time that is off, so another signature may pass. */
  readonly signAnew: boolean;
  /** By how many seconds the time of signing was moved just now; 0 if another call had moved it already. */
  readonly movedSeconds: number;
}

/** `Date` counts whole seconds: what differs by no more is right. */
const resolutionSeconds = 1;
const imfDate = /^[A-Z][a-z]{2}, \d{2} [A-Z][a-z]{2} \d{4} \d{2}:\d{2}:\d{2} GMT$/;

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
   * @param signedAtSeconds the time with which the attempt was signed that got this reply
   */
  learn(dateHeader: string | undefined, signedAtSeconds: number): ClockLesson {
    if (dateHeader === undefined || !imfDate.test(dateHeader)) return nothing;
    const serverMs = Date.parse(dateHeader);
    if (Number.isNaN(serverMs)) return nothing;
    const before = this.timestampSeconds();
    const serverSeconds = Math.floor(serverMs / 1000);
    if (Math.abs(serverSeconds - before) > resolutionSeconds) {
      this.offsetMs = serverMs - this.runtime.wallClockMs();
    }
    return {
      signAnew: Math.abs(serverSeconds - signedAtSeconds) > resolutionSeconds,
      movedSeconds: this.timestampSeconds() - before,
    };
  }
}

const nothing: ClockLesson = { signAnew: false, movedSeconds: 0 };
