import { type SandboxOptions } from '../core/settings.js';
import { ZimSandbox } from '../sandbox.js';
import { fixedClock } from '../testing/fixed-clock.js';
import { call, inviteBody, type ClientTarget } from '../testing/zim-client.js';

const [one, two] = [
  { appId: 1, serverSecret: 'secret of one' },
  { appId: 2, serverSecret: 'secret of two' },
];
let sandbox: ZimSandbox;

async function start(options: SandboxOptions = {}) {
  sandbox = await ZimSandbox.start({
    apps: [one, two],
    users: ['alice', 'bob'],
    clock: fixedClock(),
    ...options,
  });
}

afterEach(() => sandbox.stop());

/** Makes calls one after the other, and returns their codes. */
async function codes(count: number, action = 'CallInvite', app = one) {
  const target: ClientTarget = { url: sandbox.url, clock: sandbox.clock, app };
  const seen: unknown[] = [];
  for (let index = 0; index < count; index++)
    seen.push((await call(target, action, inviteBody())).reply.Code);
  return seen;
}

const passed = async (count: number, action?: string, app?: typeof one) =>
  (await codes(count, action, app)).filter((code) => code === 0).length;

describe('the quota', () => {
  it('is 20 calls per second, and the hint says so', async () => {
    await start();
    expect(await codes(21)).toEqual([...Array<number>(20).fill(0), 660300005]);
    expect(sandbox.calls.list()).toHaveLength(20);
    const answer = await call(sandbox, 'CallInvite', inviteBody());
    expect(answer.status).toBe(200);
    expect(answer.reply).toMatchObject({ Code: 660300005, ErrorUsers: [] });
    expect(answer.hint).toBe(
      'the quota is used up: 20 calls per second per AppID for each Action (sliding)',
    );
    sandbox.clock.advance(999);
    expect(await passed(1)).toBe(0);
    sandbox.clock.advance(1);
    expect(await passed(21)).toBe(20);
  });

  it('is the cause of its own refusals in the journal, not of injected ones', async () => {
    await start({ callsPerSecond: 1 });
    const throttle = (when: 'before' | 'after') =>
      sandbox.faults.add({ times: 1, fault: { kind: 'code', code: 660300005, when } });
    throttle('before');
    throttle('after');
    expect(await codes(3)).toEqual([660300005, 660300005, 660300005]);
    throttle('after');
    expect(await codes(1)).toEqual([660300005]);
    expect(sandbox.journal.entries().map(({ cause }) => cause)).toEqual([
      undefined,
      undefined,
      'quota-exceeded',
      'quota-exceeded',
    ]);
  });

  it('of UserRegister has its own code', async () => {
    await start();
    expect((await codes(21, 'UserRegister')).at(-1)).toBe(660700001);
  });

  it('is separate for each AppID', async () => {
    await start();
    expect(await passed(21)).toBe(20);
    expect(await passed(21, 'CallInvite', two)).toBe(20);
  });

  it('is not used by a wrong signature, but by a wrong body', async () => {
    await start();
    for (let index = 0; index < 30; index++)
      await call(sandbox, 'CallInvite', inviteBody(), { Signature: 'forged' });
    expect(await passed(19)).toBe(19);
    const wrong = await call(sandbox, 'CallInvite', {});
    expect(wrong.reply.Code).toBe(660000002);
    expect(await passed(1)).toBe(0);
  });

  it('can be set', async () => {
    await start({ callsPerSecond: 2 });
    expect(await passed(3)).toBe(2);
  });

  it('is cleared by a reset', async () => {
    await start({ callsPerSecond: 1 });
    expect(await passed(2)).toBe(1);
    sandbox.reset();
    expect(await passed(2)).toBe(1);
  });
});

describe('switches', () => {
  it('quotaScope=action counts each Action on its own', async () => {
    await start({ assumptions: { quotaScope: 'action' } });
    await codes(20);
    expect(await codes(1)).toEqual([660300005]);
    expect(await codes(1, 'UserRegister')).toEqual([660000002]);
  });

  it('quotaScope=app counts all Actions together', async () => {
    await start({ assumptions: { quotaScope: 'app' } });
    await codes(20);
    expect(await codes(1, 'UserRegister')).toEqual([660700001]);
    expect(await passed(1, 'CallInvite', two)).toBe(1);
  });

  it('quotaCountsRefused=no does not count refused calls', async () => {
    await start({ assumptions: { quotaCountsRefused: 'no' } });
    await codes(20);
    sandbox.clock.advance(500);
    await codes(20);
    sandbox.clock.advance(500);
    expect(await passed(20)).toBe(20);
  });

  it('quotaCountsRefused=yes counts refused calls', async () => {
    await start({ assumptions: { quotaCountsRefused: 'yes' } });
    await codes(20);
    sandbox.clock.advance(500);
    await codes(20);
    sandbox.clock.advance(500);
    expect(await passed(20)).toBe(0);
  });

  it('quotaWindow=fixed passes 40 around the start of a second', async () => {
    await start({ assumptions: { quotaWindow: 'fixed' } });
    sandbox.clock.advance(999);
    expect(await passed(21)).toBe(20);
    sandbox.clock.advance(1);
    expect(await passed(21)).toBe(20);
  });

  it('quotaWindow=token-bucket passes one every 50 ms after the burst', async () => {
    await start({ assumptions: { quotaWindow: 'token-bucket' } });
    expect(await passed(21)).toBe(20);
    sandbox.clock.advance(49);
    expect(await passed(1)).toBe(0);
    sandbox.clock.advance(1);
    expect(await passed(2)).toBe(1);
  });
});
