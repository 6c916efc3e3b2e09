import { Controller, Get, Sse } from '@nestjs/common';
import { firstValueFrom, lastValueFrom, map, toArray } from 'rxjs';
import { CallbackApp, callbackPath as path, callbackSecret } from '../testing/callback-app.js';
import { createClient } from '../testing/create-client.js';
import type { ManualRuntime } from '../testing/manual-runtime.js';
import { envelope, ScriptedServer, type Script } from '../testing/scripted-server.js';
import { toZimProblem } from '../errors/zim-exception.filter.js';
import { failureOf } from '../testing/scripted-zim.js';
import { CallInviteService } from '../invite/call-invite.service.js';
import { ZimCallModule } from '../zim-call.module.js';
import { CallOutcomeService } from './call-outcome.service.js';
import { ZimOutcomeTimeoutError } from './call-outcome.js';
import { CALL_EVENT_STORE, type CallEventStore } from '../stores/call-event-store.js';

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

let zim: ScriptedServer;
let backend: CallbackApp;
let runtime: ManualRuntime;
let outcomes: CallOutcomeService;
let onInvite: () => Promise<void>;

const reply: Script = (response, request) => {
  void onInvite().then(() => {
    envelope({ Code: 0, CallId: callId, CreateTime: runtime.nowMs })(response, request);
  });
};

async function callBack(event: string, fields: object): Promise<void> {
  expect(await backend.deliver(event, { call_id: callId, ...fields })).toBe(200);
}

const accept = (userId: string) => callBack('call_accept', { user_id: userId, extend_data: 'on' });
const reject = (userId: string) => callBack('call_reject', { user_id: userId });
const silent = (...userIds: string[]) => callBack('call_timeout', { user_ids: userIds });

beforeEach(async () => {
  onInvite = () => Promise.resolve();
  zim = await ScriptedServer.start(reply);
  backend = await CallbackApp.start({
    imports: [
      ZimCallModule.forRoot({
        appId: 1,
        serverSecret: 's',
        baseUrl: zim.url,
        callbacks: { path, secret: callbackSecret },
      }),
    ],
    controllers: [Followers],
  });
  ({ runtime } = backend);
  outcomes = backend.app.get(CallOutcomeService);
});
afterEach(async () => {
  expect(runtime.pendingTimers).toBe(0);
  await backend.close();
  await zim.stop();
});

describe('inviteAndWait', () => {
  it('reports who accepted', async () => {
    const waiting = outcomes.inviteAndWait(invite);
    await zim.received(1);
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
    const { outcome } = await outcomes.inviteAndWait(invite);
    expect(outcome.acceptedBy).toEqual(['bob']);
  });

  it('waits for the call of the same idempotencyKey, and rings no phone again', async () => {
    const options = { idempotencyKey: 'order-17' };
    const first = outcomes.inviteAndWait(invite, options);
    await zim.received(1);
    await accept('bob');
    const { invite: made, outcome } = await first;
    const again = { invite: { ...made, replayed: true }, outcome };
    expect(await outcomes.inviteAndWait(invite, options)).toEqual(again);
    expect(zim.requests).toHaveLength(1);
  });

  it('fails at its deadline with the call and its progress, and can be resumed', async () => {
    const waiting = failureOf(outcomes.inviteAndWait(invite, { deadlineMs: 5_000 }));
    await zim.received(1);
    await reject('bob');
    runtime.advance(5_000);
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
    const resumed = outcomes.outcome(error.callId);
    await accept('carol');
    expect(await resumed).toMatchObject({ acceptedBy: ['carol'] });
  });

  it('has the call in its error when it is aborted', async () => {
    const controller = new AbortController();
    const { signal } = controller;
    const waiting = failureOf(outcomes.inviteAndWait(invite, { signal }));
    await zim.received(1);
    await reject('bob');
    controller.abort();
    expect(await waiting).toMatchObject({ kind: 'connection', outcome: 'unknown', callId });
  });

  it('returns the outcome of a call that could not be stored when it was made', async () => {
    const store = backend.app.get<CallEventStore>(CALL_EVENT_STORE, { strict: false });
    jest.spyOn(store, 'append').mockRejectedValueOnce(new Error('full'));
    const waiting = outcomes.inviteAndWait(invite);
    await zim.received(1);
    await accept('bob');
    expect((await waiting).outcome.acceptedBy).toEqual(['bob']);
  });

  it('fails as the invite does', async () => {
    const error = await failureOf(outcomes.inviteAndWait({ ...invite, userIds: [] }));
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
      () => callBack('call_cancel', { user_ids: ['bob', 'carol'], reason: 'timeout_cancel' }),
      { result: 'timed-out', reason: 'timeout_cancel' },
    ],
    [
      'cancelled',
      () => callBack('call_cancel', { user_ids: ['bob', 'carol'], reason: 'caller_cancel' }),
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
    const waiting = outcomes.inviteAndWait(invite);
    await zim.received(1);
    await happen();
    expect((await waiting).outcome).toMatchObject(expected);
    expect(await outcomes.outcome(callId)).toMatchObject(expected);
  });

  it('is unknown once a missing callback cannot arrive any more', async () => {
    const waiting = outcomes.inviteAndWait(invite);
    await zim.received(1);
    await silent('carol');
    await failureOf(outcomes.outcome(callId, { signal: AbortSignal.abort() }));
    runtime.advance(lateMs);
    expect((await waiting).outcome).toMatchObject({
      result: 'unknown',
      callees: [
        { userId: 'bob', state: 'answered' },
        { userId: 'carol', state: 'timed-out' },
      ],
    });
  });

  it('waits no longer than the deadline, which follows from the ring time', async () => {
    const waiting = failureOf(outcomes.inviteAndWait(invite));
    await zim.received(1);
    await reject('bob');
    runtime.advance(30_000 + lateMs - 1);
    await reject('bob');
    runtime.advance(1);
    expect(await waiting).toMatchObject({ kind: 'timeout', outcome: 'unknown', action: 'outcome' });
  });

  it('reads the store again at the deadline: a shared store may have been unavailable at the change', async () => {
    const waiting = outcomes.outcome(callId, { deadlineMs: 1_000 });
    const unavailable = jest
      .spyOn(backend.app.get<CallEventStore>(CALL_EVENT_STORE, { strict: false }), 'load')
      .mockResolvedValue([]);
    await accept('bob');
    unavailable.mockRestore();
    runtime.advance(1_000);
    expect(await waiting).toMatchObject({ acceptedBy: ['bob'] });
  });

  it('ends with the signal', async () => {
    const controller = new AbortController();
    const waiting = failureOf(outcomes.outcome(callId, { signal: controller.signal }));
    controller.abort();
    expect((await waiting).kind).toBe('connection');
  });

  it('fails with its store, and stops following the call', async () => {
    const store = backend.app.get<CallEventStore>(CALL_EVENT_STORE, { strict: false });
    const load = jest.spyOn(store, 'load').mockResolvedValueOnce([]);
    load.mockRejectedValueOnce(new Error('broken'));
    await expect(outcomes.outcome(callId)).rejects.toThrow('broken');
    const reads = load.mock.calls.length;
    await accept('bob');
    expect(load.mock.calls).toHaveLength(reads);
    load.mockRestore();
  });

  it('ends with the application', async () => {
    const waiting = failureOf(outcomes.outcome(callId));
    await backend.close();
    expect((await waiting).message).toContain('the module was closed');
  });

  it('ends before the server waits for the requests that wait for it', async () => {
    const asked = new Promise((resolve) => {
      runtime.onTimer = resolve;
    });
    const answer = fetch(backend.urlOf('/outcome'));
    await asked;
    await backend.close();
    expect((await answer).status).toBe(500);
  });

  it('leaves no timer behind if it is aborted while it reads the store', async () => {
    await callBack('call_create', { user_ids: ['bob', 'carol'] });
    await silent('carol');
    const controller = new AbortController();
    const waiting = failureOf(
      outcomes.outcome(callId, { signal: controller.signal, deadlineMs: 1_000 }),
    );
    controller.abort();
    await waiting;
    expect(runtime.pendingTimers).toBe(0);
  });

  it('needs callbacks', async () => {
    const without = await createClient(zim.url);
    const service = without.module.get(CallOutcomeService);
    expect((await failureOf(service.outcome(callId))).message).toContain(
      'callbacks: nothing reports',
    );
    await without.module.close();
  });
});

describe('the outcome of a call that was made elsewhere', () => {
  it('waits after a timeout for an acceptance that may still arrive', async () => {
    const waiting = outcomes.outcome(callId);
    await silent('carol');
    runtime.advance(lateMs - 2_000);
    await accept('bob');
    expect(await waiting).toMatchObject({ result: 'accepted', acceptedBy: ['bob'] });
  });

  it('is a timeout once no callback can arrive any more, and then without a wait', async () => {
    const waiting = outcomes.outcome(callId);
    await silent('carol');
    runtime.advance(lateMs);
    expect(await waiting).toMatchObject({ result: 'timed-out' });
    expect(await outcomes.outcome(callId)).toMatchObject({ result: 'timed-out' });
  });

  it('is unknown if the deadline is sooner than that', async () => {
    const waiting = outcomes.outcome(callId, { deadlineMs: 5_000 });
    await silent('carol');
    runtime.advance(5_000);
    expect(await waiting).toMatchObject({
      result: 'unknown',
      callees: [{ userId: 'carol', state: 'timed-out' }],
    });
  });

  it.each([
    ['timeout_cancel', 'timed-out'],
    ['caller_cancel', 'cancelled'],
  ])('is known at once after %s: ZIM cancels no call that was accepted', async (reason, result) => {
    const waiting = outcomes.outcome(callId);
    await callBack('call_cancel', { user_ids: ['bob'], reason });
    expect(await waiting).toMatchObject({ result });
  });
});

describe('isKnown', () => {
  it('is true of a call that was made here, and of one that a callback was about', async () => {
    expect(await outcomes.isKnown(callId)).toBe(false);
    await backend.app.get(CallInviteService).invite(invite);
    expect(await outcomes.isKnown(callId)).toBe(true);
    expect(await outcomes.isKnown('another')).toBe(false);
    await callBack('call_accept', { call_id: 'another', user_id: 'bob' });
    expect(await outcomes.isKnown('another')).toBe(true);
  });

  it('needs callbacks', async () => {
    const without = await createClient(zim.url);
    const service = without.module.get(CallOutcomeService);
    expect((await failureOf(service.isKnown(callId))).kind).toBe('config');
    await without.module.close();
  });
});

describe('events', () => {
  it('begin with the stored events, emit each once, and end with the call', async () => {
    const waiting = outcomes.inviteAndWait(invite);
    await zim.received(1);
    await reject('bob');
    const seen = firstValueFrom(outcomes.events(callId).pipe(toArray()));
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
    const seen = firstValueFrom(outcomes.events(callId).pipe(toArray()));
    await silent('carol');
    runtime.advance(lateMs - 2_000);
    await accept('bob');
    runtime.advance(2_000);
    expect((await seen).map(({ type }) => type)).toEqual(['timed-out', 'accepted']);
  });

  it('leave no timer behind when unsubscribed', async () => {
    const subscription = outcomes.events(callId).subscribe();
    await silent('carol');
    expect(runtime.pendingTimers).toBe(1);
    subscription.unsubscribe();
    expect(runtime.pendingTimers).toBe(0);
  });

  it('end with the application, before the server waits for open streams', async () => {
    const listening = failureOf(lastValueFrom(outcomes.events(callId)));
    const stream = await fetch(backend.urlOf('/events'));
    await backend.close();
    expect(await stream.text()).toContain('event: error');
    expect((await listening).kind).toBe('connection');
    expect((await failureOf(lastValueFrom(outcomes.events(callId)))).kind).toBe('connection');
  });

  it('stop when unsubscribed', async () => {
    const subscription = outcomes.events(callId).subscribe();
    subscription.unsubscribe();
    expect(subscription.closed).toBe(true);
    await accept('bob');
  });
});
