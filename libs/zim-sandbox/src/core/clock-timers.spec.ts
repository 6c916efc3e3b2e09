import { SandboxClock } from './clock.js';

const standingClock = () => new SandboxClock(() => 0);

describe('a timer', () => {
  it('fires at its own time, in the order of the due times', async () => {
    const clock = standingClock();
    const fired: [string, number][] = [];
    const record = (name: string) => () => fired.push([name, clock.now()]);
    clock.setTimer(30, record('late'));
    clock.setTimer(10, record('early'));
    clock.setTimer(30, record('due with late, set later'));
    clock.setTimer(20, () => {
      record('middle')();
      clock.setTimer(5, record('set by a timer'));
    });
    clock.setTimer(31, record('too late'));
    await clock.advance(30);
    expect(fired).toEqual([
      ['early', 10],
      ['middle', 20],
      ['set by a timer', 25],
      ['late', 30],
      ['due with late, set later', 30],
    ]);
    expect(clock.now()).toBe(30);
    await clock.advance(1);
    expect(fired.at(-1)).toEqual(['too late', 31]);
  });

  it('fires once, and not after it was cancelled', async () => {
    const clock = standingClock();
    const fired: string[] = [];
    clock.setTimer(10, () => fired.push('kept'));
    const cancel = clock.setTimer(10, () => fired.push('cancelled'));
    cancel();
    cancel();
    await clock.advance(10);
    await clock.advance(100);
    expect(fired).toEqual(['kept']);
  });

  it('holds the time until the work it started has ended', async () => {
    const clock = standingClock();
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

  it('waits for work that started before the advance', async () => {
    const clock = standingClock();
    let finish = (): unknown => undefined;
    clock.hold(new Promise<void>((resolve) => (finish = resolve)));
    const moved = clock.advance(50);
    expect(clock.now()).toBe(0);
    const movedFurther = clock.advance(7);
    finish();
    await moved;
    await movedFurther;
    expect(clock.now()).toBe(57);
  });

  it('fires synchronously when no work is pending', () => {
    const clock = standingClock();
    const fired: number[] = [];
    clock.setTimer(10, () => fired.push(clock.now()));
    void clock.advance(15);
    expect([fired, clock.now()]).toEqual([[10], 15]);
  });

  it('may advance the clock itself', async () => {
    const clock = standingClock();
    const fired: number[] = [];
    clock.setTimer(10, () => void clock.advance(100));
    clock.setTimer(60, () => fired.push(clock.now()));
    await clock.advance(10);
    expect([fired, clock.now()]).toEqual([[60], 110]);
  });

  it('rejects the advance with the error that it throws', async () => {
    const clock = standingClock();
    clock.setTimer(1, () => {
      throw new Error('broken');
    });
    await expect(clock.advance(1)).rejects.toThrow('broken');
    await clock.advance(1);
    expect(clock.now()).toBe(2);
  });
});

describe('without an advance', () => {
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

  it('timers fire earlier after the clock was advanced', () => {
    const clock = new SandboxClock();
    const fired: number[] = [];
    clock.setTimer(2000, () => fired.push(Date.now()));
    void clock.advance(1500);
    jest.advanceTimersByTime(500);
    expect(fired).toEqual([500]);
  });

  it('no real timer is left when all are cancelled, or with a source that stands still', () => {
    const moving = new SandboxClock();
    const cancel = moving.setTimer(1000, () => undefined);
    expect(jest.getTimerCount()).toBe(1);
    cancel();
    expect(jest.getTimerCount()).toBe(0);

    standingClock().setTimer(1000, () => undefined);
    jest.advanceTimersByTime(1000);
    expect(jest.getTimerCount()).toBe(0);
  });
});
