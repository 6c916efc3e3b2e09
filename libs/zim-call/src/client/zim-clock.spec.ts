import { ManualRuntime } from '../testing/manual-runtime.js';
import { ZimClock } from './zim-clock.js';

const startSeconds = 1_700_000_000;

function clockAt(runtime = new ManualRuntime()) {
  const clock = new ZimClock(runtime);
  const reply = (aheadSeconds: number, expired = false) =>
    clock.learn(
      new Date((startSeconds + aheadSeconds) * 1000).toUTCString(),
      expired,
      clock.timestampSeconds(),
    );
  return { clock, reply, ahead: () => clock.timestampSeconds() - startSeconds };
}

describe('ZimClock', () => {
  it("is this machine's while ZIM's is near", () => {
    const { reply, ahead } = clockAt();
    expect(reply(60)).toEqual({ signAnew: false, newlyAheadSeconds: undefined });
    expect(reply(-60)).toEqual({ signAnew: false, newlyAheadSeconds: undefined });
    expect(ahead()).toBe(0);
  });

  it('believes one refused signature', () => {
    const { reply, ahead } = clockAt();
    expect(reply(660, true)).toEqual({ signAnew: true, newlyAheadSeconds: 660 });
    expect(ahead()).toBe(660);
  });

  it('believes another time when two replies tell it, and warns once', () => {
    const { reply, ahead } = clockAt();
    expect(reply(-300).newlyAheadSeconds).toBe(-300);
    expect(ahead()).toBe(0);
    expect(reply(-301).newlyAheadSeconds).toBeUndefined();
    expect(ahead()).toBe(-301);
  });

  it('believes no single reply, and no two that differ', () => {
    const { reply, ahead } = clockAt();
    reply(500);
    reply(0);
    reply(500);
    reply(900);
    expect(ahead()).toBe(0);
  });

  it('goes back when the clock was set right', () => {
    const { reply, ahead } = clockAt();
    reply(660, true);
    reply(0);
    reply(0);
    expect(ahead()).toBe(0);
  });
});
