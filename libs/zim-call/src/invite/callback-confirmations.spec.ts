import { Injectable } from '@nestjs/common';
import { readCorrelation, writeCorrelation } from 'zim-protocol';
import type { CallCancelEvent, CallCreateEvent } from '../callbacks/events.js';
import { OnZimCall } from '../callbacks/on-zim-call.js';
import { toZimProblem } from '../errors/zim-exception.filter.js';
import { CallInviteService } from './call-invite.service.js';
import { CallbackApp, callbackPath as path, callbackSecret } from '../testing/callback-app.js';
import type { ManualRuntime } from '../testing/manual-runtime.js';
import { envelope, ScriptedServer, type Script } from '../testing/scripted-server.js';
import { failureOf } from '../testing/scripted-zim.js';
import { ZimCallModule } from '../zim-call.module.js';
import { CallOutcomeService } from '../outcome/call-outcome.service.js';
import { CALL_EVENT_STORE, type CallEventStore } from '../stores/call-event-store.js';

const callId = '12261423186766631832';
const invite = { fromUserId: 'alice', userIds: ['bob', 'carol'], extendedData: 'room 42' };
const windowMs = 3_000;
const requestTimeoutMs = 5_000;
const other = 'BBBBBBBBBBBBBBBBBBBBBA';

const lost: Script = (response) => {
  response.socket?.destroy();
};
const silent: Script = () => undefined;

@Injectable()
class Handlers {
  readonly events: (CallCreateEvent | CallCancelEvent)[] = [];

  @OnZimCall('call_create')
  @OnZimCall('call_cancel')
  on(event: CallCreateEvent | CallCancelEvent) {
    this.events.push(event);
  }
}

let zim: ScriptedServer;
let backend: CallbackApp;
let runtime: ManualRuntime;
let invites: CallInviteService;

async function given(script: Script): Promise<void> {
  zim = await ScriptedServer.start(script);
  const callbacks = { path, secret: callbackSecret };
  const common = { serverSecret: 's', baseUrl: zim.url, callbacks };
  backend = await CallbackApp.start({
    imports: [
      ZimCallModule.forRoot({ ...common, appId: 1, correlation: {} }),
      ZimCallModule.forRoot({ ...common, appId: 2, name: 'plain' }),
    ],
    providers: [Handlers],
  });
  ({ runtime } = backend);
  invites = backend.app.get(CallInviteService);
}
afterEach(async () => {
  expect(runtime.pendingTimers).toBe(0);
  await backend.close();
  await zim.stop();
});

const callBack = (event: string, fields: object) =>
  backend.deliver(event, { call_id: callId, ...fields });

const sentData = () =>
  (JSON.parse(zim.requests[0]?.body ?? '') as { ExtendedData: string }).ExtendedData;

/** Delivers the `call_create` of the invite. */
async function create(fields: object = {}): Promise<number> {
  const call = { user_ids: ['carol', 'bob'], create_time: 1_700_000_000, payload: sentData() };
  return callBack('call_create', { ...call, caller: 'alice', ...fields });
}

/** Spies on the call event stores of both modules. */
function spyOnLoads() {
  const stores = backend.app.get<CallEventStore, CallEventStore>(CALL_EVENT_STORE, {
    strict: false,
    each: true,
  });
  return stores.map((store) => jest.spyOn(store, 'load'));
}

const result = {
  callId,
  createdAt: new Date(1_700_000_000_000),
  createdAtFrom: 'zim',
  requestId: '',
  invited: ['bob', 'carol'],
  failed: [],
  confirmedBy: 'callback',
};

describe('an invite without a reply', () => {
  it('succeeds when a callback with its correlation id arrives', async () => {
    await given(lost);
    const waiting = runtime.timerOf(windowMs);
    const invited = invites.invite(invite);
    await waiting;
    await create();
    expect(await invited).toEqual(result);
  });

  it('succeeds when the callback arrived before the request timed out', async () => {
    await given(silent);
    const invited = invites.invite(invite);
    await zim.received(1);
    await create();
    runtime.advance(requestTimeoutMs);
    expect(await invited).toEqual(result);
  });

  it('succeeds if the callback has arrived, even when no time is left', async () => {
    await given(silent);
    const invited = invites.invite(invite, { deadlineMs: 1_000 });
    await zim.received(1);
    await create();
    runtime.advance(1_000);
    expect(await invited).toEqual(result);
  });

  it('succeeds with the id of the request when ZIM reported an internal error and the phones ring', async () => {
    await given(envelope({ Code: 660000001 }));
    const waiting = runtime.timerOf(windowMs);
    const invited = invites.invite(invite);
    await waiting;
    await create({ create_time: undefined });
    expect(await invited).toEqual({ ...result, requestId: '343649807833778782' });
  });

  it('returns those of its callees whom ZIM named', async () => {
    await given(lost);
    const waiting = runtime.timerOf(windowMs);
    const invited = invites.invite(invite);
    await waiting;
    await create({ user_ids: ['zed', 'carol'], caller: undefined });
    expect(await invited).toMatchObject({ invited: ['carol'], failed: [] });
  });

  it('stays unknown if no callback arrives within the window, and reports its correlation id', async () => {
    await given(lost);
    const waiting = runtime.timerOf(windowMs);
    const failure = failureOf(invites.invite(invite));
    await waiting;
    runtime.advance(windowMs);
    const error = await failure;
    const { correlationId } = readCorrelation(sentData());
    expect(correlationId).toHaveLength(22);
    expect(error).toMatchObject({ kind: 'connection', outcome: 'unknown', correlationId });
    expect(error.toJSON()).toMatchObject({ correlationId });
    expect(toZimProblem(error)).toMatchObject({ correlationId });
  });

  it('does not read the store any more once it has failed', async () => {
    await given(lost);
    const waiting = runtime.timerOf(windowMs);
    const failure = failureOf(invites.invite(invite));
    await waiting;
    runtime.advance(windowMs);
    await failure;
    const loads = spyOnLoads();
    expect(await create()).toBe(200);
    expect(loads.flatMap((load) => load.mock.calls)).toEqual([]);
  });

  it('waits no longer than the deadline of the whole call', async () => {
    await given(silent);
    const failure = failureOf(invites.invite(invite, { deadlineMs: requestTimeoutMs + 500 }));
    await zim.received(1);
    const waiting = runtime.timerOf(500);
    runtime.advance(requestTimeoutMs);
    await waiting;
    runtime.advance(500);
    expect(await failure).toMatchObject({ kind: 'timeout', outcome: 'unknown' });
  });

  it.each<[string, () => Promise<number>, number]>([
    ['of another invite', () => create({ payload: writeCorrelation(other, 'room 42') }), 200],
    ['without a correlation id', () => create({ payload: 'room 42' }), 200],
    ['of a call by another caller', () => create({ caller: 'eve' }), 200],
    ['that names none of its callees', () => create({ user_ids: ['eve'] }), 200],
    ['with a forged signature', () => create({ signature: '0'.repeat(40) }), 401],
  ])('stays unknown after a callback %s', async (_, act, status) => {
    await given(lost);
    const waiting = runtime.timerOf(windowMs);
    const failure = failureOf(invites.invite(invite));
    await waiting;
    expect(await act()).toBe(status);
    runtime.advance(windowMs);
    expect((await failure).outcome).toBe('unknown');
  });

  it('reads the store again at the end: a shared store may have been unavailable when the callback came', async () => {
    await given(lost);
    const waiting = runtime.timerOf(windowMs);
    const invited = invites.invite(invite);
    await waiting;
    const loads = spyOnLoads();
    for (const load of loads) load.mockResolvedValue([]);
    await create();
    for (const load of loads) load.mockRestore();
    runtime.advance(windowMs);
    expect(await invited).toEqual(result);
  });

  it('fails with its own error if the store of callbacks fails', async () => {
    await given(lost);
    const loads = spyOnLoads();
    for (const load of loads) load.mockRejectedValue(new Error('broken'));
    const waiting = runtime.timerOf(windowMs);
    const failure = failureOf(invites.invite(invite));
    await waiting;
    runtime.advance(windowMs);
    expect((await failure).kind).toBe('connection');
    expect(loads.flatMap((load) => load.mock.calls)).toHaveLength(2);
  });

  it('stops waiting when the signal aborts', async () => {
    await given(lost);
    const controller = new AbortController();
    const waiting = runtime.timerOf(windowMs);
    const failure = failureOf(invites.invite(invite, { signal: controller.signal }));
    await waiting;
    controller.abort();
    expect((await failure).outcome).toBe('unknown');
  });

  it('stops waiting when the application closes', async () => {
    await given(lost);
    const waiting = runtime.timerOf(windowMs);
    const failure = failureOf(invites.invite(invite));
    await waiting;
    await backend.close();
    expect((await failure).outcome).toBe('unknown');
  });
});

describe('inviteAndWait', () => {
  it('continues after a lost reply', async () => {
    await given(lost);
    const waiting = runtime.timerOf(windowMs);
    const outcome = backend.app.get(CallOutcomeService).inviteAndWait(invite);
    await waiting;
    await create();
    await callBack('call_reject', { user_id: 'bob' });
    await callBack('call_reject', { user_id: 'carol' });
    expect(await outcome).toMatchObject({ invite: result, outcome: { result: 'rejected' } });
  });

  it('does not count a call as ended while phones that ZIM has not named may ring', async () => {
    await given(lost);
    const waiting = runtime.timerOf(windowMs);
    const outcome = backend.app.get(CallOutcomeService).inviteAndWait(invite);
    await waiting;
    await create({ user_ids: ['bob'] });
    await callBack('call_reject', { user_id: 'bob' });
    await callBack('call_accept', { user_id: 'carol' });
    expect((await outcome).outcome).toMatchObject({ result: 'accepted', acceptedBy: ['carol'] });
  });
});

describe('a correlation id', () => {
  const payload = writeCorrelation(other, 'room 42');

  it('is removed from the data of events by a module with correlation', async () => {
    await given(silent);
    await callBack('call_create', { user_ids: ['bob'], payload });
    await callBack('call_cancel', { user_ids: ['bob'], reason: 'caller_cancel', payload });
    const [created, cancelled] = backend.app.get(Handlers).events;
    expect(created).toMatchObject({ extendedData: 'room 42', correlationId: other });
    expect(cancelled).toMatchObject({ extendedData: 'room 42' });
  });

  it('stays part of the data for a module without', async () => {
    await given(silent);
    await callBack('call_create', { appid: '2', user_ids: ['bob'], payload });
    const [created] = backend.app.get(Handlers).events;
    expect(created).toMatchObject({ extendedData: payload });
    expect(created).not.toHaveProperty('correlationId');
  });
});
