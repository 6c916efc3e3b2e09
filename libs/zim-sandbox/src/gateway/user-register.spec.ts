import { ZimSandbox } from '../sandbox.js';
import { call } from '../testing/zim-client.js';

let sandbox: ZimSandbox;

beforeEach(async () => {
  sandbox = await ZimSandbox.start({ users: ['alice'], callsPerSecond: 1000 });
});
afterEach(() => sandbox.stop());

const register = (UserInfo: unknown) => call(sandbox, 'UserRegister', { UserInfo });

describe('UserRegister', () => {
  it('registers users', async () => {
    const { reply, hint } = await register([
      { UserId: 'bob', UserName: 'Bob', UserAvatar: 'https://example.com/bob.png' },
      { UserId: 'carol', UserName: null, Extra: 'ignored' },
    ]);
    expect(reply).toEqual({
      Code: 0,
      Message: 'success',
      RequestId: expect.stringMatching(/^\d{19}$/),
      ErrorList: [],
    });
    expect(hint).toBeNull();
    expect(sandbox.directory.list()).toEqual([
      { userId: 'alice' },
      { userId: 'bob', userName: 'Bob', userAvatar: 'https://example.com/bob.png' },
      { userId: 'carol' },
    ]);
  });

  it.each<[unknown, number, string]>([
    [undefined, 660000002, 'UserInfo must be a non-empty array of users'],
    [{}, 660000002, 'UserInfo must be a non-empty array of users'],
    [[], 660000002, 'UserInfo must be a non-empty array of users'],
    [Array(101).fill({ UserId: 'bob' }), 660000011, 'UserInfo names 101 users, 100 are allowed'],
    [['bob'], 660000002, 'each user in UserInfo must have a UserId'],
    [[{ UserId: 'bob' }, {}], 660000002, 'each user in UserInfo must have a UserId'],
    [[{ UserId: 7 }], 660000002, 'each user in UserInfo must have a UserId'],
    [[{ UserId: 'bob', UserName: 7 }], 660000002, 'each user in UserInfo must have a UserId'],
    [[{ UserId: 'bob', UserAvatar: {} }], 660000002, 'each user in UserInfo must have a UserId'],
  ])('refuses %j as a whole with %i', async (users, code, hint) => {
    const answer = await register(users);
    expect(answer.reply).toMatchObject({ Code: code, ErrorList: [] });
    expect(answer.hint?.startsWith(hint)).toBe(true);
    expect(sandbox.directory.list()).toHaveLength(1);
  });

  it('refuses more than 100 users with the code of tooManyUsers, as QueryUserInfos does', async () => {
    await sandbox.stop();
    sandbox = await ZimSandbox.start({ assumptions: { tooManyUsers: '660000002' } });
    const ids = Array.from({ length: 101 }, (_, index) => `user${index}`);
    const registered = await register(ids.map((UserId) => ({ UserId })));
    const queried = await call(sandbox, 'QueryUserInfos', { UserIds: ids });
    expect([registered.reply.Code, queried.reply.Code]).toEqual([660000002, 660000002]);
  });

  it.each([
    [{ UserId: 'x'.repeat(33) }, 660000012, 'user length limit'],
    [{ UserId: '' }, 660000002, 'input params error'],
    [{ UserId: 'a,b' }, 660000002, 'input params error'],
    [{ UserId: 'alice' }, 660700002, 'the user is registered already'],
    [
      { UserId: 'bob', UserName: 'é'.repeat(129) },
      660700006,
      'the user name is longer than 256 bytes',
    ],
    [
      { UserId: 'bob', UserAvatar: 'x'.repeat(501) },
      660700007,
      "the address of the user's picture is longer than 500 bytes",
    ],
  ])('lists %j with %i', async (user, code, message) => {
    const failure = { UserId: user.UserId, SubCode: code, SubMessage: message };
    const single = await register([user]);
    expect(single.reply).toMatchObject({ Code: code, ErrorList: [failure] });
    const mixed = await register([user, { UserId: 'dave' }]);
    expect(mixed.reply).toMatchObject({ Code: 0, Message: 'success', ErrorList: [failure] });
    expect(sandbox.directory.list().map((known) => known.userId)).toEqual(['alice', 'dave']);
    expect(sandbox.journal.entries()[1]).toMatchObject({
      failed: [{ userId: user.UserId, code }],
    });
  });

  it('accepts the limits', async () => {
    const users = Array.from({ length: 100 }, (_, index) => ({
      UserId: String(index).padStart(32, 'u'),
      UserName: 'é'.repeat(128),
      UserAvatar: 'x'.repeat(500),
    }));
    expect((await register(users)).reply).toMatchObject({ Code: 0, ErrorList: [] });
    expect(sandbox.directory.list()).toHaveLength(101);
  });

  it('fails a user that occurs twice in one request the second time', async () => {
    const { reply } = await register([
      { UserId: 'bob', UserName: 'first' },
      { UserId: 'bob', UserName: 'second' },
    ]);
    expect(reply).toMatchObject({ Code: 0, ErrorList: [{ UserId: 'bob', SubCode: 660700002 }] });
    expect(sandbox.directory.list()[1]).toEqual({ userId: 'bob', userName: 'first' });
  });

  it('returns the code of the first failure when all users fail', async () => {
    const { reply } = await register([{ UserId: 'x'.repeat(33) }, { UserId: 'alice' }]);
    expect(reply).toMatchObject({ Code: 660000012 });
    expect(reply.ErrorList).toHaveLength(2);
  });

  it('registers users who can call and be called', async () => {
    await register([{ UserId: 'bob' }]);
    const { reply } = await call(sandbox, 'CallInvite', {
      FromUserId: 'bob',
      UserIds: ['alice'],
      OfflinePush: {},
    });
    expect(reply.Code).toBe(0);
  });
});
