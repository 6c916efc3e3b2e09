import { sampleCall, sampleCallee, sampleUser } from '../testing/samples.js';
import { cardsByUser } from './call-cards.js';
import { selectPhones, isRinging, phonesOf, type Phone } from './phone-list.js';

const noneDismissed = (): boolean => false;

function manyPhones(count: number, calls: Parameters<typeof cardsByUser>[0] = []): Phone[] {
  const users = Array.from({ length: count }, (_, index) => sampleUser(`user${index}`));
  return phonesOf(users, cardsByUser(calls, 12345), noneDismissed);
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

describe('selectPhones', () => {
  it('keeps the order of registration for up to 24 phones', () => {
    const { shown, more } = selectPhones(manyPhones(24, [ringing]), { search: '', limit: 24 });
    expect(ids(shown)).toEqual(ids(manyPhones(24)));
    expect(more).toBe(0);
  });

  it('puts phones with calls first if there are more', () => {
    const phones = manyPhones(30, [declined, ringing]);
    const { shown, more } = selectPhones(phones, { search: '', limit: 24 });
    expect(ids(shown).slice(0, 4)).toEqual(['user20', 'user22', 'user0', 'user1']);
    expect(shown).toHaveLength(24);
    expect(more).toBe(6);
    expect(ids(selectPhones(phones, { search: '', limit: 48 }).shown)).toHaveLength(30);
  });

  it('finds ids and names that contain the search text, ignoring case', () => {
    const phones = phonesOf(
      [sampleUser('alice', { userName: 'Ms Adams' }), sampleUser('Bob'), sampleUser('[x]')],
      new Map(),
      noneDismissed,
    );
    const find = (search: string) => ids(selectPhones(phones, { search, limit: 24 }).shown);
    expect(find(' BOB ')).toEqual(['Bob']);
    expect(find('adam')).toEqual(['alice']);
    expect(find('[')).toEqual(['[x]']);
    expect(find('zoe')).toEqual([]);
    expect(find(' ')).toEqual(['alice', 'Bob', '[x]']);
  });

  it('leaves out a dismissed call on that phone only', () => {
    const users = [sampleUser('alice'), sampleUser('user22')];
    const cards = cardsByUser([declined], 12345);
    const phones = phonesOf(users, cards, (userId, { call }) => {
      return userId === 'user22' && call.callId === '2';
    });
    expect(phones.map((phone) => phone.cards.ended?.call.callId)).toEqual(['2', undefined]);
  });
});

describe('isRinging', () => {
  const [phone] = phonesOf([sampleUser('user20')], cardsByUser([ringing], 12345), noneDismissed);

  it('is true once a call has reached the phone', () => {
    expect(phone && isRinging(phone)).toBe(true);
  });

  it.each(['offline', 'logged-out', 'never-logged-in'] as const)(
    'is false while %s',
    (presence) => {
      const user = sampleUser('user20', { presence });
      expect(phone && isRinging({ ...phone, user })).toBe(false);
    },
  );

  it('is false for an outgoing call, and for one that has not reached the phone', () => {
    const calls = [sampleCall('1', { callees: [sampleCallee('bob', 'inviting')] })];
    const cards = cardsByUser(calls, 12345);
    const phones = phonesOf([sampleUser('alice'), sampleUser('bob')], cards, noneDismissed);
    expect(phones.map(isRinging)).toEqual([false, false]);
  });
});
