import { Inject, Injectable } from '@nestjs/common';
import { callLog } from '../errors/call-log.js';
import { ZIM_RUNTIME, type ZimRuntime } from './runtime.js';

export interface ReplyTime {
  readonly at: Date;
  /** `date-header`: the server wrote it, in whole seconds. */
  readonly from: 'date-header' | 'local-clock';
}

/** `Date` counts whole seconds: a difference up to this is none. */
const resolutionMs = 1_000;
/** ZIM accepts signatures that are ten minutes off: only a larger difference than this needs correction. */
const tolerableMs = 60_000;
const imfDate = /^[A-Z][a-z]{2}, \d{2} [A-Z][a-z]{2} \d{4} \d{2}:\d{2}:\d{2} GMT$/;

/**
 * The time that requests are signed with: this machine's, until ZIM's replies show another. A single `Date` is
 * trusted when ZIM has refused a signature for its time, otherwise when the next reply confirms it.
 */
@Injectable()
export class ZimClock {
  /** How far ZIM's clock is ahead of this machine's, as far as it is known. */
  offsetMs = 0;
  /** One reply has shown it, and no other has confirmed it yet. */
  private unconfirmedOffsetMs?: number;
  private loggedOffsetMs = 0;

  constructor(@Inject(ZIM_RUNTIME) private readonly runtime: ZimRuntime) {}

  /** Whether a signature made with this offset had a wrong time. */
  hasMovedFrom(offsetMs: number): boolean {
    return Math.abs(this.offsetMs - offsetMs) > resolutionMs;
  }

  timestampSeconds(): number {
    return Math.floor(this.nowMs() / 1000);
  }

  /** In whole seconds, as callbacks state times. */
  date(): Date {
    return new Date(this.timestampSeconds() * 1000);
  }

  /** When a reply came: by its `Date` header, otherwise by this machine's clock with ZIM's offset. */
  timeOf(date: string | undefined): ReplyTime {
    const serverMs = parseDate(date);
    return serverMs === undefined
      ? { at: new Date(this.nowMs()), from: 'local-clock' }
      : { at: new Date(serverMs), from: 'date-header' };
  }

  /** @param date - of a reply that ZIM itself produced */
  learn({ date, signatureExpired }: { date?: string; signatureExpired: boolean }): void {
    const serverMs = parseDate(date);
    if (serverMs === undefined) return;
    const aheadMs = Math.abs(serverMs - this.timestampSeconds() * 1000);
    const offsetMs = serverMs - this.runtime.wallClockMs();
    if (signatureExpired) {
      if (aheadMs > resolutionMs) this.offsetMs = offsetMs;
    } else {
      const { unconfirmedOffsetMs = Infinity } = this;
      const isConfirmed = Math.abs(offsetMs - unconfirmedOffsetMs) <= 2 * resolutionMs;
      const isOff = aheadMs > tolerableMs;
      if (isOff && isConfirmed) this.offsetMs = offsetMs;
      this.unconfirmedOffsetMs = isOff && !isConfirmed ? offsetMs : undefined;
    }
    this.warnOnce(offsetMs);
  }

  private nowMs(): number {
    return this.runtime.wallClockMs() + this.offsetMs;
  }

  /** Warns of a clock that is off, unless the last warning was about the same offset. */
  private warnOnce(offsetMs: number): void {
    const isOff = Math.abs(offsetMs) > tolerableMs;
    if (!isOff) this.loggedOffsetMs = 0;
    if (!isOff || Math.abs(offsetMs - this.loggedOffsetMs) <= tolerableMs) return;
    this.loggedOffsetMs = offsetMs;
    const seconds = Math.round(Math.abs(offsetMs) / 1000);
    callLog(
      'warn',
      `This machine's clock is ${seconds} s ${offsetMs > 0 ? 'behind' : 'ahead of'} ZIM's, which refuses signatures that are more than 600 s off. Synchronise the clock; while ZIM's replies show the difference, requests are signed with ZIM's time.`,
    );
  }
}

function parseDate(date: string | undefined): number | undefined {
  const ms = date !== undefined && imfDate.test(date) ? Date.parse(date) : Number.NaN;
  return Number.isNaN(ms) ? undefined : ms;
}
