import { Controller, Get, Sse } from '@nestjs/common';
import { firstValueFrom, lastValueFrom, map, toArray } from 'rxjs';
import { toZimProblem } from '../errors/zim-exception.filter.js';
import { callbackPath as path, callbackSecret } from '../testing/callback-app.js';
import { useCallbackScene } from '../testing/callback-scene.js';
import { createClient } from '../testing/create-client.js';
import { envelope, type Script } from '../testing/scripted-server.js';
import { failureOf } from '../testing/scripted-zim.js';
import { CallOutcomeService } from './call-outcome.service.js';
import { ZimOutcomeTimeoutError } from './call-outcome.js';

const callId = '12261423186766631832';
const invite = { fromUserId: 'alice', userIds: ['bob', 'carol'], timeoutSeconds: 30 };
const lateMs = 70_000;

/** Answers once a call has an outcome, or streams its events. */
@Controller()
class Followers {
  constructor(private readonly service: CallOutcomeService) {}

  @Get('outcome')
  outcome() {
    return this.service.outcome(callId);
  }

  @Sse('events')
  events() {
    return this.service.events(callId).pipe(map((data) => ({ data })));
  }
}

const scene = useCallbackScene(callId);
let onInvite: () => Promise<void>;

const reply: Script = (response, request) => {
  void onInvite().then(() => {
    envelope({ Code: 0, CallId: callId, CreateTime: scene.runtime.nowMs })(response, request);
  });
};

const accept = (userId: string) =>
  scene.callBack('call_accept', { user_id: userId, extend_data: 'on' });
const reject = (userId: string) => scene.callBack('call_reject', { user_id: userId });
const silent = (...userIds: string[]) => scene.callBack('call_timeout', { user_ids: userIds });

beforeEach(async () => {
  onInvite = () => Promise.resolve();
  await scene.start(
    [reply],
    { callbacks: { path, secret: callbackSecret } },
    { controllers: [Followers] },
  );
});

describe('inviteAndWait', () => {
  it('reports who accepted', async () => {
    const waiting = scene.outcomes.inviteAndWait(invite);
    await scene.zim.received(1);
    await reject('bob');
    await accept('carol');
    const { invite: invited, outcome } = await waiting;
    expect(invited).toMatchObject({ callId, invited: ['bob', 'carol'] });
    expect(outcome).toMatchObject({ callId, result: 'accepted', acceptedBy: ['carol'] });
    expect(outcome.callees).toEqual([
      expect.objectContaining({ userId: 'bob', state: 'rejected' }),
      expect.objectContaining({ userId: 'carol', state: 'accepted', extendedData: 'on' }),
    ]);
  });

  it('does not miss a callee who accepts before the reply arrives', async () => {
    onInvite = () => accept('bob');
    const { outcome } = await scene.outcomes.inviteAndWait(invite);
    expect(outcome.acceptedBy).toEqual(['bob']);
  });

  it('waits for the call of the same idempotencyKey, and rings no phone again', async () => {
    const options = { idempotencyKey: 'order-17' };
    const first = scene.outcomes.inviteAndWait(invite, options);
    await scene.zim.received(1);
    await accept('bob');
    const { invite: made, outcome } = await first;
    const again = { invite: { ...made, replayed: true }, outcome };
    expect(await scene.outcomes.inviteAndWait(invite, options)).toEqual(again);
    expect(scene.zim.requests).toHaveLength(1);
  });

  it('fails at its deadline with the call and its progress, and can be resumed', async () => {
    const waiting = failureOf(scene.outcomes.inviteAndWait(invite, { deadlineMs: 5_000 }));
    await scene.zim.received(1);
    await reject('bob');
    scene.runtime.advance(5_000);
    const error = await waiting;
    if (!(error instanceof ZimOutcomeTimeoutError)) throw error;
    expect(error).toMatchObject({ name: 'ZimOutcomeTimeoutError', kind: 'timeout', callId });
    expect(error.progress).toMatchObject({
      ended: false,
      callees: [
        { userId: 'bob', state: 'rejected' },
        { userId: 'carol', state: 'ringing' },
      ],
    });
    expect(error.toJSON()).toMatchObject({ callId, progress: { ended: false } });
    expect(toZimProblem(error)).toMatchObject({ callId, status: 504 });
    const resumed = scene.outcomes.outcome(error.callId);
    await accept('carol');
    expect(await resumed).toMatchObject({ acceptedBy: ['carol'] });
  });

  it('has the call in its error when it is aborted', async () => {
    const controller = new AbortController();
    const { signal } = controller;
    const waiting = failureOf(scene.outcomes.inviteAndWait(invite, { signal }));
    await scene.zim.received(1);
    await reject('bob');
    controller.abort();
    expect(await waiting).toMatchObject({ kind: 'connection', outcome: 'unknown', callId });
  });

  it('returns the outcome of a call that could not be stored when it was made', async () => {
    const store = scene.events;
    jest.spyOn(store, 'append').mockRejectedValueOnce(new Error('full'));
    const waiting = scene.outcomes.inviteAndWait(invite);
    await scene.zim.received(1);
    await accept('bob');
    expect((await waiting).outcome.acceptedBy).toEqual(['bob']);
  });

  it('fails as the invite does', async () => {
    const error = await failureOf(scene.outcomes.inviteAndWait({ ...invite, userIds: [] }));
    expect(error.kind).toBe('invalid-request');
  });
});

describe('outcome', () => {
  it.each<[string, () => Promise<unknown>, object]>([
    [
      'rejected by all',
      async () => {
        await reject('carol');
        await reject('bob');
      },
      { result: 'rejected', acceptedBy: [] },
    ],
    [
      'timed out, as ZIM reports it while the caller is online',
      () => scene.callBack('call_cancel', { user_ids: ['bob', 'carol'], reason: 'timeout_cancel' }),
      { result: 'timed-out', reason: 'timeout_cancel' },
    ],
    [
      'cancelled',
      () => scene.callBack('call_cancel', { user_ids: ['bob', 'carol'], reason: 'caller_cancel' }),
      { result: 'cancelled', reason: 'caller_cancel' },
    ],
    ['timed out for all', () => silent('bob', 'carol'), { result: 'timed-out' }],
    [
      'rejected by one, timed out for the other, reported in the wrong order',
      async () => {
        await silent('carol');
        await reject('bob');
      },
      { result: 'timed-out' },
    ],
  ])('is %s', async (_, happen, expected) => {
    const waiting = scene.outcomes.inviteAndWait(invite);
    await scene.zim.received(1);
    await happen();
    expect((await waiting).outcome).toMatchObject(expected);
    expect(await scene.outcomes.outcome(callId)).toMatchObject(expected);
  });

  it('is unknown once a missing callback cannot arrive any more', async () => {
    const waiting = scene.outcomes.inviteAndWait(invite);
    await scene.zim.received(1);
    await silent('carol');
    await failureOf(scene.outcomes.outcome(callId, { signal: AbortSignal.abort() }));
    scene.runtime.advance(lateMs);
    expect((await waiting).outcome).toMatchObject({
      result: 'unknown',
      callees: [
        { userId: 'bob', state: 'answered' },
        { userId: 'carol', state: 'timed-out' },
      ],
    });
  });

  it('waits no longer than the deadline, which follows from the ring time', async () => {
    const waiting = failureOf(scene.outcomes.inviteAndWait(invite));
    await scene.zim.received(1);
    await reject('bob');
    scene.runtime.advance(30_000 + lateMs - 1);
    await reject('bob');
    scene.runtime.advance(1);
    expect(await waiting).toMatchObject({ kind: 'timeout', outcome: 'unknown', action: 'outcome' });
  });

  it('reads the store again at the deadline: a shared store may have been unavailable at the change', async () => {
    const waiting = scene.outcomes.outcome(callId, { deadlineMs: 1_000 });
    const unavailable = jest.spyOn(scene.events, 'load').mockResolvedValue([]);
    await accept('bob');
    unavailable.mockRestore();
    scene.runtime.advance(1_000);
    expect(await waiting).toMatchObject({ acceptedBy: ['bob'] });
  });

  it('ends with the signal', async () => {
    const controller = new AbortController();
    const waiting = failureOf(scene.outcomes.outcome(callId, { signal: controller.signal }));
    controller.abort();
    expect((await waiting).kind).toBe('connection');
  });

  it('fails with its store, and stops following the call', async () => {
    const store = scene.events;
    const load = jest.spyOn(store, 'load').mockResolvedValueOnce([]);
    load.mockRejectedValueOnce(new Error('broken'));
    await expect(scene.outcomes.outcome(callId)).rejects.toThrow('broken');
    const reads = load.mock.calls.length;
    await accept('bob');
    expect(load.mock.calls).toHaveLength(reads);
    load.mockRestore();
  });

  it('ends with the application', async () => {
    const waiting = failureOf(scene.outcomes.outcome(callId));
    await scene.backend.close();
    expect((await waiting).message).toContain('the module was closed');
  });

  it('ends before the server waits for the requests that wait for it', async () => {
    const asked = new Promise((resolve) => {
      scene.runtime.onTimer = resolve;
    });
    const answer = fetch(scene.backend.urlOf('/outcome'));
    await asked;
    await scene.backend.close();
    expect((await answer).status).toBe(500);
  });

  it('leaves no timer behind if it is aborted while it reads the store', async () => {
    await scene.callBack('call_create', { user_ids: ['bob', 'carol'] });
    await silent('carol');
    const controller = new AbortController();
    const waiting = failureOf(
      scene.outcomes.outcome(callId, { signal: controller.signal, deadlineMs: 1_000 }),
    );
    controller.abort();
    await waiting;
    expect(scene.runtime.pendingTimers).toBe(0);
  });

  it('needs callbacks', async () => {
    const without = await createClient(scene.zim.url);
    const service = without.module.get(CallOutcomeService);
    expect((await failureOf(service.outcome(callId))).message).toContain(
      'callbacks: nothing reports',
    );
    await without.module.close();
  });
});

describe('the outcome of a call that was made elsewhere', () => {
  it('waits after a timeout for an acceptance that may still arrive', async () => {
    const waiting = scene.outcomes.outcome(callId);
    await silent('carol');
    scene.runtime.advance(lateMs - 2_000);
    await accept('bob');
    expect(await waiting).toMatchObject({ result: 'accepted', acceptedBy: ['bob'] });
  });

  it('is a timeout once no callback can arrive any more, and then without a wait', async () => {
    const waiting = scene.outcomes.outcome(callId);
    await silent('carol');
    scene.runtime.advance(lateMs);
    expect(await waiting).toMatchObject({ result: 'timed-out' });
    expect(await scene.outcomes.outcome(callId)).toMatchObject({ result: 'timed-out' });
  });

  it('is unknown if the deadline is sooner than that', async () => {
    const waiting = scene.outcomes.outcome(callId, { deadlineMs: 5_000 });
    await silent('carol');
    scene.runtime.advance(5_000);
    expect(await waiting).toMatchObject({
      result: 'unknown',
      callees: [{ userId: 'carol', state: 'timed-out' }],
    });
  });

  it.each([
    ['timeout_cancel', 'timed-out'],
    ['caller_cancel', 'cancelled'],
  ])('is known at once after %s: ZIM cancels no call that was accepted', async (reason, result) => {
    const waiting = scene.outcomes.outcome(callId);
    await scene.callBack('call_cancel', { user_ids: ['bob'], reason });
    expect(await waiting).toMatchObject({ result });
  });
});

describe('isKnown', () => {
  it('is true of a call that was made here, and of one that a callback was about', async () => {
    expect(await scene.outcomes.isKnown(callId)).toBe(false);
    await scene.invites.invite(invite);
    expect(await scene.outcomes.isKnown(callId)).toBe(true);
    expect(await scene.outcomes.isKnown('another')).toBe(false);
    await scene.callBack('call_accept', { call_id: 'another', user_id: 'bob' });
    expect(await scene.outcomes.isKnown('another')).toBe(true);
  });

  it('needs callbacks', async () => {
    const without = await createClient(scene.zim.url);
    const service = without.module.get(CallOutcomeService);
    expect((await failureOf(service.isKnown(callId))).kind).toBe('config');
    await without.module.close();
  });
});

describe('events', () => {
  it('begin with the stored events, emit each once, and end with the call', async () => {
    const waiting = scene.outcomes.inviteAndWait(invite);
    await scene.zim.received(1);
    await reject('bob');
    const seen = firstValueFrom(scene.outcomes.events(callId).pipe(toArray()));
    await reject('bob');
    await accept('carol');
    await waiting;
    expect((await seen).map(({ type, userIds }) => [type, userIds])).toEqual([
      ['invited', ['bob', 'carol']],
      ['rejected', ['bob']],
      ['accepted', ['carol']],
    ]);
  });

  it('of a call that was made elsewhere continue after a timeout until none can arrive', async () => {
    const seen = firstValueFrom(scene.outcomes.events(callId).pipe(toArray()));
    await silent('carol');
    scene.runtime.advance(lateMs - 2_000);
    await accept('bob');
    scene.runtime.advance(2_000);
    expect((await seen).map(({ type }) => type)).toEqual(['timed-out', 'accepted']);
  });

  it('leave no timer behind when unsubscribed', async () => {
    const subscription = scene.outcomes.events(callId).subscribe();
    await silent('carol');
    expect(scene.runtime.pendingTimers).toBe(1);
    subscription.unsubscribe();
    expect(scene.runtime.pendingTimers).toBe(0);
  });

  it('end with the application, before the server waits for open streams', async () => {
    const listening = failureOf(lastValueFrom(scene.outcomes.events(callId)));
    const stream = await fetch(scene.backend.urlOf('/events'));
    await scene.backend.close();
    expect(await stream.text()).toContain('event: error');
    expect((await listening).kind).toBe('connection');
    expect((await failureOf(lastValueFrom(scene.outcomes.events(callId)))).kind).toBe('connection');
  });

  it('stop when unsubscribed', async () => {
    const subscription = scene.outcomes.events(callId).subscribe();
    subscription.unsubscribe();
    expect(subscription.closed).toBe(true);
    await accept('bob');
  });
});
