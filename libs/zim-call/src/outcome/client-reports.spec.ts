import { firstValueFrom, toArray } from 'rxjs';
import type { ZimCallOptions } from '../config/zim-call-options.js';
import { CALL_EVENT_STORE, type CallEventStore } from '../stores/call-event-store.js';
import { CallbackApp, callbackPath as path, callbackSecret } from '../testing/callback-app.js';
import { accepted, ScriptedServer } from '../testing/scripted-server.js';
import { failureOf } from '../testing/scripted-zim.js';
import { ZimCallModule } from '../zim-call.module.js';
import { CallOutcomeService } from './call-outcome.service.js';

const callId = '12261423186766631832';
const invite = { fromUserId: 'alice', userIds: ['bob', 'carol'], timeoutSeconds: 30 };
const callbacks = { path, secret: callbackSecret };

let zim: ScriptedServer;
let backend: CallbackApp;
let outcomes: CallOutcomeService;

async function given(options: Partial<ZimCallOptions>): Promise<void> {
  zim = await ScriptedServer.start(accepted);
  const common = { appId: 1, serverSecret: 's', baseUrl: zim.url };
  backend = await CallbackApp.start({
    imports: [ZimCallModule.forRoot({ ...common, ...options })],
  });
  outcomes = backend.app.get(CallOutcomeService);
}
afterEach(async () => {
  await backend.close();
  await zim.stop();
});

/** Rings, and returns what becomes of it once the invite is stored and the wait has begun. */
async function ring(userIds = invite.userIds) {
  const begun = backend.runtime.timerOf(100_000);
  const result = outcomes.inviteAndWait({ ...invite, userIds });
  await begun;
  return { result };
}

const report = (userId: string, type: 'accepted' | 'rejected') =>
  outcomes.record({ callId, userId, type });
async function callBack(event: string, userId: string): Promise<void> {
  expect(await backend.deliver(event, { call_id: callId, user_id: userId })).toBe(200);
}
const stored = () =>
  backend.app.get<CallEventStore>(CALL_EVENT_STORE, { strict: false }).load(callId);

describe.each([
  ['callbacks', { callbacks }],
  ['clientReports', { clientReports: true }],
  ['both', { callbacks, clientReports: true }],
])('record() with %s', (_, options) => {
  it('lets inviteAndWait return who accepted', async () => {
    await given(options);
    const waiting = await ring();
    await report('bob', 'rejected');
    await report('carol', 'accepted');
    const { outcome } = await waiting.result;
    expect(outcome).toMatchObject({
      ...{ result: 'accepted', acceptedBy: ['carol'] },
      callees: [{ state: 'rejected' }, { state: 'accepted' }],
    });
  });

  it('decides the outcome when all callees have rejected, and ends the stream of events', async () => {
    await given(options);
    const waiting = await ring();
    await report('bob', 'rejected');
    await report('carol', 'rejected');
    expect((await waiting.result).outcome.result).toBe('rejected');
    const events = await firstValueFrom(outcomes.events(callId).pipe(toArray()));
    expect(events.map(({ type, reportedBy }) => [type, reportedBy])).toEqual([
      ['invited', undefined],
      ['rejected', 'client'],
      ['rejected', 'client'],
    ]);
  });

  it('is idempotent', async () => {
    await given(options);
    for (let count = 0; count < 3; count++) await report('bob', 'accepted');
    expect(await stored()).toHaveLength(1);
    expect(await outcomes.isKnown(callId)).toBe(true);
    expect(await outcomes.progress(callId)).toMatchObject({
      callees: [{ userId: 'bob', state: 'accepted' }],
    });
  });
});

describe('record()', () => {
  it('agrees with a later callback, and the event is emitted once', async () => {
    await given({ callbacks });
    const waiting = await ring(['bob']);
    await report('bob', 'accepted');
    const { acceptedBy } = (await waiting.result).outcome;
    await callBack('call_accept', 'bob');
    expect(await outcomes.outcome(callId)).toMatchObject({ acceptedBy });
    const events = await firstValueFrom(outcomes.events(callId).pipe(toArray()));
    expect(events.map(({ type }) => type)).toEqual(['invited', 'accepted']);
  });

  it('is overruled by a callback, whichever comes first', async () => {
    await given({ callbacks });
    await callBack('call_accept', 'bob');
    await report('bob', 'rejected');
    await report('carol', 'accepted');
    await callBack('call_reject', 'carol');
    expect((await outcomes.progress(callId)).callees).toMatchObject([
      { userId: 'bob', state: 'accepted' },
      { userId: 'carol', state: 'rejected' },
    ]);
  });

  it.each<[object, string]>([
    [{ callId: '' }, 'callId'],
    [{ userId: 'a,b' }, 'userId'],
    [{ type: 'timed-out' }, 'type'],
    [{ type: undefined }, 'type'],
    [{ more: 1 }, 'more'],
  ])('refuses %j', async (change, path) => {
    await given({ callbacks });
    const broken = { callId, userId: 'bob', type: 'accepted' as const, ...change };
    const error = await failureOf(outcomes.record(broken));
    expect(error).toMatchObject({ kind: 'invalid-request', outcome: 'not-sent' });
    expect(error).toHaveProperty('errors', [expect.objectContaining({ path })]);
    expect(await stored()).toEqual([]);
  });

  it('needs callbacks or clientReports, as everything about outcomes does', async () => {
    await given({});
    for (const work of [report('bob', 'accepted'), outcomes.progress(callId)]) {
      expect((await failureOf(work)).kind).toBe('config');
    }
    expect(await stored()).toEqual([]);
  });
});

it('the deadline ends the wait without callbacks, because nothing reports a timeout', async () => {
  await given({ clientReports: true });
  const waiting = await ring();
  const error = failureOf(waiting.result);
  backend.runtime.advance(100_000);
  expect(await error).toMatchObject({ name: 'ZimOutcomeTimeoutError', callId });
});
