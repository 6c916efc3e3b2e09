import { isJsonObject } from '../core/json.js';
import { type SandboxFault } from '../core/fault.js';
import { useSampleSandbox } from '../testing/sample-sandbox.js';
import { sendSignedRequest } from './signed-request.js';

const sample = useSampleSandbox();
const invite = { fromUserId: 'alice', userIds: ['bob'] };

async function place(body: unknown) {
  const response = await fetch(`${sample.sandbox.url}/__/calls`, {
    method: 'POST',
    body: JSON.stringify(body),
  });
  const json: unknown = await response.json();
  return { status: response.status, json };
}

it('sends a real, signed invite, and returns the reply', async () => {
  const { sandbox } = sample;
  const { status, json } = await place({
    ...invite,
    timeoutSeconds: 30,
    extendedData: '中',
    offlinePush: { title: 'alice', content: 'is calling' },
  });
  const [call] = sandbox.calls.list();
  expect(call).toMatchObject({
    caller: 'alice',
    ringing: ['bob'],
    timeoutSeconds: 30,
    extendedData: '中',
    offlinePush: { Enable: 1, Title: 'alice', Content: 'is calling' },
  });
  expect([status, json]).toEqual([
    200,
    { status: 200, reply: expect.objectContaining({ Code: 0, CallId: call?.callId }) },
  ]);
  expect(sandbox.journal.entries()).toMatchObject([
    { action: 'CallInvite', signature: 'verified' },
  ]);
});

it('sends no push unless the request asks for one', async () => {
  await place(invite);
  expect(sample.sandbox.calls.list()[0]?.offlinePush).toEqual({ Enable: 0 });
});

it('leaves ids and limits to the gateway, and returns its refusal', async () => {
  const { json } = await place({ ...invite, fromUserId: 'a/b', timeoutSeconds: 601 });
  expect(json).toEqual({
    status: 200,
    reply: expect.objectContaining({ Code: 660000002 }),
    hint: expect.stringContaining("'/'"),
  });
});

it.each([
  [{ ...invite, fromUserId: 1 }, 'fromUserId must be a string.'],
  [{ fromUserId: 'alice' }, 'userIds must be an array of strings.'],
  [{ ...invite, userIds: ['bob', 1] }, 'userIds must be an array of strings.'],
  [{ ...invite, timeoutSeconds: '30' }, 'timeoutSeconds must be a number.'],
  [{ ...invite, extendedData: {} }, 'extendedData must be a string.'],
  [{ ...invite, offlinePush: { content: 1 } }, 'offlinePush.content must be a string.'],
  [{ ...invite, offlinePush: true }, 'offlinePush must be an object.'],
  [{ ...invite, offlinePush: { title: 1 } }, 'offlinePush.title must be a string.'],
  [{ ...invite, offlinePush: { content: null } }, 'offlinePush.content must be a string.'],
  [
    { ...invite, offlinePush: { Title: 'a' } },
    'offlinePush.Title is unknown; did you mean title? known names: title, content.',
  ],
  [{ ...invite, timeout: 1 }, 'timeout is unknown; did you mean timeoutSeconds? known names: '],
  [[], 'The body must be a JSON object.'],
])('refuses %j', async (body, error) => {
  const { status, json } = await place(body);
  expect([status, json]).toEqual([400, { error: expect.stringContaining(error) }]);
  expect(sample.sandbox.journal.entries()).toEqual([]);
});

it('refuses an unknown app', async () => {
  expect((await place({ ...invite, appId: 1 })).status).toBe(404);
  expect((await place({ ...invite, appId: 12345 })).status).toBe(200);
});

describe('a fault is shown in the result', () => {
  const faults: [SandboxFault, object][] = [
    [{ kind: 'reset', when: 'after' }, { error: expect.stringMatching(/hang up|ECONNRESET/) }],
    [{ kind: 'half-reply' }, { error: expect.stringMatching(/aborted|ECONNRESET/) }],
    [{ kind: 'close' }, { error: 'socket hang up' }],
    [
      { kind: 'oversized', bytes: 8 * 1024 * 1024 },
      { error: 'the response is longer than 1048576 bytes' },
    ],
    [
      { kind: 'gzip-bomb' },
      { error: 'the response is compressed, which the request did not accept' },
    ],
    [{ kind: 'empty-200' }, { status: 200, text: '' }],
    [{ kind: 'html-502' }, { status: 502, text: expect.stringContaining('<html>') }],
    [{ kind: 'redirect' }, { status: 307, text: expect.any(String) }],
  ];
  it.each(faults)('%j', async (fault, answer) => {
    sample.sandbox.faults.add({ fault });
    expect((await place(invite)).json).toMatchObject(answer);
    expect(sample.sandbox.journal.entries()).toHaveLength(1);
  });

  it('no response', async () => {
    const { url, app, clock, faults, calls } = sample.sandbox;
    faults.add({ fault: { kind: 'hang', when: 'after' } });
    const body = { FromUserId: 'alice', UserIds: ['bob'], OfflinePush: {} };
    const call = { url, app, nowMs: clock.now(), action: 'CallInvite', body, timeoutMs: 50 };
    expect(await sendSignedRequest(call)).toEqual({ error: 'no complete response within 50 ms' });
    expect(calls.list()).toHaveLength(1);
  });
});

it('is aborted by a stop', async () => {
  const { sandbox } = sample;
  sandbox.faults.add({ fault: { kind: 'hang' } });
  const arrived = new Promise<void>((resolve) => {
    sandbox.journal.onEntry(() => {
      resolve();
    });
  });
  const placed = expect(place(invite)).rejects.toThrow(/fetch failed|terminated/);
  await arrived;
  await sandbox.stop();
  await placed;
});

it('refuses a timeout that is too large for a number', async () => {
  const { url, calls } = sample.sandbox;
  const body = '{ "fromUserId": "alice", "userIds": ["bob"], "timeoutSeconds": 1e400 }';
  const response = await fetch(`${url}/__/calls`, { method: 'POST', body });
  expect([response.status, await response.json()]).toEqual([
    400,
    { error: 'timeoutSeconds must be a number.' },
  ]);
  expect(calls.list()).toEqual([]);
});

it('returns no secret', async () => {
  const { serverSecret } = sample.sandbox.app;
  const { json } = await place({ ...invite, userIds: [serverSecret] });
  expect(isJsonObject(json)).toBe(true);
  expect(JSON.stringify(json)).not.toContain(serverSecret);
});
