import { zimUserIdSymbols } from 'zim-protocol';
import { ZimInvalidRequestError } from '../errors/errors.js';
import { validateInput } from '../validation/zim-validation.pipe.js';
import { CallInviteDto, createCallInviteDto } from './call-invite.dto.js';
import { OfflinePushDto } from './offline-push.dto.js';

const good = { fromUserId: 'alice', userIds: ['bob'] };
const ids = (count: number) => Array.from({ length: count }, (_, index) => `user${index}`);

function errorsOf(input: unknown, dto = CallInviteDto) {
  try {
    validateInput(dto, input, 'CallInvite');
  } catch (error) {
    if (error instanceof ZimInvalidRequestError) {
      expect([error.outcome, error.attempts, error.action]).toEqual(['not-sent', 0, 'CallInvite']);
      return error.errors;
    }
    throw error;
  }
  return [];
}

describe('CallInviteDto', () => {
  it.each<[string, object]>([
    ['one callee', {}],
    ['nine callees', { userIds: ids(9) }],
    [
      '32 bytes of every symbol, the space and the dash',
      { fromUserId: `${zimUserIdSymbols} -aZ09` },
    ],
    ['timeout 0', { timeoutSeconds: 0 }],
    ['timeout 600', { timeoutSeconds: 600 }],
    ['2048 bytes of extended data', { extendedData: 'é'.repeat(1024) }],
    ['empty extended data', { extendedData: '' }],
    ['null where nothing is needed', { timeoutSeconds: null, offlinePush: null }],
    ['an empty push', { offlinePush: {} }],
    [
      'a whole push',
      {
        offlinePush: {
          enable: 1,
          title: 't',
          content: 'c',
          payload: 'p',
          pushStrategyId: 'x'.repeat(32),
          pushImageInfo: {
            apns: { image: 'https://a.example/i.png' },
            android: {
              huaWei: { image: 'https://a.example/i.png', icon: '/raw/icon' },
              fcm: { image: 'https://a.example/i.png', icon: 'https://a.example/i.png' },
            },
          },
          enableBadge: true,
          badgeIncrement: 99,
          privateMessageTemplate: { templateId: '1', titleParameters: '2', contentParameters: '3' },
          threadId: 'th',
        },
      },
    ],
  ])('takes %s', (_, change) => {
    expect(errorsOf({ ...good, ...change })).toEqual([]);
  });

  it.each<[string, object, string, string]>([
    ['no caller', { fromUserId: undefined }, 'fromUserId', 'is missing'],
    ['a caller of null', { fromUserId: null }, 'fromUserId', 'is missing'],
    ['a caller that is a number', { fromUserId: 7 }, 'fromUserId', 'must be text'],
    ['a caller that is a list', { fromUserId: ['a'] }, 'fromUserId', 'fromUserId must be text'],
    ['an empty caller', { fromUserId: '' }, 'fromUserId', 'must not be empty'],
    ['a caller of 33 bytes', { fromUserId: 'x'.repeat(33) }, 'fromUserId', '32 bytes long, is 33'],
    ['a comma', { fromUserId: 'a,b' }, 'fromUserId', "','"],
    ['an accent', { fromUserId: 'é' }, 'fromUserId', "'é'"],
    ['a line break', { userIds: ['bob\n'] }, 'userIds', 'userIds[0] must not contain U+000A'],
    ['no callees', { userIds: [] }, 'userIds', 'at least 1 callee'],
    ['ten callees', { userIds: ids(10) }, 'userIds', 'at most 9 callees'],
    ['callees of undefined', { userIds: undefined }, 'userIds', 'must be an array'],
    ['callees as text', { userIds: 'bob' }, 'userIds', 'must be an array'],
    ['a callee twice', { userIds: ['bob', 'eve', 'bob'] }, 'userIds', 'not name a callee twice'],
    [
      'a bad third callee',
      { userIds: ['a', 'b', 'c/d'] },
      'userIds',
      'userIds[2] must not contain',
    ],
    ['a callee of null', { userIds: ['a', null] }, 'userIds', 'userIds[1] is missing'],
    ['a callee that is a list', { userIds: [['a']] }, 'userIds', 'userIds[0] must be text'],
    ['timeout 601', { timeoutSeconds: 601 }, 'timeoutSeconds', 'whole number from 0 to 600'],
    ['timeout -1', { timeoutSeconds: -1 }, 'timeoutSeconds', 'whole number from 0 to 600'],
    ['timeout 1.5', { timeoutSeconds: 1.5 }, 'timeoutSeconds', 'whole number from 0 to 600'],
    ['timeout as text', { timeoutSeconds: '90' }, 'timeoutSeconds', 'whole number from 0 to 600'],
    ['2049 bytes in 683 characters', { extendedData: '中'.repeat(683) }, 'extendedData', 'is 2049'],
    ['extended data as object', { extendedData: {} }, 'extendedData', 'must be text'],
    ['half a surrogate pair', { extendedData: 'a\ud83d' }, 'extendedData', 'broken characters'],
    ['an unknown property', { ringtone: 'x' }, 'ringtone', 'ringtone is not a known property'],
    ['a push that is text', { offlinePush: 'yes' }, 'offlinePush', 'must be an object'],
    ['a push that is a list', { offlinePush: [] }, 'offlinePush', 'must be an object'],
    ['enable 2', { offlinePush: { enable: 2 } }, 'offlinePush.enable', 'must be 0 or 1'],
    ['enable true', { offlinePush: { enable: true } }, 'offlinePush.enable', 'must be 0 or 1'],
    [
      'a title that is a number',
      { offlinePush: { title: 1 } },
      'offlinePush.title',
      'must be text',
    ],
    ['badge 100', { offlinePush: { badgeIncrement: 100 } }, 'offlinePush.badgeIncrement', '99'],
    [
      'a strategy of 33 characters',
      { offlinePush: { pushStrategyId: 'x'.repeat(33) } },
      'offlinePush.pushStrategyId',
      '32',
    ],
    [
      'a picture that is no address',
      { offlinePush: { pushImageInfo: { apns: { image: 'x' } } } },
      'offlinePush.pushImageInfo.apns.image',
      'must be a URL',
    ],
    [
      'an unknown property of the push',
      { offlinePush: { voip: 1 } },
      'offlinePush.voip',
      'offlinePush.voip is not a known property',
    ],
    [
      'constructor',
      JSON.parse('{"constructor":{"prototype":{}}}') as object,
      'constructor',
      'not a known property',
    ],
  ])('refuses %s', (_, change, path, words) => {
    expect(errorsOf({ ...good, ...change })).toEqual([
      { path, message: expect.stringContaining(words) },
    ]);
  });

  it('refuses __proto__, at any depth, which class-transformer would drop silently', () => {
    const parse = (json: string): unknown => JSON.parse(json);
    expect(errorsOf(parse('{"fromUserId":"a","userIds":["b"],"__proto__":{"x":1}}'))).toEqual([
      { path: '__proto__', message: '__proto__ is not a known property' },
    ]);
    expect(
      errorsOf(parse('{"fromUserId":"a","userIds":["b"],"offlinePush":{"__proto__":{}}}')),
    ).toEqual([
      { path: 'offlinePush.__proto__', message: 'offlinePush.__proto__ is not a known property' },
    ]);
  });

  it.each<[string, () => object, string, string]>([
    [
      'an instance of another class',
      () => ({ db: new URL('http://a.example') }),
      'db',
      'db must be plain data',
    ],
    ['a function', () => ({ then: () => 1 }), 'then', 'then must be plain data'],
    ['a Map', () => ({ offlinePush: new Map() }), 'offlinePush', 'offlinePush must be plain data'],
    ['a Set', () => ({ userIds: new Set(['bob']) }), 'userIds', 'userIds must be plain data'],
    ['a Date', () => ({ offlinePush: new Date() }), 'offlinePush', 'must be plain data'],
    ['a hole', () => ({ userIds: Array(2) }), 'userIds[0]', 'userIds[0] is missing'],
    ['toString', () => ({ toString: 1 }), 'toString', 'toString is not a known property'],
    [
      'valueOf further in',
      () => ({ offlinePush: { valueOf: 1 } }),
      'offlinePush.valueOf',
      'valueOf is',
    ],
  ])('refuses %s, and calls nothing of it', (_, change, path, words) => {
    expect(errorsOf({ ...good, ...change() })).toEqual([
      { path, message: expect.stringContaining(words) },
    ]);
  });

  it('runs no constructor of what it is given', () => {
    let made = 0;
    class Connection {
      readonly id = ++made;
    }
    expect(errorsOf({ ...good, connection: new Connection() })).toHaveLength(1);
    expect(made).toBe(1);
  });

  it('refuses what is too deep or goes in circles, quickly', () => {
    const deep = JSON.parse(`${'['.repeat(20_000)}${']'.repeat(20_000)}`) as unknown;
    expect(errorsOf({ ...good, userIds: deep })[0]?.message).toContain('nested deeper than 8');
    const circle: Record<string, unknown> = { ...good };
    for (const key of 'abcdefghij') circle[key] = circle;
    expect(errorsOf(circle).length).toBeGreaterThan(0);
  });

  it('takes DTOs inside plain data, and data without a prototype', () => {
    const offlinePush = Object.assign(new OfflinePushDto(), { title: 't' });
    expect(errorsOf({ ...good, offlinePush })).toEqual([]);
    expect(errorsOf(Object.assign(Object.create(null) as object, good))).toEqual([]);
  });

  it.each([undefined, null, 'x', 7, true, []])('refuses %j as an invite', (input) => {
    expect(errorsOf(input)).toEqual([{ path: '', message: 'the request must be an object' }]);
  });

  it('reports every field at once', () => {
    const errors = errorsOf({ fromUserId: '', userIds: [], timeoutSeconds: 601, x: 1 });
    expect(errors.map(({ path }) => path).sort()).toEqual([
      'fromUserId',
      'timeoutSeconds',
      'userIds',
      'x',
    ]);
  });

  it('takes an instance, and leaves the argument as it was', () => {
    const invite = Object.assign(new CallInviteDto(), good);
    const frozen = Object.freeze({ ...good, userIds: Object.freeze(['bob']) });
    expect(errorsOf(invite)).toEqual([]);
    expect(errorsOf(frozen)).toEqual([]);
    expect(errorsOf(Object.assign(new CallInviteDto(), good, { userIds: [] }))).toHaveLength(1);
  });

  it('can be made for more callees, with every other rule kept', () => {
    const raised = createCallInviteDto({ maxCallees: 20 });
    expect(errorsOf({ ...good, userIds: ids(20) }, raised)).toEqual([]);
    expect(errorsOf({ ...good, userIds: ids(21) }, raised)[0]?.message).toContain('at most 20');
    expect(errorsOf({ ...good, userIds: ['a,b'] }, raised)[0]?.message).toContain("','");
    expect(errorsOf({ ...good, userIds: ['a', 'a'] }, raised)[0]?.message).toContain('twice');
    expect(errorsOf({ ...good, fromUserId: '' }, raised)).toHaveLength(1);
    expect(errorsOf({ ...good, userIds: ids(10) })).toHaveLength(1);
  });
});
