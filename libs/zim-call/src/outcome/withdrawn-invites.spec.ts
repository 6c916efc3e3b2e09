import type { InviteAndWaitOptions } from '../config/request-options.js';
import { callbackPath as path, callbackSecret } from '../testing/callback-app.js';
import { useCallbackScene } from '../testing/callback-scene.js';
import { accepted, envelope, type Script } from '../testing/scripted-server.js';
import { failureOf } from '../testing/scripted-zim.js';
import { ZimOutcomeAbortedError, ZimOutcomeTimeoutError } from './call-outcome.js';

const callId = '12261423186766631832';
const invite = { fromUserId: 'alice', userIds: ['bob', 'carol', 'dave'], timeoutSeconds: 30 };

const scene = useCallbackScene(callId);
/** ZIM's code for the rejection of dave. */
let codeForDave: number;
let whenInvited: () => void;

beforeEach(async () => {
  codeForDave = 0;
  whenInvited = () => undefined;
  const reply: Script = (response, request) => {
    const user = request.url.searchParams.get('FromUserId');
    if (user === null) whenInvited();
    const script = user === null ? accepted : envelope({ Code: user === 'dave' ? codeForDave : 0 });
    script(response, request);
  };
  await scene.start([reply], { callbacks: { path, secret: callbackSecret } });
});

const answer = (event: 'call_accept' | 'call_reject', userId: string) =>
  scene.callBack(event, { user_id: userId });
const rejectedUsers = () =>
  scene.zim.requests
    .filter(({ url }) => url.searchParams.get('Action') === 'CallReject')
    .map(({ url }) => url.searchParams.get('FromUserId'));

/** Rings, and returns what becomes of it once ZIM's reply is on the way and the wait has begun. */
async function ring(options: InviteAndWaitOptions) {
  const limitMs = options.deadlineMs ?? 100_000;
  const waiting = scene.runtime.timerOf(limitMs);
  const result = scene.outcomes.inviteAndWait(invite, options);
  result.catch(() => undefined);
  await waiting;
  return { result };
}

describe('withdrawRest', () => {
  it('takes back the phones that still ring once a callee has accepted', async () => {
    const { result } = await ring({ withdrawRest: true });
    await answer('call_reject', 'bob');
    await answer('call_accept', 'carol');
    expect(await result).toMatchObject({
      outcome: { result: 'accepted', acceptedBy: ['carol'] },
      withdrawn: { callId, users: [{ userId: 'dave', result: 'withdrawn' }] },
    });
    expect(rejectedUsers()).toEqual(['dave']);
    expect(await scene.outcomes.outcome(callId)).toMatchObject({
      result: 'accepted',
      callees: [{ state: 'rejected' }, { state: 'accepted' }, { state: 'cancelled' }],
    });
  });

  it('reports a callee who has accepted meanwhile', async () => {
    codeForDave = 660900005;
    const { result } = await ring({ withdrawRest: true });
    await answer('call_accept', 'carol');
    expect((await result).withdrawn?.users).toMatchObject([
      { userId: 'bob', result: 'withdrawn' },
      { userId: 'dave', result: 'already-answered' },
    ]);
  });

  it.each([[{ withdrawRest: false }], [{}]])('leaves them with %j', async (options) => {
    const { result } = await ring(options);
    await answer('call_accept', 'carol');
    expect(await result).not.toHaveProperty('withdrawn');
    expect(rejectedUsers()).toEqual([]);
  });

  it('sends nothing if no callee accepts, or if no phone rings any more', async () => {
    const { result } = await ring({ withdrawRest: true });
    await answer('call_reject', 'bob');
    await answer('call_reject', 'dave');
    await answer('call_reject', 'carol');
    expect(await result).not.toHaveProperty('withdrawn');
    const { result: again } = await ring({ withdrawRest: true, deadlineMs: 9_000 });
    expect((await again).outcome.result).toBe('rejected');
    expect(rejectedUsers()).toEqual([]);
  });
});

describe('onAbort: withdraw', () => {
  const onAbort = 'withdraw';
  const users = [
    { userId: 'carol', result: 'withdrawn' },
    { userId: 'dave', result: 'withdrawn' },
  ];

  it('takes back the ringing phones at the deadline, and says so in the error', async () => {
    const { result } = await ring({ onAbort, deadlineMs: 7_000 });
    await answer('call_reject', 'bob');
    scene.runtime.advance(7_000);
    const error = await failureOf(result);
    expect(error).toBeInstanceOf(ZimOutcomeTimeoutError);
    expect(error).toMatchObject({
      ...{ kind: 'timeout', outcome: 'unknown', callId, withdrawn: { callId, users } },
      message: expect.stringContaining('; 2 of the 2 phones that were still ringing have been'),
      progress: { callees: [{ state: 'rejected' }, { state: 'ringing' }, { state: 'ringing' }] },
    });
    expect(error.toJSON()).toMatchObject({ withdrawn: { users } });
    expect(await scene.outcomes.outcome(callId)).toMatchObject({
      ...{ result: 'cancelled', reason: 'withdrawn' },
    });
  });

  it('takes them back when the signal aborts, although the signal is aborted', async () => {
    codeForDave = 3;
    const controller = new AbortController();
    const { result } = await ring({ onAbort, signal: controller.signal });
    await answer('call_reject', 'bob');
    controller.abort();
    const error = await failureOf(result);
    expect(error).toBeInstanceOf(ZimOutcomeAbortedError);
    expect(error).toMatchObject({
      ...{ name: 'ZimOutcomeAbortedError', kind: 'connection', outcome: 'unknown', callId },
      withdrawn: { users: [users[0], { userId: 'dave', result: 'failed', outcome: 'rejected' }] },
      message: expect.stringContaining('; 1 of the 2 phones'),
    });
  });

  it('takes back nothing if the invite itself is aborted: its call id is unknown', async () => {
    const controller = new AbortController();
    whenInvited = () => {
      controller.abort();
    };
    const aborted = scene.outcomes.inviteAndWait(invite, { onAbort, signal: controller.signal });
    expect(await failureOf(aborted)).toMatchObject({ kind: 'connection', outcome: 'unknown' });
    expect(rejectedUsers()).toEqual([]);
  });

  it.each([[{}], [{ onAbort: 'leave' as const }]])('leaves them with %j', async (options) => {
    const { result } = await ring({ ...options, deadlineMs: 7_000 });
    scene.runtime.advance(7_000);
    const error = await failureOf(result);
    expect(error).not.toHaveProperty('withdrawn');
    expect(error.message).not.toContain('withdrawn');
    expect(rejectedUsers()).toEqual([]);
  });

  it('leaves them when the module is closed', async () => {
    const { result } = await ring({ onAbort });
    await scene.backend.close();
    expect((await failureOf(result)).message).toContain('the module was closed');
    expect(rejectedUsers()).toEqual([]);
  });
});

it.each([
  [{ withdrawRest: 'yes' }, 'withdrawRest must be true or false'],
  [{ onAbort: 'cancel' }, 'onAbort must be one of leave, withdraw'],
  [{ withdrawrest: true }, 'withdrawrest is not a known option; did you mean withdrawRest?'],
])('refuses %j', async (options, message) => {
  const error = await failureOf(scene.outcomes.inviteAndWait(invite, options as object));
  expect(error.kind).toBe('invalid-request');
  expect(error.message).toContain(message);
  expect(scene.zim.requests).toEqual([]);
});
