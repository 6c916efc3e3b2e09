import { firstValueFrom, toArray } from 'rxjs';
import type { ZimCallOptions } from '../config/zim-call-options.js';
import { callbackPath as path, callbackSecret } from '../testing/callback-app.js';
import { useCallbackScene } from '../testing/callback-scene.js';
import { accepted } from '../testing/scripted-server.js';
import { failureOf } from '../testing/scripted-zim.js';

const callId = '12261423186766631832';
const invite = { fromUserId: 'alice', userIds: ['bob', 'carol'], timeoutSeconds: 30 };
const callbacks = { path, secret: callbackSecret };

const scene = useCallbackScene(callId);

const given = (options: Partial<ZimCallOptions>) => scene.start([accepted], options);

/** Rings, and returns what becomes of it once the invite is stored and the wait has begun. */
async function ring(userIds = invite.userIds) {
  const begun = scene.runtime.timerOf(100_000);
  const result = scene.outcomes.inviteAndWait({ ...invite, userIds });
  await begun;
  return { result };
}

const report = (userId: string, type: 'accepted' | 'rejected') =>
  scene.outcomes.record({ callId, userId, type });
const callBack = (event: string, userId: string) => scene.callBack(event, { user_id: userId });
const stored = () => scene.events.load(callId);

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
    const events = await firstValueFrom(scene.outcomes.events(callId).pipe(toArray()));
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
    expect(await scene.outcomes.isKnown(callId)).toBe(true);
    expect(await scene.outcomes.progress(callId)).toMatchObject({
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
    expect(await scene.outcomes.outcome(callId)).toMatchObject({ acceptedBy });
    const events = await firstValueFrom(scene.outcomes.events(callId).pipe(toArray()));
    expect(events.map(({ type }) => type)).toEqual(['invited', 'accepted']);
  });

  it('is overruled by a callback, whichever comes first', async () => {
    await given({ callbacks });
    await callBack('call_accept', 'bob');
    await report('bob', 'rejected');
    await report('carol', 'accepted');
    await callBack('call_reject', 'carol');
    expect((await scene.outcomes.progress(callId)).callees).toMatchObject([
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
    const error = await failureOf(scene.outcomes.record(broken));
    expect(error).toMatchObject({ kind: 'invalid-request', outcome: 'not-sent' });
    expect(error).toHaveProperty('errors', [expect.objectContaining({ path })]);
    expect(await stored()).toEqual([]);
  });

  it('needs callbacks or clientReports, as everything about outcomes does', async () => {
    await given({});
    for (const work of [report('bob', 'accepted'), scene.outcomes.progress(callId)]) {
      expect((await failureOf(work)).kind).toBe('config');
    }
    expect(await stored()).toEqual([]);
  });
});

it('the deadline ends the wait without callbacks, because nothing reports a timeout', async () => {
  await given({ clientReports: true });
  const waiting = await ring();
  const error = failureOf(waiting.result);
  scene.runtime.advance(100_000);
  expect(await error).toMatchObject({ name: 'ZimOutcomeTimeoutError', callId });
});
