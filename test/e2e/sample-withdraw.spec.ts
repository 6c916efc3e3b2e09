import { type Backend, startBackend } from '../support/backend.js';

const invite = { fromUserId: 'alice', userIds: ['bob', 'carol', 'dave'], timeoutSeconds: 30 };
const key = 'key-of-a-caller-0001';
let backend: Backend;
let callId: string;

async function given(variables: Record<string, string> = {}, takeCallbacks = true): Promise<void> {
  backend = await startBackend(variables);
  backend.sandbox.directory.register([{ userId: 'dave' }]);
  if (takeCallbacks) backend.takeCallbacks();
  const headers = variables['API_KEYS'] === undefined ? undefined : authorization;
  const response = await backend.post('/calls', invite, headers);
  ({ callId } = (await response.json()) as { callId: string });
}
afterEach(() => backend.app.close());

const authorization = { Authorization: `Bearer ${key}` };
const call = () => backend.sandbox.calls.get(callId);
const withdraw = (query = '', id = callId, headers: Record<string, string> = {}) =>
  fetch(`${backend.url}/calls/${id}${query}`, { method: 'DELETE', headers });
const report = (body: object, headers: Record<string, string> = {}) =>
  backend.post(`/calls/${callId}/answers`, body, headers);

/** Reads the stream of events until it ends. */
async function events(): Promise<string[]> {
  const stream = await fetch(`${backend.url}/calls/${callId}/events`);
  return [...(await stream.text()).matchAll(/^event: (.+)$/gm)].map(([, type = '']) => type);
}

const problemOf = async (response: Response): Promise<unknown> => {
  expect(response.headers.get('content-type')).toBe('application/problem+json; charset=utf-8');
  return response.json();
};

describe('DELETE /calls/:callId', () => {
  it('stops all phones, ends the call, and reports it as withdrawn', async () => {
    await given();
    const response = await withdraw();
    expect([response.status, await response.json()]).toEqual([
      200,
      {
        callId,
        users: invite.userIds.map((userId) => ({
          ...{ userId, result: 'withdrawn' },
          requestId: expect.stringMatching(/^\d+$/),
        })),
      },
    ]);
    expect(call()).toMatchObject({ state: 'ended', ringing: [] });
    const seen = await events();
    expect(seen).toContain('withdrawing');
    expect(seen.filter((type) => type === 'withdrawn')).toHaveLength(3);
  });

  it('stops only those that still ring', async () => {
    await given();
    backend.sandbox.devices.accept({ callId, userId: 'bob' });
    await backend.sandbox.callbacks.idle();
    const response = await withdraw();
    expect(await response.json()).toMatchObject({
      users: [
        { userId: 'carol', result: 'withdrawn' },
        { userId: 'dave', result: 'withdrawn' },
      ],
    });
    expect(call()?.callees).toMatchObject([
      { userId: 'bob', state: 'accepted' },
      { userId: 'carol', state: 'rejected' },
      { userId: 'dave', state: 'rejected' },
    ]);
    const nothing = await withdraw();
    expect([nothing.status, await nothing.json()]).toEqual([200, { callId, users: [] }]);
  });

  it('stops the given phones, and reports each', async () => {
    await given();
    backend.sandbox.devices.accept({ callId, userId: 'bob' });
    const response = await withdraw('?userId=bob&userId=carol&userId=zoe');
    expect([response.status, await response.json()]).toEqual([
      200,
      {
        callId,
        users: [
          { userId: 'bob', result: 'already-answered', vendorCode: 660900008 },
          { userId: 'carol', result: 'withdrawn', requestId: expect.any(String) },
          {
            ...{ userId: 'zoe', result: 'failed', outcome: 'rejected', vendorCode: 660500002 },
            detail: expect.stringContaining('not registered'),
          },
        ],
      },
    ]);
    expect(call()).toMatchObject({ state: 'started', ringing: ['dave'] });
  });

  it('works for a call that this backend does not know, if callees are given', async () => {
    await given();
    expect((await withdraw('', '1')).status).toBe(404);
    expect(await (await withdraw('?userId=bob', '1')).json()).toEqual({
      callId: '1',
      users: [{ userId: 'bob', result: 'not-invited', vendorCode: 660900004 }],
    });
    expect((await withdraw('', '1')).status).toBe(404);
  });

  it.each([
    ['?userId=a,b', 'userIds'],
    ['?userId=bob&userId=bob', 'userIds'],
    [`?${Array.from({ length: 10 }, (_, index) => `userId=u${index}`).join('&')}`, 'userIds'],
  ])('answers 400 to %s', async (query, path) => {
    await given();
    const response = await withdraw(query);
    expect(response.status).toBe(400);
    expect(await problemOf(response)).toMatchObject({ errors: [{ path }] });
    expect(call()?.ringing).toEqual(invite.userIds);
  });

  it('needs an API key', async () => {
    await given({ API_KEYS: key });
    expect((await withdraw()).status).toBe(401);
    expect(call()?.ringing).toEqual(invite.userIds);
    expect((await withdraw('', callId, authorization)).status).toBe(200);
  });
});

describe('POST /calls/:callId/answers', () => {
  it('makes the answers known although no callback arrives', async () => {
    await given({}, false);
    expect((await report({ userId: 'bob', type: 'rejected' })).status).toBe(204);
    expect((await report({ userId: 'bob', type: 'rejected' })).status).toBe(204);
    expect((await report({ userId: 'carol', type: 'accepted' })).status).toBe(204);
    expect((await report({ userId: 'dave', type: 'rejected' })).status).toBe(204);
    expect(await events()).toEqual(['invited', 'rejected', 'accepted', 'rejected']);
  });

  it.each([
    [{ userId: 'bob', type: 'timed-out' }, 'type'],
    [{ userId: 'a,b', type: 'accepted' }, 'userId'],
    [{ userId: 'bob' }, 'type'],
    [{ userId: 'bob', type: 'accepted', more: 1 }, 'more'],
  ])('answers 400 to %j', async (body, path) => {
    await given();
    const response = await report(body);
    expect(response.status).toBe(400);
    expect(await problemOf(response)).toMatchObject({ errors: [{ path }] });
  });

  it('needs an API key', async () => {
    await given({ API_KEYS: key });
    const answer = { userId: 'bob', type: 'accepted' };
    expect((await report(answer)).status).toBe(401);
    expect((await report(answer, authorization)).status).toBe(204);
  });
});

it('the description of the API has both routes', async () => {
  await given();
  const api = (await (await fetch(`${backend.url}/docs-json`)).json()) as {
    readonly paths: Record<string, Record<string, object>>;
    readonly components: { readonly schemas: Record<string, object> };
  };
  expect(api.paths['/calls/{callId}']?.['delete']).toMatchObject({
    parameters: [
      { name: 'callId', in: 'path' },
      { name: 'userId', in: 'query', required: false, schema: { type: 'array', maxItems: 9 } },
    ],
    responses: { 200: { description: 'The result for each callee' } },
  });
  expect(api.paths['/calls/{callId}/answers']?.['post']).toMatchObject({
    responses: { 204: {}, 401: {} },
  });
  expect(api.components.schemas['ReportDto']).toMatchObject({
    additionalProperties: false,
    properties: { type: { type: 'string', enum: ['accepted', 'rejected'] } },
    required: ['userId', 'type'],
  });
});
