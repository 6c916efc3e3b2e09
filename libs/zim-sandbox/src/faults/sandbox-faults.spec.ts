import { type SandboxFaultMatch } from '../core/fault.js';
import { type ZimSandbox } from '../sandbox.js';
import { call, callByGet, inviteBody } from '../testing/zim-client.js';
import { useSandboxes } from '../testing/sandboxes.js';

const start = useSandboxes();
const [one, two] = [
  { appId: 1, serverSecret: 'one' },
  { appId: 2, serverSecret: 'two' },
];
let sandbox: ZimSandbox;

beforeEach(async () => {
  sandbox = await start({ apps: [one, two], users: ['alice', 'bob', 'carol'] });
});

const code = (number: number) => ({ kind: 'code', code: number }) as const;
const invite = async (changes = {}, app = one) =>
  (await call({ ...target(), app }, 'CallInvite', inviteBody(changes))).reply.Code;
const target = () => ({ url: sandbox.url, clock: sandbox.clock, app: one });
const hits = () => sandbox.faults.list().map((rule) => rule.hits);

describe('rules', () => {
  it('apply without limit, or a given number of times', async () => {
    sandbox.faults.add({ times: 2, fault: code(7) });
    sandbox.faults.add({ fault: code(8) });
    const codes = [];
    for (let index = 0; index < 4; index++) codes.push(await invite());
    expect(codes).toEqual([7, 7, 8, 8]);
    expect(hits()).toEqual([2, 2]);
  });

  it('apply in the order in which they were added, one to each request', async () => {
    sandbox.faults.add({ match: { action: 'UserRegister' }, fault: code(1) });
    sandbox.faults.add({ match: { userId: 'bob' }, fault: code(2) });
    sandbox.faults.add({ fault: code(3) });
    expect([await invite(), await invite({ UserIds: ['carol'] })]).toEqual([2, 3]);
    expect(hits()).toEqual([0, 1, 1]);
  });

  it('can be removed, one or all', async () => {
    const first = sandbox.faults.add({ fault: code(1) });
    sandbox.faults.add({ fault: code(2) });
    expect([sandbox.faults.remove(first.id), sandbox.faults.remove(first.id)]).toEqual([
      true,
      false,
    ]);
    expect(await invite()).toBe(2);
    sandbox.faults.clear();
    expect([await invite(), sandbox.faults.list()]).toEqual([0, []]);
  });

  it('end by themselves after lastsMs, and are not listed any more', async () => {
    const { id, until } = sandbox.faults.add({ lastsMs: 5000, fault: code(7) });
    expect(until).toBeGreaterThan(sandbox.clock.now());
    await sandbox.clock.advance(4000);
    expect([await invite(), hits()]).toEqual([7, [1]]);
    await sandbox.clock.advance(1000);
    expect([await invite(), hits(), sandbox.faults.remove(id)]).toEqual([0, [], false]);
  });

  it('of the start last from each reset', async () => {
    const seeded = await start({ faults: [{ lastsMs: 5000, fault: code(7) }] });
    await seeded.clock.advance(4000);
    seeded.reset();
    await seeded.clock.advance(4000);
    expect(seeded.faults.list()).toMatchObject([{ id: 1, lastsMs: 5000 }]);
    await seeded.clock.advance(1000);
    expect(seeded.faults.list()).toEqual([]);
    seeded.reset();
    expect(seeded.faults.list()).toHaveLength(1);
  });

  it.each([0, 3_600_001, 1.5, '5000'])('cannot last %j ms', (lastsMs) => {
    const rule = { lastsMs, fault: code(7) } as { lastsMs: number; fault: ReturnType<typeof code> };
    expect(() => sandbox.faults.add(rule)).toThrow(
      'lastsMs must be a whole number from 1 to 3600000',
    );
    expect(sandbox.faults.list()).toEqual([]);
  });

  it('are returned as copies', () => {
    const match = { action: 'CallInvite' };
    const rule = sandbox.faults.add({ match, fault: code(1) });
    match.action = 'Other';
    expect(rule).toEqual({ id: 1, match: { action: 'CallInvite' }, fault: code(1), hits: 0 });
    expect(sandbox.faults.list()).toEqual([rule]);
  });

  it('of the start are restored by a reset, without hits; no id is used twice', async () => {
    sandbox = await start({ apps: [one], users: ['alice', 'bob'], faults: [{ fault: code(1) }] });
    expect(await invite()).toBe(1);
    sandbox.faults.clear();
    expect(sandbox.faults.add({ fault: code(2) }).id).toBe(2);
    sandbox.reset();
    expect(sandbox.faults.list()).toEqual([{ id: 1, fault: code(1), hits: 0 }]);
    expect(sandbox.faults.add({ fault: code(2) }).id).toBe(3);
  });

  it('do not affect the control API', async () => {
    sandbox.faults.add({ fault: { kind: 'reset' } });
    expect((await fetch(`${sandbox.url}/__/state`)).status).toBe(200);
    expect(hits()).toEqual([0]);
  });
});

describe('match', () => {
  const matches = async (match: SandboxFaultMatch, send: () => Promise<unknown>) => {
    sandbox.faults.clear();
    const { id } = sandbox.faults.add({ match, fault: code(7) });
    await send();
    return sandbox.faults.list().find((rule) => rule.id === id)?.hits === 1;
  };
  const accept = () => callByGet(target(), 'CallAccept', { FromUserId: 'bob', CallId: '1' });

  it('by action', async () => {
    expect(await matches({ action: 'CallInvite' }, invite)).toBe(true);
    expect(await matches({ action: 'CallAccept' }, invite)).toBe(false);
    expect(await matches({ action: 'CallAccept' }, accept)).toBe(true);
  });

  it('by AppID, also an unknown one', async () => {
    expect(await matches({ appId: 2 }, () => invite({}, two))).toBe(true);
    expect(await matches({ appId: 2 }, invite)).toBe(false);
    expect(await matches({ appId: 3 }, () => invite({}, { ...two, appId: 3 }))).toBe(true);
  });

  it.each<[string, () => Promise<unknown>]>([
    ['FromUserId of a body', () => invite({ FromUserId: 'dave' })],
    ['UserIds', () => invite({ UserIds: ['bob', 'dave'] })],
    ['FromUserId of a query', () => callByGet(target(), 'CallReject', { FromUserId: 'dave' })],
    ['UserId[]', () => callByGet(target(), 'QueryUserOnlineState', { 'UserId[]': ['a', 'dave'] })],
    ['UserId', () => callByGet(target(), 'QueryUserOnlineState', { UserId: 'dave' })],
    ['UserInfo', () => call(target(), 'UserRegister', { UserInfo: [{ UserId: 'dave' }] })],
  ])('by a user in %s', async (_, send) => {
    expect(await matches({ userId: 'dave' }, send)).toBe(true);
    expect(await matches({ userId: 'dav' }, send)).toBe(false);
  });

  it('by attempt: the same content, whatever the signature', async () => {
    sandbox.faults.add({ match: { attempt: 2 }, fault: code(7) });
    expect([await invite(), await invite(), await invite()]).toEqual([0, 7, 0]);
    expect([await invite({ Timeout: 5 }), await invite({}, two)]).toEqual([0, 0]);
    expect([await invite({ Timeout: 5 }), await invite({}, two)]).toEqual([7, 7]);
    expect(sandbox.journal.entries().map(({ attempt }) => attempt)).toEqual([1, 2, 3, 1, 1, 2, 2]);
    sandbox.reset();
    await invite();
    expect(sandbox.journal.entries()[0]?.attempt).toBe(1);
  });

  it('by all fields together', async () => {
    const match = { action: 'CallInvite', appId: 2, userId: 'bob', attempt: 1 };
    expect(await matches({ ...match, attempt: 2 }, () => invite({}, two))).toBe(false);
    sandbox.reset();
    expect(await matches(match, () => invite({}, two))).toBe(true);
    expect(await matches({ ...match, attempt: 2, appId: 1 }, () => invite({}, two))).toBe(false);
  });
});

describe('an invalid rule', () => {
  const unchecked = (rule: unknown) => () => sandbox.faults.add(rule as never);

  it.each<[unknown, string]>([
    [
      undefined,
      'a fault rule must be an object with a fault, and optionally match, times and lastsMs',
    ],
    [{}, 'fault must be an object with a kind'],
    [
      { fault: { kind: 'toString' } },
      'fault.kind must be delay, late-reply, hang, reset, close, half-reply',
    ],
    [{ fault: { kind: 'delay' } }, 'fault.ms must be a whole number from 0 to 3600000'],
    [{ fault: { kind: 'delay', ms: 1.5 } }, 'fault.ms must be a whole number from 0 to 3600000'],
    [{ fault: { kind: 'delay', ms: '1' } }, 'fault.ms must be a whole number from 0 to 3600000'],
    [{ fault: { kind: 'hang', when: null } }, 'fault.when must be before or after'],
    [{ fault: { kind: 'delay', ms: 1, when: 'after' } }, 'fault.when is not a field of delay'],
    [
      { fault: { kind: 'gzip-bomb', bytes: 1 } },
      'fault.bytes is not a field of gzip-bomb, which has none',
    ],
    [{ fault: { kind: 'half-reply', then: 'x' } }, 'fault.then must be reset or silence'],
    [{ fault: { kind: 'status', status: 199 } }, 'fault.status must be a whole number from 200'],
    [{ fault: { kind: 'status', status: 600 } }, 'fault.status must be a whole number from 200'],
    [{ fault: { kind: 'status', status: 200, body: {} } }, 'fault.body must be a string'],
    [{ fault: { kind: 'code', code: -1 } }, 'fault.code must be a whole number from 0'],
    [{ fault: { kind: 'redirect', status: 301 } }, 'fault.status must be 307 or 302'],
    [
      { fault: { kind: 'redirect', location: 'http://example.com' } },
      'fault.location must be an http address of this machine',
    ],
    [{ fault: { kind: 'redirect', location: 'nowhere' } }, 'fault.location must be an http'],
    [{ fault: { kind: 'oversized', bytes: 2 ** 31 } }, 'fault.bytes must be a whole number from 1'],
    [{ times: 0, fault: { kind: 'hang' } }, 'times must be a whole number from 1 to 1000000'],
    [{ match: [], fault: { kind: 'hang' } }, 'match must be an object'],
    [{ match: { action: '' }, fault: { kind: 'hang' } }, 'match.action must be a non-empty string'],
    [{ match: { appId: 2 ** 32 }, fault: { kind: 'hang' } }, 'match.appId must be an unsigned'],
    [{ match: { userId: 'a,b' }, fault: { kind: 'hang' } }, "match.userId must not contain ','"],
    [{ match: { userId: 7 }, fault: { kind: 'hang' } }, 'match.userId must be a string'],
    [{ match: { attempt: 0 }, fault: { kind: 'hang' } }, 'match.attempt must be a whole number'],
    [
      { match: { user: 'x' }, fault: { kind: 'hang' } },
      'match.user is unknown; did you mean userId? known names:',
    ],
    [
      { time: 1, fault: { kind: 'hang' } },
      'time is unknown; did you mean times? known names: match, times, lastsMs, fault',
    ],
  ])('%j is refused', (rule, problem) => {
    expect(unchecked(rule)).toThrow(problem);
    expect(sandbox.faults.list()).toEqual([]);
  });

  it('is refused with every problem', () => {
    expect(unchecked({ times: 0, match: { attempt: 0 }, fault: { kind: 'oversized' } })).toThrow(
      /match\.attempt must .*; times must .*; fault\.bytes must .*\.$/,
    );
  });

  it('prevents a sandbox from starting', async () => {
    const faults = [{ fault: code(1) }, { fault: { kind: 'status', status: 0 } as const }];
    await expect(start({ faults })).rejects.toThrow(
      'faults[1]: fault.status must be a whole number from 200 to 599',
    );
  });
});
