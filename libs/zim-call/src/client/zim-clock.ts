import { Inject, Injectable } from '@nestjs/common';
import { ZIM_RUNTIME, type ZimRuntime } from './runtime.js';

/** What a `Date` header has taught. */
export interface ClockLesson {
  /** The attempt was signed with a time that is off, so another signature may pass. */
  readonly signAnew: boolean;
  /** Told once: by how many seconds ZIM's clock is ahead of this machine's. */
  readonly newlyAheadSeconds?: number;
}

/** When a reply came. */
export interface ReplyTime {
  readonly at: Date;
  /** `date-header`: the server wrote it, in whole seconds. */
  readonly from: 'date-header' | 'local-clock';
}

/** `Date` counts whole seconds: what differs by no more is right. */
const resolutionSeconds = 1;
/** ZIM takes signatures that are ten minutes off: a clock that is off by more than this goes that way. */
const tolerableSeconds = 60;
const imfDate = /^[A-Z][a-z]{2}, \d{2} [A-Z][a-z]{2} \d{4} \d{2}:\d{2}:\d{2} GMT$/;

/**
 * The time that requests are signed with: this machine's, until ZIM tells another. One `Date` is believed when
 * ZIM has refused a signature for its time, or when the next reply's says the same.
 */
@Injectable()
export class ZimClock {
  private offsetMs = 0;
  /** What one reply has said and none has confirmed. */
  private rumouredOffsetMs?: number;
  private toldOffsetMs = 0;

  constructor(@Inject(ZIM_RUNTIME) private readonly runtime: ZimRuntime) {}

  /** Unix time in seconds. */
  timestampSeconds(): number {
    return Math.floor((this.runtime.wallClockMs() + this.offsetMs) / 1000);
  }

  /** When a reply came: as its `Date` says, else by this machine's clock as far as ZIM has corrected it. */
  timeOf(dateHeader: string | undefined): ReplyTime {
    const serverMs = readDate(dateHeader);
    return serverMs === undefined
      ? { at: new Date(this.runtime.wallClockMs() + this.offsetMs), from: 'local-clock' }
      : { at: new Date(serverMs), from: 'date-header' };
  }

  /**
   * Takes note of the time of a reply.
   * @param expired whether ZIM has refused the attempt for its time
   * @param signedAtSeconds the time with which the attempt was signed that got this reply
   */
  learn(dateHeader: string | undefined, expired: boolean, signedAtSeconds: number): ClockLesson {
    const serverMs = readDate(dateHeader);
    if (serverMs === undefined) return nothing;
    const serverSeconds = serverMs / 1000;
    const aheadSeconds = Math.abs(serverSeconds - this.timestampSeconds());
    const offsetMs = serverMs - this.runtime.wallClockMs();
    if (expired) {
      if (aheadSeconds > resolutionSeconds) this.offsetMs = offsetMs;
    } else if (aheadSeconds <= tolerableSeconds) {
      this.rumouredOffsetMs = undefined;
    } else if (this.isRumoured(offsetMs)) {
      this.offsetMs = offsetMs;
      this.rumouredOffsetMs = undefined;
    } else {
      this.rumouredOffsetMs = offsetMs;
    }
    return {
      signAnew: expired && Math.abs(serverSeconds - signedAtSeconds) > resolutionSeconds,
      newlyAheadSeconds: this.news(offsetMs),
    };
  }

  private isRumoured(offsetMs: number): boolean {
    const { rumouredOffsetMs } = this;
    if (rumouredOffsetMs === undefined) return false;
    return Math.abs(offsetMs - rumouredOffsetMs) <= 2 * resolutionSeconds * 1000;
  }

  /** An offset that is worth a warning, unless one like it was told. */
  private news(offsetMs: number): number | undefined {
    const isOff = Math.abs(offsetMs) > tolerableSeconds * 1000;
    if (!isOff) this.toldOffsetMs = 0;
    if (!isOff || Math.abs(offsetMs - this.toldOffsetMs) <= tolerableSeconds * 1000) {
      return undefined;
    }
    this.toldOffsetMs = offsetMs;
    return Math.round(offsetMs / 1000);
  }
}

function readDate(header: string | undefined): number | undefined {
  if (header === undefined || !imfDate.test(header)) return undefined;
  const ms = Date.parse(header);
  return Number.isNaN(ms) ? undefined : ms;
}

const nothing: ClockLesson = { signAnew: false };
