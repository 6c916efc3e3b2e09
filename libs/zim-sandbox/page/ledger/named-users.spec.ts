import { namedUsers } from './named-users.js';

describe('namedUsers', () => {
  it('finds them in the body of an invite and of a registration', () => {
    expect(
      namedUsers({ query: {}, body: { FromUserId: 'alice', UserIds: ['bob', 'carol'] } }),
    ).toEqual({ from: 'alice', to: ['bob', 'carol'] });
    expect(
      namedUsers({ query: {}, body: { UserInfo: [{ UserId: 'bob' }, { UserId: 'carol' }] } }),
    ).toEqual({ to: ['bob', 'carol'] });
  });

  it('finds them in a query', () => {
    expect(namedUsers({ query: { FromUserId: 'bob', CallId: '1' } })).toEqual({
      from: 'bob',
      to: [],
    });
    expect(namedUsers({ query: { 'UserId[]': 'bob,carol', UserId: 'dave' } })).toEqual({
      to: ['bob', 'carol', 'dave'],
    });
  });

  it('takes whatever else comes for nobody', () => {
    for (const body of [null, 'text', [1], { FromUserId: 7, UserIds: { a: 1 }, UserInfo: [null] }])
      expect(namedUsers({ query: {}, body })).toEqual({ to: [] });
  });
});
