import { signZimRequest } from 'zim-protocol';
import type { SandboxCall } from 'zim-sandbox';
import { type Backend, startBackend } from '../support/backend.js';

const invite = { fromUserId: 'alice', userIds: ['bob', 'carol'], timeoutSeconds: 30 };
let backend: Backend;
let callId: string;

beforeEach(async () => {
  backend = await startBackend();
  backend.takeCallbacks();
  const response = await backend.post('/calls', invite);
  ({ callId } = (await response.json()) as { callId: string });
});
afterEach(() => backend.app.close());

const call = (): SandboxCall | undefined => backend.sandbox.calls.get(callId);
const stateOf = (userId: string) => call()?.callees.find((one) => one.userId === userId)?.state;

describe('answering for a user', () => {
  it.each([
    ['accept', 'accepted'],
    ['reject', 'rejected'],
  ])('%s', async (verb, state) => {
    const body = { userId: 'bob', extendedData: 'a+b & 中' };
    const response = await backend.post(`/calls/${callId}/${verb}`, body);
    expect(response.status).toBe(200);
    expect(await response.json()).toEqual({ requestId: expect.stringMatching(/^\d+$/) });
    expect(stateOf('bob')).toBe(state);
    expect(call()?.callees.find(({ userId }) => userId === 'bob')?.extendedData).toBe('a+b & 中');
  });

  it.each([
    ['an unknown call', { userId: 'bob' }, 404, 660900004],
    ['an unknown user', { userId: 'dave' }, 422, 660500002],
    ['the caller', { userId: 'alice' }, 403, 660900008],
  ])('by or for %s gives the status of the refusal: %j', async (who, body, status, vendorCode) => {
    const id = who === 'an unknown call' ? '1' : callId;
    const response = await backend.post(`/calls/${id}/accept`, body);
    expect([response.status, await response.json()]).toEqual([
      status,
      expect.objectContaining({ vendorCode }),
    ]);
  });

  it('gives 409 once the call has timed out', async () => {
    await backend.sandbox.clock.advance(30_000);
    const response = await backend.post(`/calls/${callId}/accept`, { userId: 'bob' });
    expect([response.status, await response.json()]).toEqual([
      409,
      expect.objectContaining({ vendorCode: 660900006 }),
    ]);
  });

  it('names the field that breaks a rule', async () => {
    const response = await backend.post(`/calls/${'1'.repeat(33)}/accept`, { userId: 'bob' });
    expect([response.status, await response.json()]).toEqual([
      400,
      expect.objectContaining({ errors: [expect.objectContaining({ path: 'callId' })] }),
    ]);
  });
});

describe('users', () => {
  it('are registered, and asked about', async () => {
    const users = [{ userId: 'dave', userName: 'Dave' }, { userId: 'bob' }];
    const registered = await backend.post('/users', { users });
    expect([registered.status, await registered.json()]).toEqual([
      200,
      {
        registered: ['dave'],
        failed: [
          { userId: 'bob', vendorCode: 660700002, reason: 'the user is registered already' },
        ],
      },
    ]);
    backend.sandbox.devices.disconnect({ userId: 'carol' });
    const query = 'userId=bob&userId=carol&userId=dave';
    const online = await fetch(`${backend.url}/users/online?${query}`);
    expect(await online.json()).toMatchObject({
      users: [
        { userId: 'bob', online: true },
        { userId: 'carol', online: false },
      ],
      failed: [{ userId: 'dave', vendorCode: 660200001 }],
    });
  });

  it.each(['', '?userId=a,b'])('refuse %j', async (query) => {
    expect((await fetch(`${backend.url}/users/online${query}`)).status).toBe(400);
  });
});

describe('GET /calls/:callId/events', () => {
  it('streams the events of the call, and ends with it', async () => {
    const stream = await fetch(`${backend.url}/calls/${callId}/events`);
    expect(stream.headers.get('content-type')).toContain('text/event-stream');
    const text = stream.text();
    backend.sandbox.devices.reject({ callId, userId: 'bob' });
    backend.sandbox.devices.accept({ callId, userId: 'carol' });
    const events = [...(await text).matchAll(/^event: (.+)$/gm)].map(([, event]) => event);
    expect(events[0]).toBe('invited');
    expect([...events].sort()).toEqual(['accepted', 'created', 'invited', 'rejected']);
  });
});

describe('GET /calls/:callId/events', () => {
  it.each(['nonsense', '1', '1'.repeat(33)])('answers 404 for an unknown call: %s', async (id) => {
    const response = await fetch(`${backend.url}/calls/${id}/events`);
    expect(response.status).toBe(404);
    expect(response.headers.get('content-type')).toBe('application/problem+json; charset=utf-8');
    expect(await response.json()).toMatchObject({ status: 404, title: 'Not Found' });
  });

  it('sends a comment while there is no event', async () => {
    const setInterval = jest.spyOn(global, 'setInterval');
    const stream = await fetch(`${backend.url}/calls/${callId}/events`);
    const [beat] = setInterval.mock.calls.find(([, everyMs]) => everyMs === 15_000) ?? [];
    setInterval.mockRestore();
    const text = readUntil(stream, ': heartbeat\n\n');
    beat?.();
    expect(await text).toContain('event: invited\n');
  });
});

/** Reads the stream until it contains the words, and returns all of it. */
async function readUntil({ body }: Response, words: string): Promise<string> {
  let text = '';
  const decoder = new TextDecoder();
  for await (const chunk of body ?? []) {
    text += decoder.decode(chunk as Uint8Array, { stream: true });
    if (text.includes(words)) return text;
  }
  throw new Error(`the stream ended without ${words}: ${text}`);
}

describe('callbacks', () => {
  it('arrive once each after the backend was unavailable for 20 seconds', async () => {
    const { sandbox } = backend;
    await sandbox.callbacks.idle();
    const url = sandbox.callbacks.url();
    sandbox.callbacks.setUrl('http://127.0.0.1:9/unavailable');
    sandbox.devices.reject({ callId, userId: 'bob' });
    sandbox.devices.accept({ callId, userId: 'carol' });
    await sandbox.clock.advance(20_000);
    sandbox.callbacks.setUrl(url);
    await sandbox.clock.advance(60_000);
    const deliveries = sandbox.callbacks.deliveries().map(({ event, state, attempts }) => ({
      event,
      state,
      ok: attempts.filter(({ status }) => status === 200).length,
      failed: attempts.filter(({ status }) => status !== 200).length,
    }));
    expect(deliveries).toEqual([
      { event: 'call_create', state: 'delivered', ok: 1, failed: 0 },
      { event: 'call_reject', state: 'delivered', ok: 1, failed: 4 },
      { event: 'call_accept', state: 'delivered', ok: 1, failed: 4 },
    ]);
  });
});

it('its sandbox accepts a request that is signed by hand with the public example secret', async () => {
  const signed = {
    appId: 12345,
    signatureNonce: '4fd24687296dd9f3',
    serverSecret: '9193cc662a4c0ec135ec71fb57194b38',
    timestampSeconds: Math.round(Date.now() / 1_000),
  };
  const query = new URLSearchParams({
    Action: 'CallInvite',
    AppId: String(signed.appId),
    SignatureNonce: signed.signatureNonce,
    SignatureVersion: '2.0',
    Timestamp: String(signed.timestampSeconds),
    Signature: signZimRequest(signed),
  });
  const response = await fetch(`${backend.sandbox.url}/?${query.toString()}`, {
    method: 'POST',
    headers: { 'Content-Type': 'application/json' },
    body: JSON.stringify({ FromUserId: 'alice', UserIds: ['carol'], OfflinePush: { Enable: 0 } }),
  });
  expect(await response.json()).toMatchObject({ Code: 0 });
});
