import { type SandboxAssumptions } from '../core/assumptions.js';
import { ZimSandbox } from '../sandbox.js';
import { fixedClock } from '../testing/fixed-clock.js';
import { call, callByGet, post, publicParameters } from '../testing/zim-client.js';

const unusualIds = ['a+b&c#d%e=f?g h', '%2B', '+'];
let sandbox: ZimSandbox;

async function start(assumptions: Partial<SandboxAssumptions> = {}) {
  sandbox = await ZimSandbox.start({
    users: [
      { userId: 'alice', userName: 'Alice', userAvatar: 'https://example.com/a.png' },
      'bob',
      { userId: 'lost', presence: 'offline' },
      { userId: 'gone', presence: 'logged-out' },
      ...unusualIds,
    ],
    clock: fixedClock(),
    callsPerSecond: 1000,
    assumptions,
  });
  await call(sandbox, 'UserRegister', { UserInfo: [{ UserId: 'server-only' }] });
}

beforeEach(() => start());
afterEach(() => sandbox.stop());

const names = (count: number) => Array.from({ length: count }, (_, index) => `user${index}`);

describe('QueryUserOnlineState', () => {
  const query = (ids: readonly string[], name = 'UserId[]') =>
    callByGet(sandbox, 'QueryUserOnlineState', { [name]: ids });

  it('returns who is online, who is offline, and who has no session', async () => {
    const ids = ['alice', 'lost', 'gone', 'server-only', 'unknown', 'alice'];
    const { reply, hint } = await query(ids);
    const sub = (UserId: string) => ({ UserId, SubCode: 660200001 });
    expect(reply).toEqual({
      Code: 0,
      Message: 'success',
      RequestId: expect.any(String),
      Result: [
        { UserId: 'alice', Status: 'Online' },
        { UserId: 'lost', Status: 'Offline' },
      ],
      ErrorList: [sub('gone'), sub('server-only'), sub('unknown')],
    });
    expect(hint).toBe('gone: logged-out; server-only: never-logged-in; unknown: not registered');
    expect(sandbox.journal.entries().at(-1)?.query['UserId[]']).toBe(ids.join(','));
  });

  it('fails when no user has a session, and lists all of them', async () => {
    const { reply } = await query(['gone', 'unknown']);
    expect(reply).toEqual({
      Code: 660200001,
      Message: expect.stringMatching(/./),
      RequestId: expect.any(String),
      Result: [],
      ErrorList: [
        { UserId: 'gone', SubCode: 660200001 },
        { UserId: 'unknown', SubCode: 660200001 },
      ],
    });
  });

  it.each([
    'UserId[]=alice&UserId[]=bob',
    'UserId%5B%5D=alice&UserId%5B%5D=bob',
    'UserId=alice&UserId=bob',
  ])('accepts the query %s', async (list) => {
    const parameters = publicParameters(sandbox, 'QueryUserOnlineState').toString();
    const { reply } = await post(`${sandbox.url}/?${parameters}&${list}`, '', 'GET');
    expect(reply.Result).toEqual([
      { UserId: 'alice', Status: 'Online' },
      { UserId: 'bob', Status: 'Online' },
    ]);
  });

  it('decodes ids with special characters', async () => {
    const { reply } = await query(unusualIds);
    expect(reply.Result).toEqual(unusualIds.map((UserId) => ({ UserId, Status: 'Online' })));
  });

  it.each<[string, string[], number, string]>([
    ['no user', [], 660000002, 'UserId[] must name at least one user'],
    ['101 users', names(101), 660000011, 'UserId[] names 101 users, 100 are allowed'],
    ['an empty id', ['bob', ''], 660000002, 'UserId[] number 2 must have 1 to 64 bytes'],
    ['65 bytes', ['x'.repeat(65)], 660000002, 'UserId[] number 1 must have 1 to 64 bytes'],
  ])('refuses %s', async (_, ids, code, hint) => {
    const answer = await query(ids);
    expect(answer.reply).toMatchObject({ Code: code, Result: [], ErrorList: [] });
    expect(answer.hint).toBe(hint);
  });

  it('accepts 100 percent-encoded ids of 64 bytes', async () => {
    const ids = names(100).map((name) => name.padEnd(64, '&'));
    const { reply } = await query(ids);
    expect(reply).toMatchObject({ Code: 660200001, Result: [] });
    expect(reply.ErrorList).toHaveLength(100);
  });

  it.each<[SandboxAssumptions['onlineStatusCase'], string[]]>([
    ['Online', ['Online', 'Offline']],
    ['online', ['online', 'offline']],
  ])('spells the status with onlineStatusCase=%s', async (onlineStatusCase, statuses) => {
    await sandbox.stop();
    await start({ onlineStatusCase });
    const { reply } = await query(['alice', 'lost']);
    expect((reply.Result as { Status: string }[]).map(({ Status }) => Status)).toEqual(statuses);
  });
});

describe('QueryUserInfos', () => {
  const query = (UserIds: unknown) => call(sandbox, 'QueryUserInfos', { UserIds });

  it('returns users who are registered and have not logged out', async () => {
    const { reply, hint } = await query([
      'alice',
      'unknown',
      'gone',
      'lost',
      'server-only',
      'alice',
    ]);
    const nameless = (UserId: string) => ({ UserId, UserName: '', UserAvatar: '', Extra: '' });
    expect(reply).toEqual({
      Code: 0,
      Message: 'success',
      RequestId: expect.any(String),
      Result: [
        {
          UserId: 'alice',
          UserName: 'Alice',
          UserAvatar: 'https://example.com/a.png',
          Extra: '',
        },
        nameless('lost'),
        nameless('server-only'),
      ],
      ErrorList: [
        { UserId: 'unknown', SubCode: 660700015 },
        { UserId: 'gone', SubCode: 660000002 },
      ],
    });
    expect(hint).toBe('unknown: not registered; gone: logged-out');
  });

  it('fails with the code of the first user when none is found', async () => {
    expect((await query(['unknown', 'gone'])).reply).toMatchObject({
      Code: 660700015,
      Result: [],
      ErrorList: [{ UserId: 'unknown' }, { UserId: 'gone' }],
    });
    expect((await query(['gone', 'unknown'])).reply.Code).toBe(660000002);
  });

  it.each<[SandboxAssumptions['unknownUserInfo'], number]>([
    ['660700015', 660700015],
    ['660000002', 660000002],
  ])('lists an unregistered user with unknownUserInfo=%s', async (unknownUserInfo, SubCode) => {
    await sandbox.stop();
    await start({ unknownUserInfo });
    const { reply } = await query(['unknown', 'alice']);
    expect(reply.ErrorList).toEqual([{ UserId: 'unknown', SubCode }]);
  });

  it.each<[unknown, number, string]>([
    [undefined, 660000002, 'UserIds must be an array of strings'],
    ['alice', 660000002, 'UserIds must be an array of strings'],
    [['alice', 7], 660000002, 'UserIds must be an array of strings'],
    [[], 660000002, 'UserIds must name at least one user'],
    [[''], 660000002, 'UserIds number 1 must have 1 to 64 bytes'],
    [names(101), 660000011, 'UserIds names 101 users, 100 are allowed'],
  ])('refuses %j', async (ids, code, hint) => {
    const answer = await query(ids);
    expect(answer.reply).toMatchObject({ Code: code, Result: [], ErrorList: [] });
    expect(answer.hint).toBe(hint);
  });

  it('accepts 100 users', async () => {
    expect((await query(['alice', ...names(99)])).reply.Code).toBe(0);
  });
});
