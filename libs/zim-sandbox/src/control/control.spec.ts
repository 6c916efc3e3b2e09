import { request } from 'node:http';
import { faultTable } from '../core/fault-table.js';
import { magicPrefixes } from '../faults/magic-ids.js';
import { ZimSandbox } from '../sandbox.js';
import { type SandboxApp } from '../core/settings.js';
import { fixedClock } from '../testing/fixed-clock.js';
import { asApp, call, inviteBody } from '../testing/zim-client.js';

const [one, two] = [
  { appId: 1, serverSecret: 'canary-one', callbackSecret: 'canary-callback' },
  { appId: 2, serverSecret: 'canary-two' },
];
let sandbox: ZimSandbox;

beforeEach(async () => {
  sandbox = await ZimSandbox.start({
    apps: [one, two],
    users: ['alice', 'bob'],
    clock: fixedClock(),
  });
});
afterEach(() => sandbox.stop());

async function control(method: string, path: string, body?: string) {
  const response = await fetch(sandbox.url + path, { method, body });
  const text = await response.text();
  const allow = response.headers.get('Allow');
  return { status: response.status, allow, text, json: JSON.parse(text) };
}

const invite = (app: SandboxApp = one) => call(asApp(sandbox, app), 'CallInvite', inviteBody());

/** Sends headers that fetch does not allow. */
function statusWith(headers: Record<string, string>): Promise<number | undefined> {
  return new Promise((resolve, reject) => {
    request({ host: '127.0.0.1', port: sandbox.port, path: '/__/state', headers }, (response) => {
      response.resume().on('end', () => {
        resolve(response.statusCode);
      });
    })
      .on('error', reject)
      .end();
  });
}

describe('GET /__/', () => {
  it.each(['/__', '/__/'])('lists the routes at %s', async (path) => {
    const { status, json } = await control('GET', path);
    expect(status).toBe(200);
    expect(
      json.map((route: { method: string; path: string }) => `${route.method} ${route.path}`),
    ).toEqual([
      'GET /__/console',
      'GET /__/events',
      'GET /__/',
      'GET /__/journal',
      'GET /__/state',
      'POST /__/reset',
      'POST /__/seed',
      'POST /__/calls',
      'POST /__/devices/login',
      'POST /__/devices/logout',
      'POST /__/devices/disconnect',
      'POST /__/devices/accept',
      'POST /__/devices/reject',
      'POST /__/devices/cancel',
      'GET /__/callbacks',
      'POST /__/callbacks/url',
      'POST /__/callbacks/resend',
      'GET /__/faults',
      'POST /__/faults',
      'DELETE /__/faults',
      'GET /__/faults/help',
      'GET /__/clock',
      'POST /__/clock/advance',
    ]);
  });

  it('answers 404 for an unknown route, and 405 for another method', async () => {
    expect((await control('GET', '/__/nothing')).status).toBe(404);
    expect(await control('POST', '/__/state')).toMatchObject({ status: 405, allow: 'GET' });
    expect((await control('GET', '/__/reset')).json).toEqual({ error: 'This path takes POST.' });
  });
});

describe('an unknown name', () => {
  it.each([
    [
      'GET',
      '/__/journal?appid=1',
      '?appid is unknown; did you mean appId? known names: appId, action, limit',
    ],
    [
      'GET',
      '/__/callbacks?call=1',
      '?call is unknown; did you mean callId? known names: appId, event, callId, limit',
    ],
    ['DELETE', '/__/faults?rule=1', '?rule is unknown; known names: id'],
    ['GET', '/__/state?appId=1', '?appId is unknown; no names are known here'],
    ['POST', '/__/reset?appId=1', '?appId is unknown; no names are known here'],
  ])('in the query of %s %s is refused', async (method, path, error) => {
    await invite();
    sandbox.faults.add({ fault: { kind: 'hang' } });
    expect(await control(method, path)).toMatchObject({
      status: 400,
      json: { error: `${error}.` },
    });
    expect([sandbox.calls.list().length, sandbox.faults.list().length]).toEqual([1, 1]);
  });

  it.each([
    [
      '/__/seed',
      { user: ['carol'], users: [] },
      'user is unknown; did you mean users? known names: appId, users',
    ],
    [
      '/__/seed',
      { users: [{ userId: 'carol', username: 'C' }] },
      'users[0].username is unknown; did you mean userName? known names: userId, userName, userAvatar, presence',
    ],
    [
      '/__/devices/disconnect',
      { userId: 'bob', app: 2 },
      'app is unknown; did you mean appId? known names: appId, userId',
    ],
    [
      '/__/devices/accept',
      { userId: 'bob', callId: '1', extendeddata: '' },
      'extendeddata is unknown; did you mean extendedData? known names: appId, userId, callId, extendedData',
    ],
    [
      '/__/callbacks/url',
      { url: null, appID: 1 },
      'appID is unknown; did you mean appId? known names: appId, url',
    ],
    [
      '/__/callbacks/resend',
      { id: 1, ids: [] },
      'ids is unknown; did you mean id? known names: id',
    ],
    ['/__/clock/advance', { ms: 1, s: 1 }, 's is unknown; did you mean ms? known names: ms'],
  ])('in the body of POST %s, %j, is refused', async (path, body, error) => {
    expect(await control('POST', path, JSON.stringify(body))).toMatchObject({
      status: 400,
      json: { error: `${error}.` },
    });
    expect(sandbox.directory.list()).toHaveLength(2);
    expect(sandbox.directory.presence('bob')).toBe('online');
  });
});

describe('GET /__/journal', () => {
  it('returns all entries, or the selected ones', async () => {
    await invite();
    await invite(two);
    await call(sandbox, 'UserRegister', { UserInfo: [{ UserId: 'carol' }] });
    const ids = async (query: string): Promise<number[]> => {
      const { json } = await control('GET', `/__/journal${query}`);
      return json.entries.map((entry: { id: number }) => entry.id) as number[];
    };
    expect(await ids('')).toEqual([1, 2, 3]);
    expect(await ids('?appId=1')).toEqual([1, 3]);
    expect(await ids('?appId=2')).toEqual([2]);
    expect(await ids('?action=CallInvite')).toEqual([1, 2]);
    expect(await ids('?limit=2')).toEqual([2, 3]);
    expect(await ids('?appId=1&action=CallInvite&limit=5')).toEqual([1]);
  });

  it.each([
    ['?appId=x', 400],
    ['?appId=', 400],
    ['?appId=3', 404],
    ['?limit=0', 400],
    ['?limit=x', 400],
  ])('%s is answered with %i', async (query, status) => {
    expect((await control('GET', `/__/journal${query}`)).status).toBe(status);
  });
});

it('GET /__/state returns the state of each app, and no secret', async () => {
  const { reply } = await invite();
  const { json, text } = await control('GET', '/__/state');
  const users = [
    { userId: 'alice', presence: 'online' },
    { userId: 'bob', presence: 'online' },
  ];
  expect(json).toEqual({
    now: '2021-03-08T07:02:23.000Z',
    apps: {
      1: {
        users,
        calls: [expect.objectContaining({ callId: reply.CallId, state: 'started' })],
        pendingCallbacks: [],
        quota: { CallInvite: { used: 1, limit: 20 } },
      },
      2: { users, calls: [], pendingCallbacks: [], quota: {} },
    },
    callsPerSecond: 20,
    assumptions: expect.objectContaining({ quotaWindow: 'sliding' }),
  });
  expect(text).not.toContain('canary');
});

it('POST /__/reset restores the state of the start', async () => {
  await invite();
  sandbox.directory.register(['carol']);
  expect(await control('POST', '/__/reset')).toMatchObject({ status: 200, json: { reset: true } });
  expect(sandbox.calls.list()).toEqual([]);
  expect(sandbox.journal.entries()).toEqual([]);
  expect(sandbox.directory.list()).toEqual([{ userId: 'alice' }, { userId: 'bob' }]);
  expect((await control('GET', '/__/state')).json.apps[1].quota).toEqual({});
});

describe('POST /__/seed', () => {
  const seed = (body: unknown) => control('POST', '/__/seed', JSON.stringify(body));

  it('registers users in the first app, or in the given one', async () => {
    const first = await seed({ users: ['carol', { userId: 'dave', userName: 'Dave' }] });
    expect(first).toMatchObject({ status: 200, json: { appId: 1, registered: 2 } });
    expect(await seed({ appId: '2', users: ['erin'] })).toMatchObject({ json: { appId: 2 } });
    expect(sandbox.directory.list(1).slice(2)).toEqual([
      { userId: 'carol' },
      { userId: 'dave', userName: 'Dave' },
    ]);
    expect(sandbox.directory.list(2).slice(2)).toEqual([{ userId: 'erin' }]);
  });

  it.each<[unknown, number, string]>([
    [undefined, 400, 'the body is empty.'],
    [[], 400, 'The body must be a JSON object with an array of users.'],
    [{ users: 'carol' }, 400, 'The body must be a JSON object with an array of users.'],
    [
      { users: ['carol', 7] },
      400,
      'users[1] must be an id, or an object with userId and optionally userName and userAvatar.',
    ],
    [
      { users: [{ userId: 'carol', userName: 7 }] },
      400,
      'users[0] must be an id, or an object with userId and optionally userName and userAvatar.',
    ],
    [{ users: ['carol', ''] }, 400, 'users[1]: UserId must not be empty'],
    [{ appId: 3, users: ['carol'] }, 404, 'This sandbox has no such app.'],
    [
      { appId: 1.5, users: ['carol'] },
      400,
      'appId must be an unsigned 32-bit number in decimal digits.',
    ],
    [
      { appId: {}, users: ['carol'] },
      400,
      'appId must be an unsigned 32-bit number in decimal digits.',
    ],
  ])('refuses %j', async (body, status, error) => {
    expect(await seed(body)).toMatchObject({ status, json: { error } });
    expect(sandbox.directory.has('carol')).toBe(false);
  });

  it('reads no more than 1 MiB', async () => {
    const { status } = await seed({ users: ['x'.repeat(1024 * 1024)] });
    expect(status).toBe(400);
  });
});

describe('/__/faults', () => {
  const add = (rule: unknown) => control('POST', '/__/faults', JSON.stringify(rule));
  const code = { kind: 'code', code: 7 };

  it('adds rules, and lists them with their hits', async () => {
    const rule = { match: { userId: 'bob' }, times: 2, fault: code };
    expect(await add(rule)).toMatchObject({ status: 200, json: { rule: { id: 1, hits: 0 } } });
    expect((await invite()).reply.Code).toBe(7);
    expect((await control('GET', '/__/faults')).json).toEqual({
      rules: [{ id: 1, ...rule, hits: 1 }],
    });
    const { json } = await control('GET', '/__/journal');
    expect(json.entries).toMatchObject([
      { executed: false, attempt: 1, fault: { id: 1, kind: 'code', when: 'before' } },
    ]);
  });

  it('removes one rule, or all', async () => {
    for (const times of [1, 2, 3]) await add({ times, fault: code });
    const remove = (query: string) => control('DELETE', `/__/faults${query}`);
    expect((await remove('?id=2')).json).toEqual({ removed: 2 });
    expect((await remove('?id=2')).json).toEqual({ error: 'There is no rule 2.' });
    for (const query of ['?id=', '?id=x', '?id=0']) expect((await remove(query)).status).toBe(400);
    expect(sandbox.faults.list().map(({ id }) => id)).toEqual([1, 3]);
    expect((await remove('')).json).toEqual({ cleared: true });
    expect(sandbox.faults.list()).toEqual([]);
  });

  it.each<[unknown, string]>([
    [[], 'The body must be a JSON object.'],
    [
      { times: 0, fault: { kind: 'delay' } },
      'times must be a whole number from 1 to 1000000; fault.ms must be a whole number from 0 to 3600000.',
    ],
  ])('refuses %j', async (rule, error) => {
    expect(await add(rule)).toMatchObject({ status: 400, json: { error } });
    expect(sandbox.faults.list()).toEqual([]);
  });

  it('returns no secret that a rule contains', async () => {
    const body = `see ${one.serverSecret}`;
    const { text } = await add({ fault: { kind: 'status', status: 500, body } });
    expect(text).toContain('see [redacted]');
  });

  it('explains kinds, presets and magic user ids', async () => {
    const { json } = await control('GET', '/__/faults/help');
    expect(json.kinds.map(({ kind }: { kind: string }) => kind)).toEqual(Object.keys(faultTable));
    expect(json.kinds[0].fields).toEqual({ ms: 'a whole number from 0 to 3600000' });
    expect(json.presets['reply-lost'].fault).toEqual({ kind: 'reset', when: 'after' });
    expect(Object.keys(json.userIdPrefixes)).toEqual(Object.keys(magicPrefixes));
  });
});

describe('web pages', () => {
  it.each([
    ['127.0.0.1:4010', undefined, 200],
    ['localhost', undefined, 200],
    ['[::1]:80', undefined, 200],
    ['localhost', 'http://localhost:3000', 200],
    ['evil.example', undefined, 403],
    ['127.0.0.1.evil.example', undefined, 403],
    ['localhost:80@evil.example', undefined, 403],
    ['localhost', 'https://evil.example', 403],
    ['localhost', 'null', 403],
  ])('Host %j with Origin %j is answered with %i', async (host, origin, status) => {
    expect(await statusWith(origin === undefined ? { host } : { host, origin })).toBe(status);
  });
});
