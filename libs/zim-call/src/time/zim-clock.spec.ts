import { Logger } from '@nestjs/common';
import { ManualRuntime } from '../testing/manual-runtime.js';
import { ZimClock } from './zim-clock.js';

const startSeconds = 1_700_000_000;

afterEach(() => jest.restoreAllMocks());

function clockAt(runtime = new ManualRuntime()) {
  const warn = jest.spyOn(Logger.prototype, 'warn').mockImplementation();
  const clock = new ZimClock(runtime);
  const reply = (aheadSeconds: number, signatureExpired = false) => {
    const date = new Date((startSeconds + aheadSeconds) * 1000).toUTCString();
    const { offsetMs } = clock;
    clock.learn({ date, signatureExpired });
    return clock.hasMovedFrom(offsetMs);
  };
  const warnings = () => warn.mock.calls.map(([message]) => String(message).slice(0, 40));
  return { clock, reply, warnings, ahead: () => clock.timestampSeconds() - startSeconds };
}

describe('ZimClock', () => {
  it("is this machine's while ZIM's is near", () => {
    const { reply, ahead, warnings } = clockAt();
    expect([reply(60), reply(-60)]).toEqual([false, false]);
    expect(ahead()).toBe(0);
    expect(warnings()).toEqual([]);
  });

  it('trusts the time of a single refused signature', () => {
    const { reply, ahead, warnings } = clockAt();
    expect(reply(660, true)).toBe(true);
    expect(ahead()).toBe(660);
    expect(warnings()).toEqual(["This machine's clock is 660 s behind ZIM"]);
  });

  it('trusts another time when a second reply confirms it, and warns once', () => {
    const { reply, ahead, warnings } = clockAt();
    expect(reply(-300)).toBe(false);
    expect(ahead()).toBe(0);
    expect(reply(-301)).toBe(true);
    expect(ahead()).toBe(-301);
    expect(warnings()).toEqual(["This machine's clock is 300 s ahead of Z"]);
  });

  it('does not trust a single reply, or two that differ', () => {
    const { reply, ahead } = clockAt();
    reply(500);
    reply(0);
    reply(500);
    reply(900);
    expect(ahead()).toBe(0);
  });

  it('goes back when the clock is corrected', () => {
    const { reply, ahead } = clockAt();
    reply(660, true);
    reply(0);
    reply(0);
    expect(ahead()).toBe(0);
  });
});
