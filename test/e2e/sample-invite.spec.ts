import { zimUserIdSymbols } from 'zim-protocol';
import { type Backend, startBackend } from '../support/backend.js';

interface Problem {
  readonly status: number;
  readonly errors?: readonly { path: string; message: string }[];
}

const good = { fromUserId: 'alice', userIds: ['bob'] };
const callees = (count: number) => Array.from({ length: count }, (_, index) => `user${index}`);
const json = (change: object) => JSON.stringify({ ...good, ...change });

let backend: Backend;

beforeAll(async () => {
  backend = await startBackend();
});
afterAll(() => backend.app.close());
afterEach(() => {
  backend.sandbox.reset();
});

describe('POST /calls', () => {
  it('rings: 201, a CallId of 20 digits as text, and the sandbox has verified the signature', async () => {
    const response = await backend.post('/calls', {
      ...good,
      userIds: ['bob', 'carol', 'dave'],
      timeoutSeconds: 30,
      extendedData: '中',
      offlinePush: { title: 't' },
    });
    expect(response.status).toBe(201);
    const result = (await response.json()) as { callId: string };
    expect(result).toEqual({
      callId: expect.stringMatching(/^\d{20}$/),
      createdAt: expect.stringMatching(/^\d{4}-.*Z$/),
      createdAtFrom: 'zim',
      requestId: expect.stringMatching(/^\d+$/),
      confirmedBy: 'reply',
      invited: ['bob', 'carol'],
      failed: [
        { userId: 'dave', vendorCode: 660500002, reason: 'the user is not registered with ZIM' },
      ],
    });
    const [entry] = backend.sandbox.journal.entries();
    expect(entry).toMatchObject({ action: 'CallInvite', signature: 'verified', code: 0 });
    expect(backend.sandbox.calls.list()).toMatchObject([
      { callId: result.callId, caller: 'alice', ringing: ['bob', 'carol'], timeoutSeconds: 30 },
    ]);
  });

  it('accepts an id of 32 bytes with the dash, the space and every other symbol', async () => {
    const userId = `${zimUserIdSymbols} -aZ09`.padEnd(32, 'x');
    backend.sandbox.directory.register([{ userId }]);
    const response = await backend.post('/calls', { fromUserId: 'alice', userIds: [userId] });
    expect([response.status, ((await response.json()) as { invited: string[] }).invited]).toEqual([
      201,
      [userId],
    ]);
  });

  it.each<[string, string, number, string, string]>([
    ['no callee', json({ userIds: [] }), 400, 'userIds', 'at least 1 callee'],
    ['ten callees', json({ userIds: callees(10) }), 400, 'userIds', 'at most 9 callees'],
    ['an id of 33 bytes', json({ fromUserId: 'x'.repeat(33) }), 400, 'fromUserId', 'is 33'],
    ['a comma', json({ userIds: ['bob,eve'] }), 400, 'userIds', "','"],
    ['an accent', json({ userIds: ['é'] }), 400, 'userIds', "'é'"],
    ['a line break', json({ fromUserId: 'alice\n' }), 400, 'fromUserId', 'U+000A'],
    [
      '2049 bytes in 683 characters',
      json({ extendedData: '中'.repeat(683) }),
      400,
      'extendedData',
      'at most 2048 bytes of UTF-8 long, is 2049',
    ],
    ['timeout 601', json({ timeoutSeconds: 601 }), 400, 'timeoutSeconds', '600'],
    [
      'timeout -1',
      json({ timeoutSeconds: -1 }),
      400,
      'timeoutSeconds',
      'whole number from 0 to 600',
    ],
    ['timeout 1.5', json({ timeoutSeconds: 1.5 }), 400, 'timeoutSeconds', 'whole number'],
    ['timeout "90"', json({ timeoutSeconds: '90' }), 400, 'timeoutSeconds', 'whole number'],
    ['a callee twice', json({ userIds: ['bob', 'bob'] }), 400, 'userIds', 'twice'],
    ['an unknown property', json({ ringtone: 1 }), 400, 'ringtone', 'not a known property'],
    [
      '__proto__',
      '{"fromUserId":"alice","userIds":["bob"],"__proto__":{"admin":true}}',
      400,
      '__proto__',
      'not a known property',
    ],
    [
      'constructor',
      '{"fromUserId":"alice","userIds":["bob"],"constructor":1}',
      400,
      'constructor',
      'not a known property',
    ],
    ['broken JSON', '{"fromUserId":"alice",', 400, 'body', 'is not valid JSON'],
    ['a list', '[]', 400, '', 'must be an object'],
    ['an empty body', '', 400, 'body', 'is not valid JSON'],
    [
      'deep JSON',
      `{"a":`.repeat(5_000) + '1' + '}'.repeat(5_000),
      400,
      expect.any(String),
      'deeper than 8',
    ],
    [
      'deep lists',
      json({ userIds: 1 }).replace('1', '['.repeat(9_000) + ']'.repeat(9_000)),
      400,
      expect.any(String),
      'deeper than 8',
    ],
    ['toString', json({ toString: 1 }), 400, 'toString', 'not a known property'],
    ['2 MB', json({ extendedData: 'x'.repeat(2_000_000) }), 413, 'body', 'at most 65536 bytes'],
  ])('refuses %s, and sends nothing to ZIM', async (_, body, status, path, words) => {
    const response = await backend.postRaw('/calls', body);
    const problem = (await response.json()) as Problem;
    expect([response.status, problem.status]).toEqual([status, status]);
    expect(response.headers.get('content-type')).toBe('application/problem+json; charset=utf-8');
    expect(problem.errors).toEqual([{ path, message: expect.stringContaining(words) }]);
    expect(backend.sandbox.journal.entries()).toEqual([]);
  });

  it('limits the errors that it lists for thousands of wrong properties', async () => {
    const wrong = Object.fromEntries(Array.from({ length: 5_000 }, (_, n) => [`x${n}`, n]));
    const response = await backend.post('/calls', { ...good, ...wrong });
    const text = await response.text();
    expect(response.status).toBe(400);
    expect(text.length).toBeLessThan(10_000);
    expect(text).toContain('and 4980 more');
  });

  it('refuses bytes that are not UTF-8', async () => {
    const body = Buffer.concat([Buffer.from(json({ extendedData: '' })), Buffer.from([0xff])]);
    const response = await fetch(`${backend.url}/calls`, {
      method: 'POST',
      headers: { 'Content-Type': 'application/json' },
      body,
    });
    expect([response.status, ((await response.json()) as Problem).errors]).toEqual([
      400,
      [{ path: 'body', message: 'body is not UTF-8' }],
    ]);
  });

  it.each(['text/plain', 'application/x-www-form-urlencoded', 'application/json; charset=utf-16'])(
    'refuses %s',
    async (type) => {
      const response = await backend.postRaw('/calls', JSON.stringify(good), {
        'Content-Type': type,
      });
      expect([response.status, (await response.json()) as Problem]).toEqual([
        415,
        expect.objectContaining({
          errors: [
            { path: 'body', message: expect.stringContaining('body must be application/json') },
          ],
        }),
      ]);
    },
  );

  it.each([
    [{ fromUserId: 'mallory' }, 422, 660500002, {}],
    [
      { userIds: ['dave'] },
      422,
      660900003,
      {
        errorUsers: [
          { userId: 'dave', vendorCode: 660500002, reason: 'the user is not registered with ZIM' },
        ],
      },
    ],
  ])('passes on the refusal of ZIM for %j', async (change, status, vendorCode, more) => {
    const response = await backend.postRaw('/calls', json(change));
    expect(await response.json()).toMatchObject({
      status,
      vendorCode,
      ...more,
      kind: 'user-not-registered',
      outcome: 'rejected',
      requestId: expect.stringMatching(/^\d+$/),
      instance: `urn:request:${response.headers.get('x-request-id') ?? ''}`,
    });
    expect(response.status).toBe(status);
  });
});
