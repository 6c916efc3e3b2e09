import type { ZimCallOptions } from '../config/zim-call-options.js';
import { callbackPath as path, callbackSecret } from '../testing/callback-app.js';
import { useCallbackScene } from '../testing/callback-scene.js';
import { envelope, type Script } from '../testing/scripted-server.js';
import { failureOf } from '../testing/scripted-zim.js';

const callId = 'call123';
const answer = { callId, userId: 'bob' };
const callbacks = { path, secret: callbackSecret };
const windowMs = 3_000;
const lost: Script = (response) => response.socket?.resetAndDestroy();
const ended = envelope({ Code: 660900005 });

const scene = useCallbackScene(callId);

const given = (scripts: readonly Script[], options: Partial<ZimCallOptions> = {}) =>
  scene.start(scripts, options);

describe.each([
  ['accept', 'call_accept', 'call_reject'],
  ['reject', 'call_reject', 'call_accept'],
] as const)('%s, repeated after a lost reply, when the call has ended', (method, own, other) => {
  it('succeeds if a callback reported it before', async () => {
    await given([lost, ended], { callbacks });
    await scene.callBack(own, { user_id: 'bob' });
    expect(await scene.runtime.advanceUntilSettled(scene.invites[method](answer))).toEqual({
      requestId: '343649807833778782',
      confirmedBy: 'callback',
    });
    expect(scene.zim.requests).toHaveLength(2);
  });

  it('succeeds if a callback reports it within the window', async () => {
    await given([lost, ended], { callbacks });
    const waiting = scene.runtime.timerOf(windowMs);
    const answered = scene.runtime.advanceUntilSettled(scene.invites[method](answer));
    await waiting;
    await scene.callBack(own, { user_id: 'carol' });
    await scene.callBack(own, { user_id: 'bob' });
    expect(await answered).toMatchObject({ confirmedBy: 'callback' });
  });

  it.each<[string, object]>([
    [other, { user_id: 'bob' }],
    ['call_cancel', { user_ids: ['bob'], reason: 'caller_cancel' }],
    ['call_timeout', { user_ids: ['bob'] }],
  ])('is rejected if the callback %s reports another end', async (event, fields) => {
    await given([lost, ended], { callbacks, endedAfterLostAnswer: 'done' });
    await scene.callBack(event, fields);
    expect(
      await failureOf(scene.runtime.advanceUntilSettled(scene.invites[method](answer))),
    ).toMatchObject({
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
    const waiting = scene.runtime.timerOf(windowMs);
    const answered = failureOf(scene.runtime.advanceUntilSettled(scene.invites[method](answer)));
    await waiting;
    await scene.callBack(own, fields);
    scene.runtime.advance(windowMs);
    expect(await answered).toMatchObject({ outcome: 'unknown', vendorCode: 660900005 });
  });

  it('does not wait for a callback beyond the deadline', async () => {
    await given([lost, ended], { callbacks });
    const waiting = scene.runtime.timerOf(2_400);
    const answered = failureOf(
      scene.runtime.advanceUntilSettled(scene.invites[method](answer, { deadlineMs: 2_500 })),
    );
    await waiting;
    scene.runtime.advance(2_400);
    expect((await answered).outcome).toBe('unknown');
  });

  it('is unknown at once without callbacks', async () => {
    await given([lost, ended]);
    const error = await failureOf(scene.runtime.advanceUntilSettled(scene.invites[method](answer)));
    expect(error).toMatchObject({
      kind: 'call-state',
      outcome: 'unknown',
      vendorCode: 660900005,
    });
    expect(scene.runtime.waits).toEqual([100]);
  });

  it.each([{}, { callbacks, correlation: { windowMs: 1 } }])(
    'succeeds if endedAfterLostAnswer is done and no callback decides: %j',
    async (options) => {
      await given([lost, ended], { ...options, endedAfterLostAnswer: 'done' });
      expect(await scene.runtime.advanceUntilSettled(scene.invites[method](answer))).toEqual({
        requestId: '343649807833778782',
        confirmedBy: 'assumption',
      });
    },
  );

  it('is rejected if no reply was lost, whatever endedAfterLostAnswer is', async () => {
    await given([ended], { endedAfterLostAnswer: 'done' });
    expect((await failureOf(scene.invites[method](answer))).outcome).toBe('rejected');
  });
});
