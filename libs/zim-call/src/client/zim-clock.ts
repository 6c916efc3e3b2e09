import { Inject, Injectable } from '@nestjs/common';
import { HttpFailure } from '../http/http-attempt.js';
import type { HttpReply } from '../http/http-reply.js';
import { callLog } from './call-log.js';
import type { Success } from './classify.js';
import { Failure } from './failure.js';
import { ZIM_RUNTIME, type ZimRuntime } from '../time/runtime.js';

/** When a reply came. */
export interface ReplyTime {
  readonly at: Date;
  /** `date-header`: the server wrote it, in whole seconds. */
  readonly from: 'date-header' | 'local-clock';
}

/** `Date` counts whole seconds: what differs by no more is right. */
const resolutionMs = 1_000;
/** ZIM accepts signatures that are ten minutes off: a clock that is off by more than this needs correction. */
const tolerableMs = 60_000;
const imfDate = /^[A-Z][a-z]{2}, \d{2} [A-Z][a-z]{2} \d{4} \d{2}:\d{2}:\d{2} GMT$/;

/**
 * The time that requests are signed with: this machine's, until ZIM's replies show another. A single `Date` is
 * trusted when ZIM has refused a signature for its time, otherwise when the next reply confirms it.
 */
@Injectable()
export class ZimClock {
  private currentOffsetMs = 0;
  /** What one reply has shown and none has confirmed. */
  private unconfirmedOffsetMs?: number;
  private loggedOffsetMs = 0;

  constructor(@Inject(ZIM_RUNTIME) private readonly runtime: ZimRuntime) {}

  /** How far ZIM's clock is ahead of this machine's, as far as it is known. */
  get offsetMs(): number {
    return this.currentOffsetMs;
  }

  /** Whether a signature made with this offset had a wrong time. */
  hasMovedFrom(offsetMs: number): boolean {
    return Math.abs(this.currentOffsetMs - offsetMs) > resolutionMs;
  }

  /** Unix time in seconds. */
  timestampSeconds(): number {
    return Math.floor(this.nowMs() / 1000);
  }

  /** When a reply came: as its `Date` says, otherwise by this machine's clock with ZIM's corrections. */
  timeOf(reply: HttpReply | HttpFailure): ReplyTime {
    const serverMs = readDate(reply);
    return serverMs === undefined
      ? { at: new Date(this.nowMs()), from: 'local-clock' }
      : { at: new Date(serverMs), from: 'date-header' };
  }

  /** Learns from the `Date` of a reply, of those that ZIM itself produced. */
  learn(reply: HttpReply | HttpFailure, result: Success<unknown> | Failure): void {
    const failure = result instanceof Failure ? result : undefined;
    if (failure !== undefined && failure.details.vendorCode === undefined) return;
    const serverMs = readDate(reply);
    if (serverMs === undefined) return;
    const aheadMs = Math.abs(serverMs - this.timestampSeconds() * 1000);
    const offsetMs = serverMs - this.runtime.wallClockMs();
    if (failure?.next === 'sign-again') {
      if (aheadMs > resolutionMs) this.currentOffsetMs = offsetMs;
    } else if (aheadMs <= tolerableMs) {
      this.unconfirmedOffsetMs = undefined;
    } else if (this.isConfirmedBy(offsetMs)) {
      this.currentOffsetMs = offsetMs;
      this.unconfirmedOffsetMs = undefined;
    } else {
      this.unconfirmedOffsetMs = offsetMs;
    }
    this.warnOnce(offsetMs);
  }

  private nowMs(): number {
    return this.runtime.wallClockMs() + this.currentOffsetMs;
  }

  private isConfirmedBy(offsetMs: number): boolean {
    const { unconfirmedOffsetMs } = this;
    if (unconfirmedOffsetMs === undefined) return false;
    return Math.abs(offsetMs - unconfirmedOffsetMs) <= 2 * resolutionMs;
  }

  /** Warns of a clock that is off, unless it has warned of about as much. */
  private warnOnce(offsetMs: number): void {
    const isOff = Math.abs(offsetMs) > tolerableMs;
    if (!isOff) this.loggedOffsetMs = 0;
    if (!isOff || Math.abs(offsetMs - this.loggedOffsetMs) <= tolerableMs) return;
    this.loggedOffsetMs = offsetMs;
    const seconds = Math.round(Math.abs(offsetMs) / 1000);
    callLog.warn(
      `This machine's clock is ${seconds} s ${offsetMs > 0 ? 'behind' : 'ahead of'} ZIM's, which refuses signatures that are more than 600 s off. Synchronise the clock; while ZIM's replies show the difference, requests are signed with ZIM's time.`,
    );
  }
}

function readDate(reply: HttpReply | HttpFailure): number | undefined {
  if (reply instanceof HttpFailure || reply.date === undefined) return undefined;
  const ms = imfDate.test(reply.date) ? Date.parse(reply.date) : Number.NaN;
  return Number.isNaN(ms) ? undefined : ms;
}
