import { type INestApplication, Injectable } from '@nestjs/common';
import { CallOutcomeService, ZimConfigError } from 'nestjs-zim-call';
import {
  escalate,
  OnRing,
  ringAll,
  RingDispatcher,
  type RingEvent,
  type RingEvents,
  ringInTurn,
  type RingPlanInput,
  type RingResult,
} from 'nestjs-zim-dispatch';
import { filter, firstValueFrom, ReplaySubject, skip } from 'rxjs';
import { ZimSandbox } from 'zim-sandbox';
import {
  callbacksOf,
  type DispatchAppOptions,
  startDispatchApp,
  takeCallbacks,
} from '../support/dispatch-app.js';

@Injectable()
class Ends {
  readonly received = new ReplaySubject<{ id: string; result: RingResult['result'] }>();

  @OnRing('ended')
  onEnd(id: string, { result }: RingEvents['ended']): void {
    this.received.next({ id, result: result.result });
  }
}

let sandbox: ZimSandbox;
let app: INestApplication;

beforeAll(async () => {
  sandbox = await ZimSandbox.start({ users: ['alice', 'bob', 'carol', 'dave'] });
});
afterEach(async () => {
  await app.close();
  sandbox.reset();
});
afterAll(() => sandbox.stop());

async function start(options: DispatchAppOptions = {}): Promise<RingDispatcher> {
  app = await startDispatchApp(sandbox, { providers: [Ends], ...options });
  return app.get(RingDispatcher);
}

async function startWithCallbacks(): Promise<RingDispatcher> {
  const dispatcher = await start({ calls: callbacksOf(sandbox) });
  takeCallbacks(sandbox, app);
  return dispatcher;
}

const plan = (steps: RingPlanInput['steps'], rest: Partial<RingPlanInput> = {}): RingPlanInput => ({
  version: 1,
  fromUserId: 'alice',
  steps,
  ...rest,
});

/** Resolves with the n-th event of a type, from 1. */
function nth<T extends RingEvent['type']>(
  dispatcher: RingDispatcher,
  id: string,
  type: T,
  count = 1,
): Promise<RingEvents[T]> {
  const isWanted = (event: RingEvent): event is RingEvents[T] => event.type === type;
  return firstValueFrom(dispatcher.events(id).pipe(filter(isWanted), skip(count - 1)));
}

const ringingNow = () => sandbox.calls.list().flatMap(({ ringing }) => ringing);

describe('with callbacks', () => {
  it('rings in turn: after a timeout and a rejection the third callee accepts', async () => {
    const dispatcher = await startWithCallbacks();
    const steps = ringInTurn(['bob', 'carol', 'dave'], { ringSeconds: 20 });
    const id = await dispatcher.ring(plan(steps));
    const first = await nth(dispatcher, id, 'ringing');
    expect(ringingNow()).toEqual(['bob']);
    await sandbox.clock.advance(20_000);
    const { callId } = await nth(dispatcher, id, 'ringing', 2);
    expect(ringingNow()).toEqual(['carol']);
    sandbox.devices.reject({ userId: 'carol', callId });
    const third = await nth(dispatcher, id, 'ringing', 3);
    expect(ringingNow()).toEqual(['dave']);
    sandbox.devices.accept({ userId: 'dave', callId: third.callId });
    expect(await dispatcher.result(id)).toEqual({
      result: 'accepted',
      acceptedBy: ['dave'],
      step: 2,
      callId: third.callId,
      calls: [
        expect.objectContaining({
          callId: first.callId,
          outcome: 'no-answer',
          callees: [{ userId: 'bob', state: 'timed-out', reportedBy: 'callback' }],
        }),
        expect.objectContaining({
          outcome: 'no-answer',
          callees: [{ userId: 'carol', state: 'rejected', reportedBy: 'callback' }],
        }),
        expect.objectContaining({ outcome: 'accepted' }),
      ],
    });
    expect(await firstValueFrom(app.get(Ends).received)).toEqual({ id, result: 'accepted' });
    // ZIM ended each call itself, so nothing was withdrawn.
    const actions = sandbox.journal.entries().map(({ action }) => action);
    expect(actions).toEqual(['CallInvite', 'CallInvite', 'CallInvite']);
  });

  it('withdraws the other phones of a step when one has accepted', async () => {
    const dispatcher = await startWithCallbacks();
    const id = await dispatcher.ring(plan(ringAll(['bob', 'carol', 'dave'])));
    const { callId } = await nth(dispatcher, id, 'ringing');
    sandbox.devices.accept({ userId: 'carol', callId });
    expect(await dispatcher.result(id)).toMatchObject({
      result: 'accepted',
      acceptedBy: ['carol'],
    });
    await app.close();
    expect(ringingNow()).toEqual([]);
  });

  it('skips a callee whom ZIM cannot invite, and a step that reaches none', async () => {
    const dispatcher = await startWithCallbacks();
    const id = await dispatcher.ring(plan(escalate([['nemo'], ['bob', 'nemo']])));
    const { callId, failed } = await nth(dispatcher, id, 'ringing');
    expect(failed).toEqual([expect.objectContaining({ userId: 'nemo' })]);
    sandbox.devices.reject({ userId: 'bob', callId });
    expect(await dispatcher.result(id)).toMatchObject({
      result: 'no-answer',
      calls: [
        { step: 0, outcome: 'not-rung' },
        { step: 1, outcome: 'no-answer' },
      ],
    });
  });

  it('never rings the next step while a lost reply may have rung phones, and ends as unknown', async () => {
    const dispatcher = await startWithCallbacks();
    sandbox.faults.add({
      match: { action: 'CallInvite' },
      times: 1,
      fault: { kind: 'reset', when: 'after' },
    });
    const id = await dispatcher.ring(plan(ringInTurn(['bob', 'carol'], { ringSeconds: 20 })));
    await nth(dispatcher, id, 'unclear');
    await sandbox.clock.advance(60_000);
    expect((await dispatcher.status(id)).state).toBe('ringing');
    await sandbox.clock.advance(60_000);
    expect(await dispatcher.result(id)).toMatchObject({ result: 'unknown', acceptedBy: [] });
    expect(sandbox.calls.list()).toHaveLength(1);
  });

  it('withdraws what rings when it is cancelled', async () => {
    const dispatcher = await startWithCallbacks();
    const id = await dispatcher.ring(plan(escalate([['bob', 'carol'], ['dave']])));
    await nth(dispatcher, id, 'ringing');
    await dispatcher.cancel(id);
    expect(await dispatcher.result(id)).toMatchObject({ result: 'cancelled' });
    expect(ringingNow()).toEqual([]);
    expect(await dispatcher.status(id)).toMatchObject({ state: 'ended', isCancelled: true });
    expect(await dispatcher.list({ state: 'ended' })).toHaveLength(1);
    expect(await dispatcher.list()).toEqual([]);
  });

  it('goes on by the withdrawal if callbacks are lost, and withdraws what rings at the deadline', async () => {
    const dispatcher = await start({
      calls: callbacksOf(sandbox),
      dispatch: { trustWithdrawal: true },
    });
    const startAt = new Date(sandbox.clock.now() + 60_000).toISOString();
    const steps = ringInTurn(['bob', 'carol'], { ringSeconds: 20, pauseSeconds: 5 });
    const id = await dispatcher.ring(plan(steps, { startAt, deadlineSeconds: 47 }));
    await sandbox.clock.advance(59_000);
    expect((await dispatcher.status(id)).state).toBe('waiting');
    await sandbox.clock.advance(1_000);
    await nth(dispatcher, id, 'ringing');
    await sandbox.clock.advance(23_000);
    await nth(dispatcher, id, 'withdrawn');
    await sandbox.clock.advance(5_000);
    await nth(dispatcher, id, 'ringing', 2);
    await sandbox.clock.advance(17_000);
    expect(await dispatcher.result(id)).toMatchObject({
      result: 'expired',
      calls: [
        { callees: [{ userId: 'bob', state: 'timed-out', reportedBy: 'withdrawal' }] },
        { callees: [{ userId: 'carol', state: 'withdrawn', reportedBy: 'withdrawal' }] },
      ],
    });
    expect(ringingNow()).toEqual([]);
  });
});

describe('without callbacks', () => {
  it('uses what clients report, and withdraws a phone before the next step', async () => {
    const dispatcher = await start({ calls: { clientReports: true } });
    const id = await dispatcher.ring(plan(ringInTurn(['bob', 'carol'], { ringSeconds: 20 })));
    await nth(dispatcher, id, 'ringing');
    await sandbox.clock.advance(20_000);
    const { callId } = await nth(dispatcher, id, 'ringing', 2);
    expect(ringingNow()).toEqual(['carol']);
    sandbox.devices.accept({ userId: 'carol', callId });
    await app.get(CallOutcomeService).record({ callId, userId: 'carol', type: 'accepted' });
    expect(await dispatcher.result(id)).toMatchObject({
      result: 'accepted',
      step: 1,
      calls: [
        { callees: [{ userId: 'bob', state: 'withdrawn', reportedBy: 'withdrawal' }] },
        { callees: [{ userId: 'carol', state: 'accepted', reportedBy: 'client' }] },
      ],
    });
  });

  it('finds out by the withdrawal that a callee has accepted, if its codes are trusted', async () => {
    const dispatcher = await start({ dispatch: { trustWithdrawal: true } });
    const id = await dispatcher.ring(plan(ringInTurn(['bob', 'carol'], { ringSeconds: 20 })));
    const { callId } = await nth(dispatcher, id, 'ringing');
    sandbox.devices.accept({ userId: 'bob', callId });
    await sandbox.clock.advance(20_000);
    expect(await dispatcher.result(id)).toMatchObject({ result: 'accepted', acceptedBy: ['bob'] });
    expect(sandbox.calls.list()).toHaveLength(1);
  });

  it('refuses to start if nothing would report answers', async () => {
    await start({ dispatch: { trustWithdrawal: true } });
    await expect(startDispatchApp(sandbox)).rejects.toThrow(ZimConfigError);
    await expect(startDispatchApp(sandbox)).rejects.toThrow(/never learn who answers: give/);
  });
});
