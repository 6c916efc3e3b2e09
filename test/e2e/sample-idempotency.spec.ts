import { CallOutcomeService } from 'nestjs-zim-call';
import { type Backend, startBackend } from '../support/backend.js';

let backend: Backend;

async function given(variables: Record<string, string>) {
  backend = await startBackend(variables);
}
afterEach(() => backend.app.close());

describe('Idempotency-Key', () => {
  const call = { fromUserId: 'alice', userIds: ['bob'] };
  const send = (key: string, body: object = call, headers: Record<string, string> = {}) =>
    backend.post('/calls', body, { 'Idempotency-Key': key, ...headers });

  it('rings once, and returns the same answer again', async () => {
    await given({});
    const [first, second] = [await send('order-17'), await send('order-17')];
    expect([first.status, second.status]).toEqual([201, 201]);
    expect(await second.json()).toEqual(await first.json());
    const replayed = [first, second].map(({ headers }) => headers.get('Idempotency-Replayed'));
    expect(replayed).toEqual([null, 'true']);
    expect(backend.sandbox.calls.list()).toHaveLength(1);
  });

  it('has the header of replays in the API description', async () => {
    await given({});
    const api = (await (await fetch(`${backend.url}/docs-json`)).json()) as {
      paths: Record<string, { post: { responses: Record<string, { headers?: object }> } }>;
    };
    const responses = api.paths['/calls']?.post.responses;
    expect(Object.keys(responses?.['201']?.headers ?? {})).toEqual(['Idempotency-Replayed']);
  });

  it('waits for the outcome of its call once, however often it is replayed', async () => {
    await given({ THROTTLE_PER_SECOND: '1000' });
    const outcome = jest.spyOn(backend.app.get(CallOutcomeService), 'outcome');
    const responses = await Promise.all(Array.from({ length: 20 }, () => send('order-17')));
    expect(new Set(responses.map(({ status }) => status))).toEqual(new Set([201]));
    expect(outcome).toHaveBeenCalledTimes(1);
    expect(backend.sandbox.calls.list()).toHaveLength(1);
  });

  it('is refused with another body', async () => {
    await given({});
    await send('order-17');
    const response = await send('order-17', { ...call, timeoutSeconds: 30 });
    expect(response.status).toBe(409);
    expect(await response.json()).toMatchObject({ kind: 'idempotency', outcome: 'not-sent' });
    expect(backend.sandbox.calls.list()).toHaveLength(1);
  });

  it('belongs to the API key it was sent with', async () => {
    const keys = ['key-of-a-caller-0001', 'key-of-a-caller-0002'];
    await given({ API_KEYS: keys.join(',') });
    for (const key of keys) {
      const response = await send('order-17', call, { Authorization: `Bearer ${key}` });
      expect(response.status).toBe(201);
    }
    expect(backend.sandbox.calls.list()).toHaveLength(2);
  });

  it('is the same in every notation of the Authorization scheme', async () => {
    const key = 'key-of-a-caller-0001';
    await given({ API_KEYS: key });
    for (const Authorization of [`Bearer ${key}`, `bearer  ${key}`]) {
      expect((await send('order-17', call, { Authorization })).status).toBe(201);
    }
    expect(backend.sandbox.calls.list()).toHaveLength(1);
  });

  it('must be visible ASCII', async () => {
    await given({});
    const response = await send('order 17');
    expect(response.status).toBe(400);
    expect(await response.json()).toMatchObject({
      errors: [{ path: 'idempotencyKey' }],
    });
  });

  it('stays unknown after a lost reply, and does not ring again', async () => {
    await given({});
    backend.sandbox.faults.add({ times: 1, fault: { kind: 'reset', when: 'after' } });
    const [first, second] = [await send('order-17'), await send('order-17')];
    for (const response of [first, second]) {
      expect([response.status, await response.json()]).toMatchObject([502, { outcome: 'unknown' }]);
    }
    expect(backend.sandbox.calls.list()).toHaveLength(1);
  });
});
