import { type SandboxAssumptions } from '../core/assumptions.js';
import { SandboxStateError } from '../core/state-error.js';
import { type SandboxPresence } from '../core/user-rules.js';
import { ZimSandbox } from '../sandbox.js';
import { fixedClock, sampleSeconds } from '../testing/fixed-clock.js';
import { callByGet, ring } from '../testing/zim-client.js';

let sandbox: ZimSandbox;

async function start(assumptions: Partial<SandboxAssumptions> = {}) {
  sandbox = await ZimSandbox.start({
    apps: [{ appId: 7, serverSecret: 'server-canary' }],
    users: [
      'alice',
      { userId: 'bob', userName: 'Bob' },
      'carol',
      { userId: 'lost', presence: 'offline' },
      { userId: 'gone', presence: 'logged-out' },
      { userId: 'new', presence: 'never-logged-in' },
    ],
    clock: fixedClock(),
    callsPerSecond: 1000,
    assumptions,
  });
}

beforeEach(() => start());
afterEach(() => sandbox.stop());

/** Returns the callbacks without their common fields. */
const callbackBodies = () =>
  sandbox.callbacks.deliveries().map(({ body }) => {
    const { appid: _, nonce: __, signature: ___, timestamp: ____, ...content } = body;
    return content;
  });
const events = () => sandbox.callbacks.deliveries().map(({ event }) => event);
const statesOf = (callId: string) => sandbox.calls.get(callId)?.callees.map(({ state }) => state);

describe('presence', () => {
  it.each<['login' | 'logout' | 'disconnect', SandboxPresence, string]>([
    ['login', 'online', 'dave is online already'],
    ['login', 'offline', 'online'],
    ['login', 'logged-out', 'online'],
    ['login', 'never-logged-in', 'online'],
    ['logout', 'online', 'logged-out'],
    ['logout', 'offline', 'dave is not online, but offline'],
    ['logout', 'logged-out', 'dave is not online, but logged-out'],
    ['logout', 'never-logged-in', 'dave is not online, but never-logged-in'],
    ['disconnect', 'online', 'offline'],
    ['disconnect', 'offline', 'dave is not online, but offline'],
    ['disconnect', 'logged-out', 'dave is not online, but logged-out'],
    ['disconnect', 'never-logged-in', 'dave is not online, but never-logged-in'],
  ])('%s from %s: %s', (action, presence, outcome) => {
    sandbox.directory.register([{ userId: 'dave', presence }]);
    const act = () => {
      sandbox.devices[action]({ userId: 'dave' });
    };
    if (outcome.startsWith('dave')) expect(act).toThrow(new SandboxStateError(outcome));
    else act();
    expect(sandbox.directory.presence('dave')).toBe(
      outcome.startsWith('dave') ? presence : outcome,
    );
  });

  it('does not change when a user is registered again without one', () => {
    sandbox.directory.register([{ userId: 'lost', userName: 'Lost' }]);
    expect(sandbox.directory.presence('lost')).toBe('offline');
    sandbox.directory.register([{ userId: 'lost', presence: 'online' }, 'dave']);
    expect(['lost', 'dave', 'unknown'].map((id) => sandbox.directory.presence(id))).toEqual([
      'online',
      'online',
      undefined,
    ]);
    expect(events()).toEqual([]);
  });

  it('starts with a login, which registers the user; other actions need a registered user', () => {
    sandbox.devices.login({ userId: 'dave' });
    expect(sandbox.directory.presence('dave')).toBe('online');
    expect(() => {
      sandbox.devices.login({ userId: 'a/b' });
    }).toThrow("UserId must not contain '/'");
    expect(() => {
      sandbox.devices.logout({ userId: 'unknown' });
    }).toThrow('unknown is not registered');
    expect(sandbox.directory.has('a/b')).toBe(false);
  });

  it('is restored by a reset', () => {
    sandbox.devices.login({ userId: 'gone' });
    sandbox.devices.logout({ userId: 'bob' });
    sandbox.reset();
    expect(['gone', 'bob'].map((id) => sandbox.directory.presence(id))).toEqual([
      'logged-out',
      'online',
    ]);
    expect(sandbox.directory.list()).toHaveLength(6);
  });

  it('is reported by user_action', async () => {
    sandbox.devices.disconnect({ userId: 'bob' });
    await sandbox.clock.advance(2000);
    sandbox.devices.login({ userId: 'bob' });
    await sandbox.clock.advance(1000);
    sandbox.devices.logout({ userId: 'bob' });
    const common = { event: 'user_action', user_id: 'bob', user_name: 'Bob', os: 'WEB' };
    const [lost, loggedIn, loggedOut] = callbackBodies();
    expect(lost).toEqual({
      ...common,
      action: 2,
      session_id: expect.stringMatching(/^\d{18}$/),
      login_time: sampleSeconds,
      relogin: '0',
      offline_time: sampleSeconds,
    });
    expect(loggedIn).toEqual({
      ...common,
      action: 0,
      session_id: expect.stringMatching(/^\d{18}$/),
      login_time: sampleSeconds + 2,
      relogin: '1',
    });
    // The page's sample of a logout has these fields, a relogin of 1, and no offline_time.
    expect(loggedOut).toEqual({
      ...loggedIn,
      action: 1,
      logout_time: sampleSeconds + 3,
      logout_reason: 'logout',
    });
    expect(loggedIn?.['session_id']).not.toBe(lost?.['session_id']);
  });

  it('sets relogin from the second login of a user on, for the whole session', () => {
    sandbox.devices.login({ userId: 'new' });
    sandbox.devices.logout({ userId: 'new' });
    sandbox.devices.login({ userId: 'new' });
    sandbox.devices.disconnect({ userId: 'new' });
    sandbox.devices.login({ userId: 'gone' });
    sandbox.devices.login({ userId: 'first-login' });
    expect(
      callbackBodies().map(({ user_id, action, relogin }) => [user_id, action, relogin]),
    ).toEqual([
      ['new', 0, '0'],
      ['new', 1, '0'],
      ['new', 0, '1'],
      ['new', 2, '1'],
      ['gone', 0, '1'],
      ['first-login', 0, '0'],
    ]);
  });

  it('is not reported with userActionCallbacks=no', async () => {
    await sandbox.stop();
    await start({ userActionCallbacks: 'no' });
    sandbox.devices.disconnect({ userId: 'bob' });
    sandbox.devices.login({ userId: 'bob' });
    sandbox.devices.logout({ userId: 'bob' });
    expect(events()).toEqual([]);
  });
});

describe('an invite', () => {
  it('reaches callees who are online, and others when they log in', async () => {
    const callId = await ring(sandbox, { UserIds: ['bob', 'lost', 'gone', 'new'] });
    expect(statesOf(callId)).toEqual(['received', 'inviting', 'inviting', 'inviting']);
    sandbox.devices.login({ userId: 'new' });
    expect(statesOf(callId)).toEqual(['received', 'inviting', 'inviting', 'received']);
    sandbox.devices.logout({ userId: 'bob' });
    expect(statesOf(callId)).toEqual(['received', 'inviting', 'inviting', 'received']);
  });

  it('is reported with the callees who have a session', async () => {
    const UserIds = ['gone', 'bob', 'new', 'lost'];
    const callId = await ring(sandbox, { UserIds, Timeout: 30.5, ExtendedData: 'data' });
    expect(callbackBodies()).toEqual([
      {
        event: 'call_create',
        call_id: callId,
        caller: 'alice',
        user_ids: ['bob', 'lost'],
        create_time: sampleSeconds,
        timeout: 31,
        payload: 'data',
      },
    ]);
    expect(sandbox.callbacks.deliveries()[0]).toMatchObject({ callId, appId: 7 });
  });

  it('is not reported when no callee has a session', async () => {
    await ring(sandbox, { UserIds: ['gone', 'new'] });
    expect(events()).toEqual([]);
  });

  it('is reported with callees who have never logged in with neverLoggedInCallees=as-offline', async () => {
    await sandbox.stop();
    await start({ neverLoggedInCallees: 'as-offline' });
    await ring(sandbox, { UserIds: ['gone', 'new'] });
    expect(callbackBodies()).toMatchObject([{ event: 'call_create', user_ids: ['new'] }]);
  });
});

describe('the timeout', () => {
  const timeOut = () => sandbox.clock.advance(90_000);

  it('ends a call exactly when the time has passed', async () => {
    const callId = await ring(sandbox, { Timeout: 0.5 });
    await sandbox.clock.advance(499);
    expect(sandbox.calls.get(callId)).toMatchObject({ state: 'started' });
    await sandbox.clock.advance(1);
    expect(sandbox.calls.get(callId)).toMatchObject({
      state: 'ended',
      endReason: 'timeout_cancel',
      endedAt: sampleSeconds * 1000 + 500,
    });
  });

  it('no callee has answered, the caller is online: call_cancel with all callees', async () => {
    const callId = await ring(sandbox, { UserIds: ['bob', 'gone'], ExtendedData: 'data' });
    await timeOut();
    expect(callbackBodies()[1]).toEqual({
      event: 'call_cancel',
      call_id: callId,
      user_ids: ['bob', 'gone'],
      reason: 'timeout_cancel',
      payload: 'data',
    });
    expect(events()).toHaveLength(2);
    expect(statesOf(callId)).toEqual(['timed-out', 'timed-out']);
  });

  it('some callees have not answered: call_timeout with those', async () => {
    const callId = await ring(sandbox, { UserIds: ['bob', 'carol', 'gone'] });
    sandbox.devices.accept({ userId: 'carol', callId });
    await timeOut();
    expect(callbackBodies().at(-1)).toEqual({
      event: 'call_timeout',
      call_id: callId,
      user_ids: ['bob', 'gone'],
    });
    expect(sandbox.calls.get(callId)).toMatchObject({
      state: 'ended',
      endReason: 'answered',
      ringing: [],
    });
  });

  it('no callee has accepted, some have not answered: the call ends with timeout', async () => {
    const callId = await ring(sandbox, { UserIds: ['bob', 'carol'] });
    expect(sandbox.calls.get(callId)?.ringing).toEqual(['bob', 'carol']);
    sandbox.devices.reject({ userId: 'carol', callId });
    expect(sandbox.calls.get(callId)?.ringing).toEqual(['bob']);
    await timeOut();
    expect(sandbox.calls.get(callId)).toMatchObject({ endReason: 'timeout', ringing: [] });
  });

  it.each(['new', 'gone', 'lost'])(
    'no callee has answered, the caller is %s: call_timeout',
    async (caller) => {
      const callId = await ring(sandbox, { FromUserId: caller, UserIds: ['bob', 'carol'] });
      await timeOut();
      expect(callbackBodies().at(-1)).toEqual({
        event: 'call_timeout',
        call_id: callId,
        user_ids: ['bob', 'carol'],
      });
      expect(events()).toEqual(['call_create', 'call_timeout']);
    },
  );

  it.each([
    ['new', 'call_cancel'],
    ['gone', 'call_cancel'],
    ['lost', 'call_timeout'],
  ])(
    'no callee has answered, the caller is %s: %s with absentCaller=online',
    async (caller, event) => {
      await sandbox.stop();
      await start({ absentCaller: 'online' });
      await ring(sandbox, { FromUserId: caller, UserIds: ['bob', 'carol'] });
      await timeOut();
      expect(events()).toEqual(['call_create', event]);
    },
  );

  it('does not change a call that has ended', async () => {
    const callId = await ring(sandbox);
    sandbox.devices.reject({ userId: 'bob', callId });
    const before = sandbox.calls.get(callId);
    await timeOut();
    expect(sandbox.calls.get(callId)).toEqual(before);
    expect(events()).toEqual(['call_create', 'call_reject']);
  });
});

describe('a device', () => {
  it('accepts and rejects', async () => {
    const callId = await ring(sandbox, { UserIds: ['bob', 'carol'] });
    sandbox.devices.reject({ userId: 'bob', callId, extendedData: 'busy' });
    sandbox.devices.accept({ userId: 'carol', callId });
    expect(callbackBodies().slice(1)).toEqual([
      { event: 'call_reject', call_id: callId, user_id: 'bob', extend_data: 'busy' },
      { event: 'call_accept', call_id: callId, user_id: 'carol', extend_data: '' },
    ]);
    expect(sandbox.calls.get(callId)).toMatchObject({ state: 'ended', endReason: 'answered' });
  });

  it('of the caller cancels', async () => {
    const callId = await ring(sandbox, { UserIds: ['bob', 'gone'] });
    sandbox.devices.cancel({ userId: 'alice', callId, extendedData: 'sorry' });
    expect(callbackBodies()[1]).toEqual({
      event: 'call_cancel',
      call_id: callId,
      user_ids: ['bob', 'gone'],
      reason: 'caller_cancel',
      payload: 'sorry',
    });
    expect(sandbox.calls.get(callId)).toMatchObject({ endReason: 'caller_cancel' });
  });

  it.each(['logout', 'disconnect'] as const)('of the caller cancels by %s', async (action) => {
    const open = await ring(sandbox, { UserIds: ['bob', 'carol'] });
    sandbox.devices.reject({ userId: 'bob', callId: open });
    const taken = await ring(sandbox, { UserIds: ['bob', 'carol'] });
    sandbox.devices.accept({ userId: 'bob', callId: taken });
    const others = await ring(sandbox, { FromUserId: 'carol', UserIds: ['alice'] });
    sandbox.devices[action]({ userId: 'alice' });
    expect(statesOf(open)).toEqual(['rejected', 'cancelled']);
    expect(statesOf(taken)).toEqual(['accepted', 'received']);
    expect(statesOf(others)).toEqual(['received']);
    expect(callbackBodies().slice(-2)).toMatchObject([
      { event: 'user_action', user_id: 'alice' },
      { event: 'call_cancel', call_id: open, user_ids: ['carol'], reason: 'caller_cancel' },
    ]);
  });

  it('gets an error that says why an action is refused', async () => {
    const callId = await ring(sandbox, { UserIds: ['bob', 'carol', 'gone'] });
    const over = await ring(sandbox);
    sandbox.devices.cancel({ userId: 'alice', callId: over });
    const late = await ring(sandbox, { Timeout: 1 });
    await sandbox.clock.advance(1000);
    sandbox.devices.accept({ userId: 'bob', callId });
    const before = sandbox.calls.list();
    const refusals: ['accept' | 'reject' | 'cancel', string, string, string, number?][] = [
      ['accept', 'bob', callId, 'bob has answered already'],
      ['reject', 'bob', callId, 'bob has answered already'],
      ['accept', 'alice', callId, 'alice was not invited to this call', 6000274],
      ['cancel', 'alice', callId, 'a callee has accepted this call', 6000271],
      ['cancel', 'carol', callId, 'carol did not make this call', 6000273],
      ['accept', 'bob', '1', 'there is no call 1', 6000276],
      ['cancel', 'alice', '1', 'there is no call 1', 6000276],
      ['accept', 'bob', over, 'the call has ended (caller_cancel)'],
      ['cancel', 'alice', over, 'the call has ended (caller_cancel)'],
      ['cancel', 'alice', late, 'the call has ended (timeout_cancel)'],
      ['accept', 'bob', late, 'the invitation of bob has timed out', 6000276],
      ['accept', 'gone', callId, 'gone is not online, but logged-out: log in first'],
      ['accept', 'unknown', callId, 'unknown is not registered'],
    ];
    for (const [action, userId, id, text, sdkCode] of refusals) {
      const act = () => {
        sandbox.devices[action]({ userId, callId: id });
      };
      expect(act).toThrow(SandboxStateError);
      expect(act).toThrow(text);
      expect(act).toThrow(expect.objectContaining({ sdkCode }));
    }
    expect(() => {
      sandbox.devices.accept({ userId: 'carol', callId, extendedData: 'é'.repeat(1025) });
    }).toThrow(RangeError);
    expect(sandbox.calls.list()).toEqual(before);
  });
});

describe('serverApiCallbacks', () => {
  async function eventsOfTwoCalls() {
    const answered = await ring(sandbox, { UserIds: ['bob', 'carol'] });
    await callByGet(sandbox, 'CallAccept', { FromUserId: 'bob', CallId: answered });
    await callByGet(sandbox, 'CallReject', { FromUserId: 'carol', CallId: answered });
    const unanswered = await ring(sandbox, { UserIds: ['bob', 'carol'] });
    sandbox.devices.reject({ userId: 'bob', callId: unanswered });
    await sandbox.clock.advance(90_000);
    return events();
  }

  it('yes: the server API causes callbacks', async () => {
    expect(await eventsOfTwoCalls()).toEqual([
      'call_create',
      'call_accept',
      'call_reject',
      'call_create',
      'call_reject',
      'call_timeout',
    ]);
  });

  it('no: only devices and timeouts cause callbacks', async () => {
    await sandbox.stop();
    await start({ serverApiCallbacks: 'no' });
    expect(await eventsOfTwoCalls()).toEqual(['call_reject', 'call_timeout']);
  });
});

it('keeps the calls that have not ended, and 10,000 that have', async () => {
  const open = await ring(sandbox, { UserIds: ['bob', 'carol'] });
  const first = await ring(sandbox);
  sandbox.devices.reject({ userId: 'bob', callId: first });
  const second = await ring(sandbox);
  sandbox.devices.reject({ userId: 'bob', callId: second });
  // Stored directly: 10,000 requests would take too long.
  const { calls } = sandbox;
  const model = calls.get(second);
  if (model === undefined) throw new Error('The call is gone.');
  for (let index = 1; index < 10_000; index++) {
    calls.put(7, { ...model, callId: String(index), state: 'started' }, 0);
    calls.put(7, { ...model, callId: String(index) }, 0);
  }
  expect(calls.list()).toHaveLength(10_001);
  expect([open, first, second].map((id) => calls.get(id)?.state)).toEqual([
    'started',
    undefined,
    'ended',
  ]);
});

it('lists callbacks with their common fields, without the signature', async () => {
  await ring(sandbox);
  expect(sandbox.callbacks.deliveries()[0]?.body).toEqual({
    ...callbackBodies()[0],
    appid: '7',
    nonce: expect.stringMatching(/^\d{9}$/),
    signature: '[redacted]',
    timestamp: sampleSeconds,
  });
});
