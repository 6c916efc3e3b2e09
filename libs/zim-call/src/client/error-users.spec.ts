import { readErrorUsers } from './decode-reply.js';

const userIds = ['a', 'b'];

describe('readErrorUsers', () => {
  it.each([undefined, null, []])('reads %j as no user', (value) => {
    expect(readErrorUsers(value, userIds)).toEqual([]);
  });

  it.each([{}, 'x', 1])('does not read %j', (value) => {
    expect(readErrorUsers(value, userIds)).toBeUndefined();
  });

  it.each([
    [[null]],
    [[{ UserId: 1, SubCode: 2 }]],
    [[{ UserId: '', SubCode: 2 }]],
    [[{ UserId: 'a'.repeat(39), SubCode: 2 }]],
    [[{ UserId: 'zed', SubCode: 2 }]],
  ])('finds in %j none of the users', (value) => {
    expect(readErrorUsers(value, userIds)).toEqual([]);
  });

  it('returns the users of the request, in its order, each once', () => {
    const entries = ['b', 'a', 'zed', 'b'].map((UserId, SubCode) => ({ UserId, SubCode }));
    const failures = readErrorUsers(entries, userIds);
    expect(failures?.map(({ userId, vendorCode }) => [userId, vendorCode])).toEqual([
      ['a', 1],
      ['b', 3],
    ]);
  });

  it.each([undefined, '2', 0.5])('reads a user with the SubCode %j as failed', (SubCode) => {
    expect(readErrorUsers([{ UserId: 'a', SubCode }], userIds)).toEqual([
      { userId: 'a', reason: 'ZIM gave no readable code' },
    ]);
  });

  it('returns every user with a legal id if the request names none', () => {
    const entries = ['zed', 'a,b'].map((UserId) => ({ UserId, SubCode: 42 }));
    expect(readErrorUsers(entries)).toEqual([
      { userId: 'zed', vendorCode: 42, reason: 'an undocumented code' },
    ]);
  });
});
