import type { ZimCallOptions } from '../config/zim-call-options.js';
import { CallbackApp, callbackPath as path, callbackSecret } from '../testing/callback-app.js';
import type { ManualRuntime } from '../testing/manual-runtime.js';
import { envelope, type Script, ScriptedServer } from '../testing/scripted-server.js';
import { failureOf } from '../testing/scripted-zim.js';
import { ZimCallModule } from '../zim-call.module.js';
import { CallInviteService } from './call-invite.service.js';

const callId = 'call123';
const answer = { callId, userId: 'bob' };
const callbacks = { path, secret: callbackSecret };
const windowMs = 3_000;
const lost: Script = (response) => response.socket?.resetAndDestroy();
const ended = envelope({ Code: 660900005 });

let zim: ScriptedServer;
let backend: CallbackApp;
let runtime: ManualRuntime;
let invites: CallInviteService;

async function given(
  scripts: readonly Script[],
  options: Partial<ZimCallOptions> = {},
): Promise<void> {
  zim = await ScriptedServer.start(...scripts);
  const common = { appId: 1, serverSecret: 's', baseUrl: zim.url };
  backend = await CallbackApp.start({
    imports: [ZimCallModule.forRoot({ ...common, ...options })],
  });
  ({ runtime } = backend);
  invites = backend.app.get(CallInviteService);
}
afterEach(async () => {
  expect(runtime.pendingTimers).toBe(0);
  await backend.close();
  await zim.stop();
});

async function callBack(event: string, fields: object): Promise<void> {
  expect(await backend.deliver(event, { call_id: callId, ...fields })).toBe(200);
}

describe.each([
  ['accept', 'call_accept', 'call_reject'],
  ['reject', 'call_reject', 'call_accept'],
] as const)('%s, repeated after a lost reply, when the call has ended', (method, own, other) => {
  it('succeeds if a callback reported it before', async () => {
    await given([lost, ended], { callbacks });
    await callBack(own, { user_id: 'bob' });
    expect(await runtime.advanceUntilSettled(invites[method](answer))).toEqual({
      requestId: '343649807833778782',
      confirmedBy: 'callback',
    });
    expect(zim.requests).toHaveLength(2);
  });

  it('succeeds if a callback reports it within the window', async () => {
    await given([lost, ended], { callbacks });
    const waiting = runtime.timerOf(windowMs);
    const answered = runtime.advanceUntilSettled(invites[method](answer));
    await waiting;
    await callBack(own, { user_id: 'carol' });
    await callBack(own, { user_id: 'bob' });
    expect(await answered).toMatchObject({ confirmedBy: 'callback' });
  });

  it.each<[string, object]>([
    [other, { user_id: 'bob' }],
    ['call_cancel', { user_ids: ['bob'], reason: 'caller_cancel' }],
    ['call_timeout', { user_ids: ['bob'] }],
  ])('is rejected if the callback %s reports another end', async (event, fields) => {
    await given([lost, ended], { callbacks, endedAfterLostAnswer: 'done' });
    await callBack(event, fields);
    expect(await failureOf(runtime.advanceUntilSettled(invites[method](answer)))).toMatchObject({
      kind: 'call-state',
      outcome: 'rejected',
      vendorCode: 660900005,
      attempts: 2,
    });
  });

  it.each([
    ['another user', { user_id: 'carol' }],
    ['another call', { user_id: 'bob', call_id: 'call124' }],
  ])('stays unknown if callbacks are about %s only', async (_, fields) => {
    await given([lost, ended], { callbacks });
    const waiting = runtime.timerOf(windowMs);
    const answered = failureOf(runtime.advanceUntilSettled(invites[method](answer)));
    await waiting;
    await callBack(own, fields);
    runtime.advance(windowMs);
    expect(await answered).toMatchObject({ outcome: 'unknown', vendorCode: 660900005 });
  });

  it('does not wait for a callback beyond the deadline', async () => {
    await given([lost, ended], { callbacks });
    const waiting = runtime.timerOf(2_400);
    const answered = failureOf(
      runtime.advanceUntilSettled(invites[method](answer, { deadlineMs: 2_500 })),
    );
    await waiting;
    runtime.advance(2_400);
    expect((await answered).outcome).toBe('unknown');
  });

  it('is unknown at once without callbacks', async () => {
    await given([lost, ended]);
    const error = await failureOf(runtime.advanceUntilSettled(invites[method](answer)));
    expect(error).toMatchObject({
      kind: 'call-state',
      outcome: 'unknown',
      vendorCode: 660900005,
    });
    expect(runtime.waits).toEqual([100]);
  });

  it.each([{}, { callbacks, correlation: { windowMs: 1 } }])(
    'succeeds if endedAfterLostAnswer is done and no callback decides: %j',
    async (options) => {
      await given([lost, ended], { ...options, endedAfterLostAnswer: 'done' });
      expect(await runtime.advanceUntilSettled(invites[method](answer))).toEqual({
        requestId: '343649807833778782',
        confirmedBy: 'assumption',
      });
    },
  );

  it('is rejected if no reply was lost, whatever endedAfterLostAnswer is', async () => {
    await given([ended], { endedAfterLostAnswer: 'done' });
    expect((await failureOf(invites[method](answer))).outcome).toBe('rejected');
  });
});
