import { ZimSandbox } from '../sandbox.js';
import { fixedClock } from '../testing/fixed-clock.js';
import { Receiver } from '../testing/receiver.js';
import { ring } from '../testing/zim-client.js';

let sandbox: ZimSandbox;
let receiver: Receiver;

beforeEach(async () => {
  receiver = await Receiver.start();
  sandbox = await ZimSandbox.start({
    apps: [
      { appId: 1, serverSecret: 'canary-one', callbackSecret: 'canary-callback' },
      { appId: 2, serverSecret: 'canary-two' },
    ],
    users: ['alice', 'bob', 'carol'],
    clock: fixedClock(),
  });
});
afterEach(async () => {
  await sandbox.stop();
  await receiver.stop();
});

async function get(path: string) {
  const response = await fetch(`${sandbox.url}/__/${path}`);
  return { status: response.status, json: JSON.parse(await response.text()) };
}

async function post(path: string, body?: unknown) {
  const response = await fetch(`${sandbox.url}/__/${path}`, {
    method: 'POST',
    body: JSON.stringify(body),
  });
  return { status: response.status, json: JSON.parse(await response.text()) };
}

describe('POST /__/devices', () => {
  it.each(['accept', 'reject'])('/%s answers a call', async (what) => {
    const callId = await ring(sandbox);
    expect(await post(`devices/${what}`, { userId: 'bob', callId, extendedData: 'data' })).toEqual({
      status: 200,
      json: { appId: 1, userId: 'bob', callId, action: what },
    });
    expect(sandbox.calls.get(callId)?.callees).toMatchObject([
      { state: `${what}ed`, extendedData: 'data' },
    ]);
  });

  it('/cancel cancels a call', async () => {
    const callId = await ring(sandbox);
    expect((await post('devices/cancel', { userId: 'alice', callId })).status).toBe(200);
    expect(sandbox.calls.get(callId)?.endReason).toBe('caller_cancel');
  });

  it('/login, /logout and /disconnect change the presence of a user of the given app', async () => {
    for (const [what, presence] of [
      ['disconnect', 'offline'],
      ['login', 'online'],
      ['logout', 'logged-out'],
    ]) {
      const { status, json } = await post(`devices/${what}`, { appId: 2, userId: 'bob' });
      expect([status, json]).toEqual([200, { appId: 2, userId: 'bob', action: what }]);
      expect(sandbox.directory.presence('bob', 2)).toBe(presence);
    }
    expect(sandbox.directory.presence('bob', 1)).toBe('online');
    expect((await post('devices/login', { appId: '2', userId: 'new' })).status).toBe(200);
  });

  it.each<[string, unknown, number, unknown]>([
    ['login', { userId: 'bob' }, 409, 'bob is online already'],
    [
      'accept',
      { userId: 'bob', callId: '1' },
      409,
      "bob cannot accept: there is no call 1 (the SDK's error 6000276)",
    ],
    ['login', { userId: 'a/b' }, 400, expect.stringMatching(/UserId must not contain '\/'/)],
    ['login', undefined, 400, 'the body is empty.'],
    ['login', [], 400, 'The body must be a JSON object.'],
    ['login', {}, 400, 'userId must be a string.'],
    ['reject', { userId: 'bob' }, 400, 'callId must be a string.'],
    [
      'reject',
      { userId: 'bob', callId: '1', extendedData: 7 },
      400,
      'extendedData must be a string.',
    ],
    [
      'reject',
      { userId: 'bob', callId: '1', extendedData: 'x'.repeat(2049) },
      400,
      'extendedData must be at most 2048 UTF-8 bytes long.',
    ],
    ['disconnect', { appId: 3, userId: 'bob' }, 404, 'This sandbox has no such app.'],
  ])('/%s %j is answered with %i', async (what, body, status, error) => {
    expect(await post(`devices/${what}`, body)).toEqual({ status, json: { error } });
  });
});

describe('/__/callbacks', () => {
  it('lists the URLs, the callbacks and their delivery', async () => {
    const set = await post('callbacks/url', { url: receiver.url, appId: 1 });
    expect(set).toEqual({ status: 200, json: { urls: { 1: receiver.url, 2: null } } });
    receiver.script.push(500);
    const callId = await ring(sandbox, { UserIds: ['bob', 'carol'] });
    await post('devices/accept', { userId: 'bob', callId });
    await sandbox.callbacks.idle();
    const ids = async (query: string): Promise<unknown> => {
      const { json } = await get(`callbacks${query}`);
      return json.deliveries.map(({ id }: { id: number }) => id);
    };
    expect(await ids('')).toEqual([1, 2]);
    expect(await ids('?event=call_accept')).toEqual([2]);
    expect(await ids(`?callId=${callId}&limit=1`)).toEqual([2]);
    expect(await ids('?callId=1')).toEqual([]);
    expect(await ids('?appId=2')).toEqual([]);
    const { json } = await get('state');
    expect(json.apps[1].pendingCallbacks).toHaveLength(1);
    expect(json.apps[1].calls).toMatchObject([
      { state: 'started', callees: [{ state: 'accepted' }, { state: 'received' }] },
    ]);
    expect((await post('callbacks/resend', { id: 1 })).json.delivery.attempts).toHaveLength(2);
    expect((await get('state')).json.apps[1].pendingCallbacks).toEqual([]);
    expect(await post('callbacks/url', { url: null })).toMatchObject({
      json: { urls: { 1: null, 2: null } },
    });
    expect(await post('callbacks/resend', { id: 1 })).toMatchObject({ status: 409 });
  });

  it.each<[string, unknown, number]>([
    ['url', { url: 'http://example.com/' }, 400],
    ['url', {}, 400],
    ['url', { url: null, appId: 3 }, 404],
    ['resend', { id: '1' }, 400],
    ['resend', { id: 1 }, 404],
  ])('/%s %j is answered with %i', async (what, body, status) => {
    expect((await post(`callbacks/${what}`, body)).status).toBe(status);
  });
});

describe('/__/clock', () => {
  it('returns the time and advances it, with every timer that is due', async () => {
    await post('callbacks/url', { url: receiver.url });
    await ring(sandbox);
    expect((await get('clock')).json).toEqual({ now: '2021-03-08T07:02:23.000Z' });
    expect((await post('clock/advance', { ms: 90_000 })).json).toEqual({
      now: '2021-03-08T07:03:53.000Z',
    });
    expect(receiver.events).toEqual(['call_create', 'call_cancel']);
  });

  it.each([undefined, {}, { ms: -1 }, { ms: '1' }, { ms: 1e15 }])(
    'refuses to advance by %j',
    async (body) => {
      expect((await post('clock/advance', body)).status).toBe(400);
    },
  );
});

describe('POST /__/seed', () => {
  it('accepts a presence', async () => {
    const users = [{ userId: 'dave', presence: 'offline' }, 'erin'];
    expect((await post('seed', { users })).status).toBe(200);
    expect(['dave', 'erin'].map((id) => sandbox.directory.presence(id))).toEqual([
      'offline',
      'online',
    ]);
    const invalid = await post('seed', { users: [{ userId: 'f', presence: 'busy' }] });
    expect(invalid).toEqual({
      status: 400,
      json: {
        error: 'users[0].presence must be online, offline, logged-out, never-logged-in.',
      },
    });
  });
});
