import { once } from 'node:events';
import { connect } from 'node:net';
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
    ['none', {}],
    ['another', { Authorization: 'Bearer key-of-a-caller-0002' }],
    ['another scheme', { Authorization: `Basic ${key}` }],
    ['a part', { Authorization: `Bearer ${key.slice(0, -1)}` }],
  ])('refuse %s', async (_, headers: Record<string, string>) => {
    await given({ API_KEYS: `${key}, key-of-a-caller-0003` });
    const response = await backend.post('/calls', invite, headers);
    expect(response.status).toBe(401);
    expect(response.headers.get('www-authenticate')).toBe('Bearer');
    expect(await response.json()).toMatchObject({ status: 401, title: 'Unauthorized' });
    expect(backend.sandbox.journal.entries()).toEqual([]);
  });

  it('let each of them ring', async () => {
    await given({ API_KEYS: `${key}, key-of-a-caller-0003` });
    for (const each of [key, 'key-of-a-caller-0003']) {
      const response = await backend.post('/calls', invite, { Authorization: `Bearer ${each}` });
      expect(response.status).toBe(201);
    }
  });
});

describe('inbound throttling', () => {
  it('answers 429 with Retry-After, and leaves health alone', async () => {
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

  it('limits callbacks, which no guard of Nest sees, by address', async () => {
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
});

describe('health', () => {
  it.each(['live', 'ready'])('%s is up, needs no key and calls nobody', async (probe) => {
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
      paths: Record<string, { post: { responses: object } }>;
    };
    expect(Object.keys(document.paths)).toEqual([
      '/health/live',
      '/health/ready',
      '/calls',
      '/calls/{callId}/accept',
      '/calls/{callId}/reject',
      '/calls/{callId}/events',
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
});

describe('request ids', () => {
  it('come from the caller if harmless, else are made, and reach the problem body', async () => {
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
  it('is not held up by a connection that says nothing, nor by half a request', async () => {
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
    await jest.advanceTimersByTimeAsync(12_000);
    await gone;
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
