import { once } from 'node:events';
import { connect } from 'node:net';
import { version } from '../../apps/sample/src/http/openapi.js';
import { type Backend, startBackend } from '../support/backend.js';

const key = 'key-of-a-caller-0001';
const invite = { fromUserId: 'alice', userIds: ['bob'] };
let backend: Backend;

async function given(variables: Record<string, string>) {
  backend = await startBackend(variables);
}
afterEach(() => backend.app.close());

describe('API keys', () => {
  it.each([
    ['no key', {}],
    ['an unknown key', { Authorization: 'Bearer key-of-a-caller-0002' }],
    ['another scheme', { Authorization: `Basic ${key}` }],
    ['a part of a key', { Authorization: `Bearer ${key.slice(0, -1)}` }],
  ])('refuse a request with %s', async (_, headers: Record<string, string>) => {
    await given({ API_KEYS: `${key}, key-of-a-caller-0003` });
    const response = await backend.post('/calls', invite, headers);
    expect(response.status).toBe(401);
    expect(response.headers.get('www-authenticate')).toBe('Bearer');
    expect(await response.json()).toMatchObject({ status: 401, title: 'Unauthorized' });
    expect(backend.sandbox.journal.entries()).toEqual([]);
  });

  it('allow a request with any of them', async () => {
    await given({ API_KEYS: `${key}, key-of-a-caller-0003` });
    for (const each of [key, 'key-of-a-caller-0003']) {
      const response = await backend.post('/calls', invite, { Authorization: `Bearer ${each}` });
      expect(response.status).toBe(201);
    }
  });
});

describe('inbound throttling', () => {
  it('answers 429 with Retry-After, except to health probes', async () => {
    await given({ THROTTLE_PER_SECOND: '2' });
    const statuses: number[] = [];
    for (let count = 0; count < 3; count++) {
      statuses.push((await backend.post('/calls', {})).status);
    }
    expect(statuses).toEqual([400, 400, 429]);
    const response = await backend.post('/calls', invite);
    expect(response.headers.get('retry-after')).toBe('1');
    expect(await response.json()).toMatchObject({ status: 429, title: 'Too Many Requests' });
    for (let count = 0; count < 5; count++) {
      expect((await fetch(`${backend.url}/health/live`)).status).toBe(200);
    }
  });

  it('limits callbacks by address, although no guard of Nest runs for them', async () => {
    await given({ THROTTLE_PER_SECOND: '2' });
    const responses: Response[] = [];
    for (let count = 0; count < 3; count++) {
      responses.push(await backend.post('/zim/callbacks', {}));
    }
    expect(responses.map(({ status }) => status)).toEqual([400, 400, 429]);
    const [, refused, throttled] = responses;
    expect(throttled?.headers.get('retry-after')).toBe('1');
    for (const response of [refused, throttled]) {
      const requestId = response?.headers.get('x-request-id');
      expect(await response?.json()).toMatchObject({
        title: expect.any(String),
        instance: `urn:request:${requestId}`,
      });
    }
    expect((await backend.post('/calls', invite)).status).toBe(201);
  });

  it('counts the requests of a client to all routes together', async () => {
    await given({ THROTTLE_PER_SECOND: '3' });
    const requests = [
      () => backend.post('/calls', {}),
      () => backend.post('/calls/1/accept', {}),
      () => backend.post('/users', {}),
      () => fetch(`${backend.url}/users/online`),
      () => fetch(`${backend.url}/calls/1/events`),
    ];
    const statuses = [];
    for (const send of requests) statuses.push((await send()).status);
    expect(statuses).toEqual([400, 400, 400, 429, 429]);
  });
});

describe('health', () => {
  it.each(['live', 'ready'])('%s is up, needs no key and does not call ZIM', async (probe) => {
    await given({ API_KEYS: key });
    const response = await fetch(`${backend.url}/health/${probe}`);
    expect([response.status, await response.json()]).toEqual([
      200,
      expect.objectContaining({ status: 'ok' }),
    ]);
    expect(backend.sandbox.journal.entries()).toEqual([]);
  });
});

describe('documentation', () => {
  it('describes every answer of POST /calls', async () => {
    await given({});
    expect((await fetch(`${backend.url}/docs`)).status).toBe(200);
    const response = await fetch(`${backend.url}/docs-json`);
    const document = (await response.json()) as {
      info: object;
      paths: Record<string, { post: { responses: object } }>;
    };
    expect(document.info).toMatchObject({ version });
    expect(Object.keys(document.paths)).toEqual([
      '/health/live',
      '/health/ready',
      '/calls',
      '/calls/{callId}/accept',
      '/calls/{callId}/reject',
      '/calls/{callId}',
      '/calls/{callId}/answers',
      '/calls/{callId}/events',
      '/rings',
      '/rings/{id}',
      '/rings/{id}/events',
      '/users',
      '/users/online',
    ]);
    expect(Object.keys(document.paths['/calls']?.post.responses ?? {})).toEqual([
      '201',
      '400',
      '401',
      '403',
      '404',
      '409',
      '413',
      '415',
      '422',
      '429',
      '500',
      '502',
      '503',
      '504',
    ]);
  });

  it('is not served when API_DOCS is off', async () => {
    await given({ API_DOCS: 'off' });
    for (const path of ['/docs', '/docs-json', '/docs-yaml'])
      expect((await fetch(`${backend.url}${path}`)).status).toBe(404);
  });
});

describe('request ids', () => {
  it('come from the caller if they are harmless, else are new, and are in the problem body', async () => {
    await given({});
    const own = await backend.post('/calls', {}, { 'X-Request-Id': 'trace-1' });
    expect(own.headers.get('x-request-id')).toBe('trace-1');
    expect(await own.json()).toMatchObject({ instance: 'urn:request:trace-1' });
    const made = await backend.post('/calls', {}, { 'X-Request-Id': 'a b"<>' });
    const id = made.headers.get('x-request-id') ?? '';
    expect(id).toMatch(/^[0-9a-f-]{36}$/);
    expect(await made.json()).toMatchObject({ instance: `urn:request:${id}` });
    const broken = await backend.postRaw('/calls', '{', { 'X-Request-Id': 'trace-2' });
    expect(await broken.json()).toMatchObject({ instance: 'urn:request:trace-2' });
    const lost = await fetch(`${backend.url}/nowhere`, { headers: { 'X-Request-Id': 'trace-3' } });
    expect(await lost.json()).toMatchObject({ status: 404, instance: 'urn:request:trace-3' });
  });
});

describe('shutdown', () => {
  it('does not wait for a connection that sends nothing, nor for half a request', async () => {
    await given({});
    const port = Number(new URL(backend.url).port);
    jest.useFakeTimers({ doNotFake: ['nextTick', 'setImmediate', 'queueMicrotask'] });
    const silent = connect(port, '127.0.0.1');
    const half = connect(port, '127.0.0.1');
    for (const socket of [silent, half]) socket.on('error', () => undefined);
    half.write('POST /calls HTTP/1.1\r\nHost: x\r\nContent-Length: 10\r\n\r\n{');
    await Promise.all([once(silent, 'connect'), once(half, 'connect')]);
    const gone = Promise.all(
      [silent, half].map((socket) => new Promise((resolve) => socket.once('close', resolve))),
    );
    const closed = backend.app.close();
    await new Promise(setImmediate);
    await jest.advanceTimersByTimeAsync(2_000);
    await gone;
    await closed;
    jest.useRealTimers();
  });

  it('still answers a call that is in progress', async () => {
    await given({});
    backend.sandbox.faults.add({ times: 1, fault: { kind: 'hang' } });
    const arrived = new Promise((resolve) => backend.sandbox.journal.onEntry(resolve));
    jest.useFakeTimers({ doNotFake: ['nextTick', 'setImmediate', 'queueMicrotask'] });
    const answer = backend.post('/calls', invite);
    await arrived;
    const closed = backend.app.close();
    await jest.advanceTimersByTimeAsync(4_900);
    await jest.advanceTimersByTimeAsync(200);
    expect((await answer).status).toBe(504);
    await jest.advanceTimersByTimeAsync(2_000);
    await closed;
    jest.useRealTimers();
  });

  it('closes the sandbox with the backend', async () => {
    await given({});
    const { url } = backend.sandbox;
    await backend.app.close();
    await expect(fetch(url)).rejects.toThrow('fetch failed');
  });
});
