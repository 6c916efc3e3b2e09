import { cardsByUser } from './call-cards.js';
import { choosePhones, isRinging, phonesOf, type Phone } from './phone-choice.js';
import { sampleCall, sampleCallee, sampleUser } from './testing/sample-calls.js';

const nobody = (): boolean => false;

function manyPhones(count: number, calls: Parameters<typeof cardsByUser>[0] = []): Phone[] {
  const users = Array.from({ length: count }, (_, index) => sampleUser(`user${index}`));
  return phonesOf(users, cardsByUser(calls, 12345), nobody);
}

function ids(phones: readonly Phone[]): string[] {
  return phones.map(({ user }) => user.userId);
}

const ringing = sampleCall('1', { callees: [sampleCallee('user20', 'received')] });
const declined = sampleCall('2', {
  state: 'ended',
  endedAt: 2000,
  endReason: 'answered',
  callees: [sampleCallee('user22', 'rejected', 2000)],
});

describe('the phones that are shown', () => {
  it('stay in the order of registration while they are few', () => {
    const { shown, more } = choosePhones(manyPhones(24, [ringing]), { search: '', limit: 24 });
    expect(ids(shown)).toEqual(ids(manyPhones(24)));
    expect(more).toBe(0);
  });

  it('begin with those that have something to show when they are many', () => {
    const phones = manyPhones(30, [declined, ringing]);
    const { shown, more } = choosePhones(phones, { search: '', limit: 24 });
    expect(ids(shown).slice(0, 4)).toEqual(['user20', 'user22', 'user0', 'user1']);
    expect(shown).toHaveLength(24);
    expect(more).toBe(6);
    expect(ids(choosePhones(phones, { search: '', limit: 48 }).shown)).toHaveLength(30);
  });

  it('are those whose id or name contains what is searched for, however it is written', () => {
    const phones = phonesOf(
      [sampleUser('alice', { userName: 'Ms Adams' }), sampleUser('Bob'), sampleUser('[x]')],
      new Map(),
      nobody,
    );
    const find = (search: string) => ids(choosePhones(phones, { search, limit: 24 }).shown);
    expect(find(' BOB ')).toEqual(['Bob']);
    expect(find('adam')).toEqual(['alice']);
    expect(find('[')).toEqual(['[x]']);
    expect(find('nobody')).toEqual([]);
    expect(find(' ')).toEqual(['alice', 'Bob', '[x]']);
  });

  it('are without a call that was put away, on that phone alone', () => {
    const users = [sampleUser('alice'), sampleUser('user22')];
    const cards = cardsByUser([declined], 12345);
    const phones = phonesOf(users, cards, (userId, { call }) => {
      return userId === 'user22' && call.callId === '2';
    });
    expect(phones.map((phone) => phone.cards.ended?.call.callId)).toEqual(['2', undefined]);
  });
});

describe('a phone', () => {
  const [phone] = phonesOf([sampleUser('user20')], cardsByUser([ringing], 12345), nobody);

  it('rings when a call has reached it', () => {
    expect(phone && isRinging(phone)).toBe(true);
  });

  it.each(['offline', 'logged-out', 'never-logged-in'] as const)(
    'is quiet while %s',
    (presence) => {
      const user = sampleUser('user20', { presence });
      expect(phone && isRinging({ ...phone, user })).toBe(false);
    },
  );

  it('is quiet for its own call, and for one that has not reached it', () => {
    const calls = [sampleCall('1', { callees: [sampleCallee('bob', 'inviting')] })];
    const cards = cardsByUser(calls, 12345);
    const phones = phonesOf([sampleUser('alice'), sampleUser('bob')], cards, nobody);
    expect(phones.map(isRinging)).toEqual([false, false]);
  });
});
