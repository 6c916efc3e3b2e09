import type { RingResult, RingStatus } from 'nestjs-zim-dispatch';
import { type Backend, startBackend } from '../support/backend.js';

const key = 'key-of-a-caller-0001';
const authorization = { Authorization: `Bearer ${key}` };
const plan = {
  version: 1,
  fromUserId: 'alice',
  steps: [{ userIds: ['bob'], ringSeconds: 20 }, { userIds: ['carol', 'dave'] }],
  extendedData: '{"ticket":"42"}',
};
let backend: Backend;

async function given(variables: Record<string, string> = {}): Promise<void> {
  backend = await startBackend({ THROTTLE_PER_SECOND: '1000', ...variables });
  backend.sandbox.directory.register([{ userId: 'dave' }]);
  backend.takeCallbacks();
}
afterEach(() => backend.app.close());

async function start(body: object = plan, headers?: Record<string, string>): Promise<string> {
  const response = await backend.post('/rings', body, headers);
  expect(response.status).toBe(202);
  const { id } = (await response.json()) as { id: string };
  expect(response.headers.get('location')).toBe(`/rings/${id}`);
  return id;
}

/** A plan in JSON. */
type Status = Omit<RingStatus, 'createdAt' | 'startAt' | 'deadlineAt'> & {
  readonly createdAt: string;
  readonly startAt: string;
  readonly deadlineAt: string;
};

const get = (path: string) => fetch(`${backend.url}${path}`);
const statusOf = async (id: string) => (await (await get(`/rings/${id}`)).json()) as Status;
const cancel = (id: string) => fetch(`${backend.url}/rings/${id}`, { method: 'DELETE' });
const ringingNow = () => backend.sandbox.calls.list().flatMap(({ ringing }) => ringing);

/** Resolves with the call that invites this user, when it rings. */
function ringing(userId: string): Promise<string> {
  const find = () => backend.sandbox.calls.list().find((call) => call.ringing.includes(userId));
  const found = find();
  if (found !== undefined) return Promise.resolve(found.callId);
  return new Promise((resolve) => {
    const stop = backend.sandbox.calls.onChange(() => {
      const call = find();
      if (call === undefined) return;
      stop();
      // After ZIM's reply is on its way.
      setImmediate(resolve, call.callId);
    });
  });
}

interface SentEvent {
  readonly type: string;
  readonly data: Readonly<Record<string, unknown>>;
}

/** Reads the stream of a plan's events until it ends. */
async function events(id: string): Promise<SentEvent[]> {
  const stream = await get(`/rings/${id}/events`);
  expect(stream.headers.get('content-type')).toContain('text/event-stream');
  return [...(await stream.text()).matchAll(/^event: (.+)\nid: .*\ndata: (.+)$/gm)].map(
    ([, type = '', data = '']) => ({ type, data: JSON.parse(data) as SentEvent['data'] }),
  );
}

describe('a ring plan', () => {
  it('rings its steps in turn, streams what happens, and has its result in the end', async () => {
    await given();
    const id = await start();
    const seen = events(id);
    const first = await ringing('bob');
    expect(ringingNow()).toEqual(['bob']);
    expect(await statusOf(id)).toMatchObject({
      id,
      state: 'ringing',
      isCancelled: false,
      plan: { ...plan, steps: [plan.steps[0], { userIds: ['carol', 'dave'], ringSeconds: 30 }] },
      calls: [{ step: 0, outcome: 'ringing' }],
    });
    expect(await statusOf(id)).not.toHaveProperty('result');

    backend.sandbox.devices.reject({ callId: first, userId: 'bob' });
    const second = await ringing('dave');
    expect(ringingNow()).toEqual(['carol', 'dave']);
    backend.sandbox.devices.accept({ callId: second, userId: 'dave' });

    const types = (await seen).map(({ type }) => type);
    expect(types).toEqual([
      ...['step-started', 'ringing', 'answer'],
      ...['step-started', 'ringing', 'answer', 'ended'],
    ]);
    const { state, result } = await statusOf(id);
    expect(state).toBe('ended');
    expect(result).toMatchObject({
      ...{ result: 'accepted', acceptedBy: ['dave'], step: 1, callId: second },
      calls: [
        { callId: first, callees: [{ userId: 'bob', state: 'rejected', reportedBy: 'callback' }] },
        { callId: second, outcome: 'accepted' },
      ],
    });
    expect((await seen).at(-1)?.data).toMatchObject({ result });
  });

  it('is followed by a late client too, from its beginning', async () => {
    await given();
    const id = await start({ ...plan, steps: [{ userIds: ['nemo'] }] });
    const [first, second] = [await events(id), await events(id)];
    expect(first.map(({ type }) => type)).toEqual(['step-started', 'not-rung', 'ended']);
    expect(second).toEqual(first);
    expect(await statusOf(id)).toMatchObject({
      state: 'ended',
      result: { result: 'no-answer', calls: [{ outcome: 'not-rung' }] },
    });
  });

  it('is cancelled by DELETE, which withdraws what rings', async () => {
    await given();
    const id = await start();
    const seen = events(id);
    await ringing('bob');
    const response = await cancel(id);
    expect([response.status, await response.json()]).toEqual([
      202,
      expect.objectContaining({ id, isCancelled: true }),
    ]);
    const types = (await seen).map(({ type }) => type);
    expect(types).toEqual(expect.arrayContaining(['cancelling', 'withdrawing', 'withdrawn']));
    expect(types.at(-1)).toBe('ended');
    expect(ringingNow()).toEqual([]);
    const { result } = await statusOf(id);
    expect(result).toMatchObject({ result: 'cancelled' } satisfies Partial<RingResult>);
    expect(backend.sandbox.calls.list()).toHaveLength(1);
    const again = await cancel(id);
    expect([again.status, await again.json()]).toEqual([
      202,
      expect.objectContaining({ state: 'ended', result }),
    ]);
  });

  it('waits for its start', async () => {
    await given();
    const startAt = new Date(Date.now() + 3_600_000).toISOString();
    const id = await start({ ...plan, startAt });
    expect(await statusOf(id)).toMatchObject({ state: 'waiting', startAt, calls: [] });
    await cancel(id);
    expect((await events(id)).map(({ type }) => type)).toEqual(['cancelling', 'ended']);
    expect(backend.sandbox.calls.list()).toEqual([]);
  });
});

describe('problems', () => {
  it.each([
    ['steps', {}, { steps: [] }, 'steps must have at least 1 step'],
    ['version', {}, { version: 2 }, 'version must be 1, the only version of the format'],
    ['fromUserId', {}, { fromUserId: 'a,b' }, expect.stringContaining('fromUserId')],
    ['steps[0].userIds', { userIds: ['bob', 'bob'] }, {}, /twice/],
    ['steps[0].ringSeconds', { userIds: ['bob'], ringSeconds: 591 }, {}, /590/],
    [
      'steps[0].until',
      { userIds: ['bob'], until: 1 },
      {},
      'steps[0].until is not a known property',
    ],
    ['startAt', {}, { startAt: 'tomorrow' }, /must be a time with its zone/],
    ['startAt', {}, { startAt: '2999-01-01T00:00:00Z' }, 'startAt must be at most 7 days ahead'],
    ['deadlineSeconds', {}, { deadlineSeconds: 5 }, /the steps ring and pause for 50 s/],
    ['idempotencyKey', {}, { idempotencyKey: 'k' }, 'idempotencyKey is not a known property'],
  ])('name the field %s and its rule', async (path, step, rest, rule) => {
    await given();
    const steps = Object.keys(step).length === 0 ? plan.steps : [step];
    const response = await backend.post('/rings', { ...plan, steps, ...rest });
    expect(response.status).toBe(400);
    expect(response.headers.get('content-type')).toBe('application/problem+json; charset=utf-8');
    const { errors, ...problem } = (await response.json()) as {
      readonly errors: readonly { readonly path: string; readonly message: string }[];
    };
    expect(problem).toMatchObject({ status: 400, kind: 'invalid-request', outcome: 'not-sent' });
    expect(errors.map((error) => error.path)).toEqual([path]);
    const message = errors[0]?.message ?? '';
    if (rule instanceof RegExp) expect(message).toMatch(rule);
    else expect(message).toEqual(rule);
    expect(backend.sandbox.calls.list()).toEqual([]);
  });

  it.each([
    ['GET', '/rings/1'],
    ['GET', '/rings/1/events'],
    ['DELETE', '/rings/1'],
  ])('answer 404 to %s %s, which is no plan', async (method, path) => {
    await given();
    const response = await fetch(`${backend.url}${path}`, { method });
    expect(response.headers.get('content-type')).toBe('application/problem+json; charset=utf-8');
    expect([response.status, await response.json()]).toEqual([
      404,
      expect.objectContaining({
        status: 404,
        title: 'Not Found',
        detail: 'the ring plan is unknown; ended plans are kept for an hour',
        instance: expect.stringMatching(/^urn:request:/),
      }),
    ]);
  });
});

describe('Idempotency-Key', () => {
  it('starts one plan, and is refused with another body', async () => {
    await given();
    const keyed = { 'Idempotency-Key': 'ticket-42' };
    const [first, second] = [await start(plan, keyed), await start(plan, keyed)];
    expect(second).toBe(first);
    await ringing('bob');
    const other = await backend.post('/rings', { ...plan, fromUserId: 'bob' }, keyed);
    expect([other.status, await other.json()]).toEqual([
      409,
      expect.objectContaining({ kind: 'idempotency', outcome: 'not-sent' }),
    ]);
    const invalid = await backend.post('/rings', plan, { 'Idempotency-Key': 'ticket 42' });
    expect([invalid.status, await invalid.json()]).toEqual([
      400,
      expect.objectContaining({ errors: [expect.objectContaining({ path: 'idempotencyKey' })] }),
    ]);
    expect(backend.sandbox.calls.list()).toHaveLength(1);
  });

  it('belongs to the API key it was sent with', async () => {
    const keys = [key, 'key-of-a-caller-0002'];
    await given({ API_KEYS: keys.join(',') });
    const ids = [];
    for (const each of keys) {
      const headers = { 'Idempotency-Key': 'ticket-42', Authorization: `Bearer ${each}` };
      ids.push(await start(plan, headers));
    }
    expect(new Set(ids).size).toBe(2);
  });
});

describe('callers', () => {
  it.each([
    ['POST', ''],
    ['GET', '/1'],
    ['GET', '/1/events'],
    ['DELETE', '/1'],
  ])('need an API key: %s /rings%s', async (method, path) => {
    await given({ API_KEYS: key });
    const send = (headers: Record<string, string>) =>
      fetch(`${backend.url}/rings${path}`, {
        method,
        headers: { ...(method === 'POST' && { 'Content-Type': 'application/json' }), ...headers },
        body: method === 'POST' ? JSON.stringify(plan) : undefined,
      });
    const refused = await send({});
    expect([refused.status, refused.headers.get('www-authenticate')]).toEqual([401, 'Bearer']);
    expect(backend.sandbox.calls.list()).toEqual([]);
    expect((await send(authorization)).status).toBe(method === 'POST' ? 202 : 404);
  });

  it('are limited together with the other routes', async () => {
    await given({ THROTTLE_PER_SECOND: '3' });
    const requests = [
      () => backend.post('/calls', {}),
      () => backend.post('/rings', {}),
      () => get('/rings/1'),
      () => get('/rings/1/events'),
      () => cancel('1'),
    ];
    const statuses = [];
    for (const send of requests) statuses.push((await send()).status);
    expect(statuses).toEqual([400, 400, 404, 429, 429]);
  });
});

interface Schema {
  readonly maximum?: number;
  readonly maxItems?: number;
  readonly required?: readonly string[];
  readonly properties: Readonly<Record<string, Schema>>;
}

describe('the description of the API', () => {
  async function describe() {
    return (await (await get('/docs-json')).json()) as {
      readonly paths: Record<string, Record<string, { readonly responses: object }>>;
      readonly components: { readonly schemas: Record<string, Schema> };
    };
  }

  it('has all routes with their answers', async () => {
    await given();
    const { paths, components } = await describe();
    const answers = ['/rings', '/rings/{id}', '/rings/{id}/events'].flatMap((path) =>
      Object.entries(paths[path] ?? {}).map(([method, { responses }]) => [
        ...[method, path, Object.keys(responses).filter((status) => status.startsWith('2'))],
      ]),
    );
    expect(answers).toEqual([
      ['post', '/rings', ['202']],
      ['get', '/rings/{id}', ['200']],
      ['delete', '/rings/{id}', ['202']],
      ['get', '/rings/{id}/events', ['200']],
    ]);
    expect(paths['/rings']?.['post']).toMatchObject({
      parameters: [{ name: 'Idempotency-Key', in: 'header', required: false }],
      responses: { 202: { headers: { Location: {} } }, 400: {}, 401: {}, 409: {}, 503: {} },
    });
    expect(components.schemas['PlanDto']).toMatchObject({
      additionalProperties: false,
      required: ['version', 'fromUserId', 'steps'],
    });
    expect(Object.keys(components.schemas['PlanDto']?.properties ?? {})).not.toContain(
      'idempotencyKey',
    );
    expect(components.schemas['PlanStepDto']).toMatchObject({ required: ['userIds'] });
  });

  it('gives the limits that are enforced', async () => {
    await given();
    const { schemas } = (await describe()).components;
    const [whole, step] = [schemas['PlanDto']?.properties, schemas['PlanStepDto']?.properties];
    const users = (count = 0) => Array.from({ length: count }, (_, index) => `u${index}`);
    const [bob] = [{ userIds: ['bob'] }];
    const limits: [number | undefined, (value: number) => object][] = [
      [whole?.['steps']?.maxItems, (count) => ({ steps: Array<object>(count).fill(bob) })],
      [whole?.['deadlineSeconds']?.maximum, (deadlineSeconds) => ({ deadlineSeconds })],
      [step?.['userIds']?.maxItems, (count) => ({ steps: [{ userIds: users(count) }] })],
      [step?.['ringSeconds']?.maximum, (ringSeconds) => ({ steps: [{ ...bob, ringSeconds }] })],
      [step?.['pauseSeconds']?.maximum, (pauseSeconds) => ({ steps: [{ ...bob, pauseSeconds }] })],
    ];
    const startAt = new Date(Date.now() + 3_600_000).toISOString();
    const send = async (part: object) =>
      (await backend.post('/rings', { ...plan, startAt, ...part })).status;
    for (const [limit = Number.NaN, part] of limits) {
      expect([limit, await send(part(limit)), await send(part(limit + 1))]).toEqual([
        limit,
        202,
        400,
      ]);
    }
  });
});
