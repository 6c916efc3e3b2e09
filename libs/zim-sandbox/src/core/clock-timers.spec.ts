import { SandboxClock } from './clock.js';

const standing = () => new SandboxClock(() => 0);

describe('timers', () => {
  it('fire in the order of their times, each at its own', async () => {
    const clock = standing();
    const fired: [string, number][] = [];
    const note = (name: string) => () => fired.push([name, clock.now()]);
    clock.setTimer(30, note('late'));
    clock.setTimer(10, note('early'));
    clock.setTimer(30, note('as late, set later'));
    clock.setTimer(20, () => {
      note('middle')();
      clock.setTimer(5, note('set on the way'));
    });
    clock.setTimer(31, note('too late'));
    await clock.advance(30);
    expect(fired).toEqual([
      ['early', 10],
      ['middle', 20],
      ['set on the way', 25],
      ['late', 30],
      ['as late, set later', 30],
    ]);
    expect(clock.now()).toBe(30);
    await clock.advance(1);
    expect(fired.at(-1)).toEqual(['too late', 31]);
  });

  it('fire once, and not when cancelled', async () => {
    const clock = standing();
    const fired: string[] = [];
    clock.setTimer(10, () => fired.push('kept'));
    const cancel = clock.setTimer(10, () => fired.push('cancelled'));
    cancel();
    cancel();
    await clock.advance(10);
    await clock.advance(100);
    expect(fired).toEqual(['kept']);
  });

  it('let time go on only when what they started has ended', async () => {
    const clock = standing();
    const log: string[] = [];
    let finish = (): unknown => undefined;
    clock.setTimer(10, () => {
      clock.hold(new Promise<void>((resolve) => (finish = resolve)));
      log.push(`started at ${clock.now()}`);
    });
    clock.setTimer(20, () => log.push(`next at ${clock.now()}`));
    const moved = clock.advance(20);
    await new Promise(setImmediate);
    expect([log, clock.now()]).toEqual([['started at 10'], 10]);
    finish();
    await moved;
    expect([log, clock.now()]).toEqual([['started at 10', 'next at 20'], 20]);
  });

  it('wait for work that was under way before', async () => {
    const clock = standing();
    let finish = (): unknown => undefined;
    clock.hold(new Promise<void>((resolve) => (finish = resolve)));
    const moved = clock.advance(50);
    expect(clock.now()).toBe(0);
    const movedOn = clock.advance(7);
    finish();
    await moved;
    await movedOn;
    expect(clock.now()).toBe(57);
  });

  it('fire at once when nothing holds them up', () => {
    const clock = standing();
    const fired: number[] = [];
    clock.setTimer(10, () => fired.push(clock.now()));
    void clock.advance(15);
    expect([fired, clock.now()]).toEqual([[10], 15]);
  });

  it('may advance the clock themselves', async () => {
    const clock = standing();
    const fired: number[] = [];
    clock.setTimer(10, () => void clock.advance(100));
    clock.setTimer(60, () => fired.push(clock.now()));
    await clock.advance(10);
    expect([fired, clock.now()]).toEqual([[60], 110]);
  });

  it('pass on what they throw', async () => {
    const clock = standing();
    clock.setTimer(1, () => {
      throw new Error('broken');
    });
    await expect(clock.advance(1)).rejects.toThrow('broken');
    await clock.advance(1);
    expect(clock.now()).toBe(2);
  });
});

describe('by themselves', () => {
  beforeEach(() => jest.useFakeTimers({ now: 0 }));
  afterEach(() => jest.useRealTimers());

  it('timers fire as real time passes', () => {
    const clock = new SandboxClock();
    const fired: number[] = [];
    clock.setTimer(2000, () => fired.push(Date.now()));
    clock.setTimer(1000, () => fired.push(Date.now()));
    jest.advanceTimersByTime(999);
    expect(fired).toEqual([]);
    jest.advanceTimersByTime(1001);
    expect(fired).toEqual([1000, 2000]);
    expect(jest.getTimerCount()).toBe(0);
  });

  it('timers fire sooner once the clock was advanced', () => {
    const clock = new SandboxClock();
    const fired: number[] = [];
    clock.setTimer(2000, () => fired.push(Date.now()));
    void clock.advance(1500);
    jest.advanceTimersByTime(500);
    expect(fired).toEqual([500]);
  });

  it('nothing is left when all are cancelled, nor while time stands still', () => {
    const moving = new SandboxClock();
    const cancel = moving.setTimer(1000, () => undefined);
    expect(jest.getTimerCount()).toBe(1);
    cancel();
    expect(jest.getTimerCount()).toBe(0);

    standing().setTimer(1000, () => undefined);
    jest.advanceTimersByTime(1000);
    expect(jest.getTimerCount()).toBe(0);
  });
});
