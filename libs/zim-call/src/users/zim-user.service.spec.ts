import { envelope } from '../testing/scripted-server.js';
import { failureOf, useScriptedZim } from '../testing/scripted-zim.js';

const zim = useScriptedZim();
const ids = (count: number, from = 0) =>
  Array.from({ length: count }, (_, index) => `user${from + index}`);
const bodies = () => zim.server.requests.map(({ body }): unknown => JSON.parse(body));
const notRegistered = 'the user has not been registered';

describe('register', () => {
  it('sends the given fields, and reports who failed', async () => {
    await zim.given([
      envelope({
        Code: 0,
        ErrorList: [{ UserId: 'b', SubCode: 660700002, SubMessage: 'exists' }],
      }),
    ]);
    const result = await zim.users.register([
      { userId: 'a', userName: 'A', userAvatar: 'https://a.example/a.png' },
      { userId: 'b' },
    ]);
    expect(bodies()).toEqual([
      {
        UserInfo: [
          { UserId: 'a', UserName: 'A', UserAvatar: 'https://a.example/a.png' },
          { UserId: 'b' },
        ],
      },
    ]);
    expect(result).toEqual({
      registered: ['a'],
      failed: [{ userId: 'b', vendorCode: 660700002, reason: 'the user is registered already' }],
    });
  });

  it('sends long lists in requests of 100, with one result', async () => {
    await zim.given([
      envelope({ Code: 0, ErrorList: [] }),
      envelope({ Code: 0, ErrorList: [{ UserId: 'user100', SubCode: 660000002 }] }),
      envelope({ Code: 0 }),
    ]);
    const result = await zim.users.register(ids(201).map((userId) => ({ userId })));
    expect(bodies().map((body) => (body as { UserInfo: unknown[] }).UserInfo.length)).toEqual([
      100, 100, 1,
    ]);
    expect(result.registered).toEqual([...ids(100), ...ids(99, 101), 'user200']);
    expect(result.failed.map(({ userId }) => userId)).toEqual(['user100']);
  });

  it('treats a refusal that names every user as the result of each', async () => {
    await zim.given([
      envelope({ Code: 660700002, ErrorList: [{ UserId: 'a', SubCode: 660700002 }] }),
    ]);
    const result = await zim.users.register([{ userId: 'a' }]);
    expect([result.registered, result.failed.map(({ vendorCode }) => vendorCode)]).toEqual([
      [],
      [660700002],
    ]);
  });

  it.each([
    [{ Code: 660000002 }, 'rejected'],
    [{ Code: 660000002, ErrorList: [{ UserId: 'other', SubCode: 1 }] }, 'rejected'],
    [{ Code: 0, ErrorList: 'x' }, 'unknown'],
    [{ Code: 660000001, ErrorList: [{ UserId: 'a', SubCode: 660000001 }] }, 'unknown'],
  ])('fails as a whole after %j', async (reply, outcome) => {
    await zim.given([envelope(reply)]);
    const error = await failureOf(zim.settled(zim.users.register([{ userId: 'a' }])));
    expect(error.outcome).toBe(outcome);
  });

  it('keeps the reply, and skips entries that name none of the users', async () => {
    const others = [{ UserId: 'd'.repeat(39), SubCode: 660000012 }, { UserId: '' }, null];
    await zim.given([envelope({ Code: 0, ErrorList: [...others, { UserId: 'b' }] })]);
    expect(await zim.users.register([{ userId: 'a' }, { userId: 'b' }])).toEqual({
      registered: ['a'],
      failed: [{ userId: 'b', reason: 'ZIM gave no readable code' }],
    });
  });

  it('repeats what ZIM throttles', async () => {
    await zim.given([envelope({ Code: 660700001 }), envelope({ Code: 0 })]);
    expect((await zim.settled(zim.users.register([{ userId: 'a' }]))).registered).toEqual(['a']);
  });

  it.each<[unknown, string, string]>([
    [[], 'users', 'at least 1 user'],
    ['a', 'users', 'must be an array'],
    [[{ userId: 'a,b' }], 'users[0].userId', "','"],
    [[{ userId: 'a' }, { userId: 'a' }], 'users', 'not name a user twice'],
    [[{ userId: 'a', userName: '中'.repeat(86) }], 'users[0].userName', 'is 258'],
    [[{ userId: 'a', userAvatar: 'x'.repeat(501) }], 'users[0].userAvatar', 'is 501'],
    [[{ userId: 'a', x: 1 }], 'users[0].x', 'not a known property'],
  ])('refuses %j, and sends nothing', async (users, path, words) => {
    await zim.given([envelope({ Code: 0 })]);
    const error = await failureOf(zim.users.register(users as []));
    expect(error).toHaveProperty('errors', [{ path, message: expect.stringContaining(words) }]);
    expect(zim.server.requests).toHaveLength(0);
  });
});

describe('queryOnlineState', () => {
  it('sends the ids with brackets, and ignores the case of the status', async () => {
    await zim.given([
      envelope({
        Code: 0,
        Result: [
          { UserId: 'a', Status: 'Online' },
          { UserId: 'b', Status: 'online' },
          { UserId: 'c', Status: 'Offline' },
        ],
        ErrorList: [{ UserId: 'd', SubCode: 660200001 }],
      }),
    ]);
    const states = await zim.users.queryOnlineState(['a', 'b', 'c', 'd']);
    expect(zim.server.requests[0]?.method).toBe('GET');
    expect(zim.server.requests[0]?.url.searchParams.getAll('UserId[]')).toEqual([
      'a',
      'b',
      'c',
      'd',
    ]);
    expect(states.users).toEqual([
      { userId: 'a', online: true },
      { userId: 'b', online: true },
      { userId: 'c', online: false },
    ]);
    expect(states.failed.map(({ userId, vendorCode }) => [userId, vendorCode])).toEqual([
      ['d', 660200001],
    ]);
  });

  it('sends requests of 100', async () => {
    await zim.given([envelope({ Code: 0, Result: [] })]);
    await zim.users.queryOnlineState(ids(150));
    expect(
      zim.server.requests.map(({ url }) => url.searchParams.getAll('UserId[]').length),
    ).toEqual([100, 50]);
  });

  it.each([{ Result: 'x' }, { Result: [{ UserId: 'a' }] }, { Result: [7] }])(
    'does not read %j',
    async (fields) => {
      await zim.given([envelope({ Code: 0, ...fields })]);
      const error = await failureOf(zim.settled(zim.users.queryOnlineState(['a'])));
      expect([error.kind, error.outcome]).toEqual(['protocol', 'unknown']);
    },
  );

  it('refuses a bad id, and rejects rather than throws', async () => {
    await zim.given([envelope({ Code: 0 })]);
    const error = await failureOf(zim.users.queryOnlineState(['a', 'b/c']));
    expect(error.message).toContain('userIds[1] must not contain');
  });
});

describe('queryInfo', () => {
  it('returns names and pictures, and reports unknown users', async () => {
    await zim.given([
      envelope({
        Code: 0,
        Result: [{ UserId: 'a', UserName: 'A', UserAvatar: 'p', Extra: 'e' }, { UserId: 'b' }],
        ErrorList: [{ UserId: 'c', SubCode: 660700015 }],
      }),
    ]);
    expect(await zim.users.queryInfo(['a', 'b', 'c'])).toEqual({
      users: [
        { userId: 'a', userName: 'A', userAvatar: 'p', extra: 'e' },
        { userId: 'b', userName: '', userAvatar: '', extra: '' },
      ],
      failed: [{ userId: 'c', vendorCode: 660700015, reason: notRegistered }],
    });
    expect(bodies()).toEqual([{ UserIds: ['a', 'b', 'c'] }]);
  });
});
