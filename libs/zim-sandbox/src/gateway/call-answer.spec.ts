import { type SandboxAssumptions } from '../core/assumptions.js';
import { ZimSandbox } from '../sandbox.js';
import { fixedClock } from '../testing/fixed-clock.js';
import { callByGet, post, publicParameters, ring } from '../testing/zim-client.js';

const unusualIds = ['+', '&', '#', '%', '=', '?', ' ', 'a+b&c#d%e=f?g h', '%2B', '100%'];
let sandbox: ZimSandbox;

async function start(assumptions: Partial<SandboxAssumptions> = {}) {
  sandbox = await ZimSandbox.start({
    users: ['alice', 'bob', 'carol', ...unusualIds],
    clock: fixedClock(),
    callsPerSecond: 1000,
    assumptions,
  });
}

beforeEach(() => start());
afterEach(() => sandbox.stop());

type Name = 'CallAccept' | 'CallReject';
const answer = (name: Name, fields: Record<string, string | undefined>) =>
  callByGet(sandbox, name, { FromUserId: 'bob', ...fields });
const codeOf = async (name: Name, CallId: string, FromUserId = 'bob') =>
  (await answer(name, { CallId, FromUserId })).reply.Code;
const statesOf = (callId: string) => sandbox.calls.get(callId)?.callees.map(({ state }) => state);

describe.each<[Name, string]>([
  ['CallAccept', 'accepted'],
  ['CallReject', 'rejected'],
])('%s', (name, state) => {
  it('answers for a callee, and ends the call after the last answer', async () => {
    const CallId = await ring(sandbox, { UserIds: ['bob', 'carol'] });
    const { reply, status, hint } = await answer(name, { CallId, ExtendedData: 'é & more' });
    expect([status, hint]).toEqual([200, null]);
    expect(reply).toEqual({
      Code: 0,
      Message: 'success',
      RequestId: expect.stringMatching(/^\d{19}$/),
    });
    expect(sandbox.calls.get(CallId)).toMatchObject({
      state: 'started',
      callees: [{ userId: 'bob', state, extendedData: 'é & more' }, { state: 'received' }],
    });
    expect(await codeOf(name, CallId, 'carol')).toBe(0);
    expect(sandbox.calls.get(CallId)).toMatchObject({ state: 'ended', endReason: 'answered' });
  });

  it.each<[Record<string, string | undefined>, number, string]>([
    [{ FromUserId: undefined }, 660000002, 'FromUserId is missing from the query'],
    [{ FromUserId: '' }, 660000002, 'FromUserId must not be empty'],
    [{ FromUserId: 'a/b' }, 660000002, "FromUserId must not contain '/' (U+002F)"],
    [{ FromUserId: 'x'.repeat(33) }, 660000012, 'FromUserId must be at most 32 bytes long, is 33'],
    [{ CallId: undefined }, 660000002, 'CallId is missing from the query, or empty'],
    [{ CallId: '' }, 660000002, 'CallId is missing from the query, or empty'],
    [{ CallId: '1'.repeat(33) }, 660000002, 'CallId must be at most 32 characters long'],
    [
      { ExtendedData: 'é'.repeat(1025) },
      660000002,
      'ExtendedData must be at most 2048 UTF-8 bytes long',
    ],
    [
      { FromUserId: 'unknown' },
      660500002,
      'the acting user (FromUserId) is not registered with this AppID',
    ],
    [{ FromUserId: 'unknown', CallId: '1' }, 660500002, 'the acting user'],
    [{ CallId: '1'.repeat(32) }, 660900004, 'no call of this AppID has that CallId'],
    [{ FromUserId: 'alice' }, 660900008, 'the acting user (FromUserId) is not a callee'],
    [{ FromUserId: 'carol' }, 660900008, 'the acting user (FromUserId) is not a callee'],
  ])('%j is answered with %i', async (fields, code, hint) => {
    const CallId = await ring(sandbox);
    const answered = await answer(name, { CallId, ...fields });
    expect(answered.reply.Code).toBe(code);
    expect(answered.hint?.startsWith(hint)).toBe(true);
    expect(Object.keys(answered.reply)).toEqual(['Code', 'Message', 'RequestId']);
    expect(statesOf(CallId)).toEqual(['received']);
  });

  it('refuses a long id with the code of longUserId', async () => {
    await sandbox.stop();
    await start({ longUserId: '660000002' });
    expect(await codeOf(name, await ring(sandbox), 'x'.repeat(33))).toBe(660000002);
  });

  it('accepts the longest data, percent-encoded', async () => {
    const CallId = await ring(sandbox);
    const ExtendedData = 'é'.repeat(1024);
    expect((await answer(name, { CallId, ExtendedData })).reply.Code).toBe(0);
    expect(sandbox.calls.get(CallId)?.callees[0]?.extendedData).toBe(ExtendedData);
  });

  it('is refused after the timeout: 660900006', async () => {
    const CallId = await ring(sandbox, { UserIds: ['bob', 'carol'], Timeout: 10 });
    expect(await codeOf(name, CallId, 'carol')).toBe(0);
    await sandbox.clock.advance(10_000);
    expect(await codeOf(name, CallId, 'bob')).toBe(660900006);
    expect(await codeOf(name, CallId, 'carol')).toBe(660900005);
    expect(await codeOf(name, CallId, 'alice')).toBe(660900008);
    expect(statesOf(CallId)).toEqual(['timed-out', state]);
  });

  it('is refused after the last answer or the cancellation: 660900005', async () => {
    const answered = await ring(sandbox);
    expect([await codeOf(name, answered), await codeOf(name, answered)]).toEqual([0, 660900005]);
    const cancelled = await ring(sandbox);
    sandbox.devices.cancel({ userId: 'alice', callId: cancelled });
    expect(await codeOf(name, cancelled)).toBe(660900005);
    expect(statesOf(cancelled)).toEqual(['cancelled']);
  });

  it('does not need the callee to be online', async () => {
    sandbox.directory.register([{ userId: 'dave', presence: 'never-logged-in' }]);
    const CallId = await ring(sandbox, { UserIds: ['dave'] });
    expect(statesOf(CallId)).toEqual(['inviting']);
    expect(await codeOf(name, CallId, 'dave')).toBe(0);
    expect(statesOf(CallId)).toEqual([state]);
  });

  const other = name === 'CallAccept' ? 'CallReject' : 'CallAccept';
  it.each<[string, Partial<SandboxAssumptions>, Name, number, string]>([
    ['the same answer', {}, name, 0, 'repeatAnswer=0'],
    ['the same answer', { repeatAnswer: '660900005' }, name, 660900005, 'repeatAnswer=660900005'],
    ['the opposite answer', {}, other, 660900008, 'changedAnswer=660900008'],
    [
      'the opposite answer',
      { changedAnswer: '660900005' },
      other,
      660900005,
      'changedAnswer=660900005',
    ],
  ])(
    '%s by a user who has answered, with %j: %s returns %i and changes nothing',
    async (_, assumptions, repeated, code, hint) => {
      await sandbox.stop();
      await start(assumptions);
      const CallId = await ring(sandbox, { UserIds: ['bob', 'carol'] });
      await codeOf(name, CallId);
      const deliveries = sandbox.callbacks.deliveries().length;
      const before = sandbox.calls.get(CallId);
      const again = await answer(repeated, { CallId, ExtendedData: 'again' });
      expect(again.reply.Code).toBe(code);
      expect(again.hint).toContain(hint);
      expect(sandbox.calls.get(CallId)).toEqual(before);
      expect(sandbox.callbacks.deliveries()).toHaveLength(deliveries);
    },
  );

  it.each(unusualIds)('decodes the id %j', async (userId) => {
    const CallId = await ring(sandbox, { UserIds: [userId] });
    expect((await answer(name, { CallId, FromUserId: userId })).reply.Code).toBe(0);
    expect(sandbox.calls.get(CallId)?.callees).toMatchObject([{ userId, state }]);
  });

  it('takes GET only', async () => {
    const query = publicParameters(sandbox, name).toString();
    const { reply, hint } = await post(`${sandbox.url}/?${query}`, '{}');
    expect([reply.Code, hint]).toEqual([660000002, `${name} takes GET`]);
  });
});

it('rejecting for every callee who rings takes the call back, also for those who are offline', async () => {
  sandbox.devices.disconnect({ userId: 'carol' });
  const CallId = await ring(sandbox, { UserIds: ['bob', 'carol'] });
  const ringing = () => sandbox.calls.get(CallId)?.ringing;
  expect(ringing()).toEqual(['bob', 'carol']);
  await codeOf('CallReject', CallId);
  expect(ringing()).toEqual(['carol']);
  expect(() => {
    sandbox.devices.accept({ userId: 'bob', callId: CallId });
  }).toThrow();
  await codeOf('CallReject', CallId, 'carol');
  expect(sandbox.calls.get(CallId)).toMatchObject({
    ...{ state: 'ended', ringing: [], endReason: 'answered' },
    callees: [{ state: 'rejected' }, { state: 'rejected' }],
  });
  sandbox.devices.login({ userId: 'carol' });
  expect(statesOf(CallId)).toEqual(['rejected', 'rejected']);
});

it('an unencoded plus sign means a space', async () => {
  const CallId = await ring(sandbox, { UserIds: ['+', ' '] });
  const query = `${publicParameters(sandbox, 'CallAccept').toString()}&CallId=${CallId}&FromUserId=+`;
  await post(`${sandbox.url}/?${query}`, '', 'GET');
  expect(statesOf(CallId)).toEqual(['received', 'accepted']);
});

it('a call of one app cannot be answered in another', async () => {
  await sandbox.stop();
  const apps = [
    { appId: 1, serverSecret: 'one' },
    { appId: 2, serverSecret: 'two' },
  ] as const;
  sandbox = await ZimSandbox.start({ apps, users: ['alice', 'bob'], clock: fixedClock() });
  const [one, two] = apps.map((app) => ({ url: sandbox.url, clock: sandbox.clock, app }));
  if (one === undefined || two === undefined) throw new Error('There are two apps.');
  const CallId = await ring(one);
  const fields = { CallId, FromUserId: 'bob' };
  expect((await callByGet(two, 'CallAccept', fields)).reply.Code).toBe(660900004);
  expect(() => {
    sandbox.devices.accept({ appId: 2, userId: 'bob', callId: CallId });
  }).toThrow(`there is no call ${CallId}`);
  expect((await callByGet(one, 'CallAccept', fields)).reply.Code).toBe(0);
  expect(sandbox.callbacks.deliveries(2)).toEqual([]);
});
