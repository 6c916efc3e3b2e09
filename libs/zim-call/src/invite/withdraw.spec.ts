import type { ZimCallOptions } from '../config/zim-call-options.js';
import { callbackPath as path, callbackSecret } from '../testing/callback-app.js';
import { useCallbackScene } from '../testing/callback-scene.js';
import { accepted, envelope, type Script } from '../testing/scripted-server.js';
import { failureOf } from '../testing/scripted-zim.js';

const callId = '12261423186766631832';
const invite = { fromUserId: 'alice', userIds: ['bob', 'carol'], timeoutSeconds: 30 };
const callbacks = { path, secret: callbackSecret };
const lost: Script = (response) => {
  response.socket?.resetAndDestroy();
};
const done = envelope({ Code: 0 });
const requestId = '343649807833778782';

const scene = useCallbackScene(callId);
/** What ZIM does with the requests of each callee: the n-th script for the n-th, the last one repeats. */
let rejections: Record<string, Script[]>;

async function given(
  scripts: Record<string, Script[]>,
  options: Partial<ZimCallOptions> = { callbacks },
): Promise<void> {
  rejections = scripts;
  const reply: Script = (response, request) => {
    const user = request.url.searchParams.get('FromUserId');
    if (user === null) {
      accepted(response, request);
      return;
    }
    const own = rejections[user] ?? [done];
    const script = own.length > 1 ? own.shift() : own[0];
    script?.(response, request);
  };
  await scene.start([reply], options);
}

const withdraw = (userIds: readonly string[] = ['bob', 'carol']) =>
  scene.runtime.advanceUntilSettled(scene.invites.withdraw({ callId, userIds }));
const eventTypes = async () =>
  (await scene.events.load(callId)).map(({ type, userIds }) => [type, ...userIds].join(' '));

describe('withdraw', () => {
  it('rejects on behalf of each callee, with the extended data', async () => {
    await given({});
    const result = await scene.invites.withdraw({
      ...{ callId, userIds: ['bob', 'carol'], extendedData: 'a+b' },
    });
    expect(result).toEqual({
      callId,
      users: [
        { userId: 'bob', result: 'withdrawn', requestId },
        { userId: 'carol', result: 'withdrawn', requestId },
      ],
    });
    const sent = scene.zim.requests.map(({ method, url: { searchParams } }) => [
      method,
      ...['Action', 'FromUserId', 'CallId', 'ExtendedData'].map((name) => searchParams.get(name)),
    ]);
    expect(sent.sort()).toEqual([
      ['GET', 'CallReject', 'bob', callId, 'a+b'],
      ['GET', 'CallReject', 'carol', callId, 'a+b'],
    ]);
  });

  it.each([
    [660900004, 'not-invited', 3],
    [660900005, 'already-answered', 1],
    [660900006, 'timed-out', 1],
    [660900008, 'not-invited', 1],
  ])('reads %d as %s, and does not stop for the others', async (code, result, attempts) => {
    await given({ bob: [envelope({ Code: code })] });
    const { users } = await withdraw();
    expect(users).toEqual([
      { userId: 'bob', result, vendorCode: code },
      { userId: 'carol', result: 'withdrawn', requestId },
    ]);
    expect(scene.zim.requests).toHaveLength(attempts + 1);
  });

  it.each([
    [660900008, { result: 'already-answered', vendorCode: 660900008 }],
    [660900004, { result: 'failed', outcome: 'rejected' }],
  ])('does not read %d as not-invited if ZIM has invited the callee', async (code, expected) => {
    await given({ bob: [envelope({ Code: code })] });
    await scene.invites.invite(invite);
    expect((await withdraw(['bob'])).users).toMatchObject([expected]);
  });

  it.each<[string, Script, object]>([
    ['a lost reply', lost, { outcome: 'unknown', error: { kind: 'connection' } }],
    [
      'a code that leaves it unknown',
      envelope({ Code: 1 }),
      { outcome: 'unknown', error: { vendorCode: 1 } },
    ],
    ['throttling', envelope({ Code: 660300005 }), { outcome: 'refused' }],
    ['an unknown user', envelope({ Code: 660500002 }), { outcome: 'rejected' }],
  ])('repeats what may be repeated, and then reports %s as failed', async (_, script, expected) => {
    await given({ bob: [script] });
    const { users } = await withdraw();
    expect(users[0]).toMatchObject({ userId: 'bob', result: 'failed', ...expected });
    expect(users[1]).toMatchObject({ userId: 'carol', result: 'withdrawn' });
    if (users[0]?.result !== 'failed') throw new Error('it has not failed');
    expect(users[0].error.outcome).toBe(users[0].outcome);
    expect(scene.zim.requests).toHaveLength(users[0].outcome === 'rejected' ? 2 : 4);
  });

  it('is not sent at all once it is aborted, and reports that for each callee', async () => {
    await given({});
    const result = await scene.invites.withdraw(
      { callId, userIds: ['bob', 'carol'] },
      { signal: AbortSignal.abort() },
    );
    const failed = { result: 'failed', outcome: 'not-sent' };
    expect(result.users).toMatchObject([failed, failed]);
    expect(scene.zim.requests).toEqual([]);
    expect(await scene.outcomes.isKnown(callId)).toBe(false);
    expect(await eventTypes()).toEqual([
      'withdrawing bob carol',
      'not-withdrawn bob',
      'not-withdrawn carol',
    ]);
  });

  it('succeeds after a lost reply if ZIM takes the second request', async () => {
    await given({ bob: [lost, done] });
    expect((await withdraw()).users).toMatchObject([
      { result: 'withdrawn' },
      { result: 'withdrawn' },
    ]);
    expect(scene.zim.requests).toHaveLength(3);
  });

  it('does not guess after a lost reply what ended the call', async () => {
    await given({ bob: [lost, envelope({ Code: 660900005 })] }, {});
    expect((await withdraw(['bob'])).users).toMatchObject([
      { result: 'failed', outcome: 'unknown', error: { vendorCode: 660900005 } },
    ]);
  });

  it.each<[object, string]>([
    [{ callId: '' }, 'callId'],
    [{ userIds: [] }, 'userIds'],
    [{ userIds: 'bob' }, 'userIds'],
    [{ userIds: ['bob', 'bob'] }, 'userIds'],
    [{ userIds: ['a,b'] }, 'userIds'],
    [{ userIds: Array.from({ length: 10 }, (_, index) => `u${index}`) }, 'userIds'],
    [{ extendedData: '中'.repeat(683) }, 'extendedData'],
    [{ more: 1 }, 'more'],
  ])('refuses %j', async (change, path) => {
    await given({});
    const error = await failureOf(scene.invites.withdraw({ callId, userIds: ['bob'], ...change }));
    expect(error).toMatchObject({ kind: 'invalid-request', outcome: 'not-sent' });
    expect(error).toHaveProperty('errors', [expect.objectContaining({ path })]);
    expect(scene.zim.requests).toEqual([]);
    expect(await eventTypes()).toEqual([]);
  });

  it('refuses wrong options', async () => {
    await given({});
    const error = await failureOf(
      scene.invites.withdraw({ callId, userIds: ['bob'] }, { deadlineMs: 0 }),
    );
    expect(error).toHaveProperty('errors', [expect.objectContaining({ path: 'deadlineMs' })]);
  });

  it('takes as many callees as the module lets an invite have', async () => {
    await given({}, { maxCallees: 12 });
    const userIds = Array.from({ length: 12 }, (_, index) => `u${index}`);
    expect((await withdraw(userIds)).users).toHaveLength(12);
    const more = scene.invites.withdraw({ callId, userIds: [...userIds, 'u12'] });
    expect((await failureOf(more)).message).toContain('at most 12');
  });

  it('stores no events without callbacks and clientReports', async () => {
    await given({}, {});
    await withdraw();
    expect(await eventTypes()).toEqual([]);
  });
});

describe('the outcome of a call that was withdrawn', () => {
  it.each([['with callbacks'], ['without callbacks']])('is cancelled: %s', async (how) => {
    await given({}, how === 'with callbacks' ? { callbacks } : { clientReports: true });
    const { callId: made } = await scene.invites.invite(invite);
    const waiting = scene.outcomes.outcome(made);
    await withdraw();
    if (how === 'with callbacks') await scene.callBack('call_reject', { user_id: 'bob' });
    expect(await waiting).toMatchObject({
      ...{ result: 'cancelled', reason: 'withdrawn', acceptedBy: [] },
      callees: [{ state: 'cancelled' }, { state: 'cancelled' }],
    });
    expect(await scene.outcomes.outcome(made)).toMatchObject({ result: 'cancelled' });
  });

  it('is cancelled if the callbacks come before the replies', async () => {
    const rejected: Script = (response, request) => {
      const user_id = request.url.searchParams.get('FromUserId');
      void scene.callBack('call_reject', { user_id }).then(() => {
        done(response, request);
      });
    };
    await given({ bob: [rejected], carol: [rejected] });
    const { callId: made } = await scene.invites.invite(invite);
    const waiting = scene.outcomes.outcome(made);
    await withdraw();
    expect(await waiting).toMatchObject({ result: 'cancelled', reason: 'withdrawn' });
    const types = await eventTypes();
    expect(types.slice(0, 2)).toEqual(['invited bob carol', 'withdrawing bob carol']);
    expect(types.slice(2).sort()).toEqual([
      'rejected bob',
      'rejected carol',
      'withdrawn bob',
      'withdrawn carol',
    ]);
  });

  it('is accepted if a callee was faster', async () => {
    await given({ bob: [envelope({ Code: 660900008 })] });
    const { callId: made } = await scene.invites.invite(invite);
    expect((await withdraw()).users).toMatchObject([
      { result: 'already-answered' },
      { result: 'withdrawn' },
    ]);
    await scene.callBack('call_accept', { user_id: 'bob' });
    expect(await scene.outcomes.outcome(made)).toMatchObject({
      ...{ result: 'accepted', acceptedBy: ['bob'] },
      callees: [{ state: 'accepted' }, { state: 'cancelled' }],
    });
  });

  it('keeps the rejection of a callee whose callback came before, also if ZIM takes another', async () => {
    await given({});
    const { callId: made } = await scene.invites.invite(invite);
    await scene.callBack('call_reject', { user_id: 'bob' });
    expect((await withdraw()).users).toMatchObject([
      { result: 'withdrawn' },
      { result: 'withdrawn' },
    ]);
    expect(await scene.outcomes.outcome(made)).toMatchObject({
      ...{ result: 'cancelled', reason: 'withdrawn' },
      callees: [{ state: 'rejected' }, { state: 'cancelled' }],
    });
  });

  it('is rejected if the withdrawal certainly failed, and the callees reject later', async () => {
    await given({ bob: [envelope({ Code: 3 })] });
    const { callId: made } = await scene.invites.invite({ ...invite, userIds: ['bob'] });
    expect((await withdraw(['bob'])).users).toMatchObject([{ outcome: 'rejected' }]);
    await scene.callBack('call_reject', { user_id: 'bob' });
    expect(await scene.outcomes.outcome(made)).toMatchObject({ result: 'rejected' });
  });

  it('withdraws also if the store of events fails', async () => {
    await given({});
    const store = scene.events;
    jest.spyOn(store, 'append').mockRejectedValue(new Error('full'));
    jest.spyOn(store, 'load').mockRejectedValue(new Error('full'));
    expect((await withdraw()).users).toMatchObject([
      { result: 'withdrawn' },
      { result: 'withdrawn' },
    ]);
  });
});
