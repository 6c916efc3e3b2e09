import { type INestApplication, Injectable } from '@nestjs/common';
import {
  type AnyZimEvent,
  CallInviteService,
  CallOutcomeService,
  OnZimCall,
} from 'nestjs-zim-call';
import { ZimSandbox } from 'zim-sandbox';
import { startFollowingApp } from '../support/following-app.js';

@Injectable()
class Received {
  readonly events: AnyZimEvent[] = [];

  @OnZimCall('*')
  onEvent(event: AnyZimEvent) {
    this.events.push(event);
  }
}

const caller = '100% a+b';
const callee = 'c%2Bd + %';
let sandbox: ZimSandbox;
let app: INestApplication;

/** Starts a backend that uses this machine's clock, as every real one does. */
async function start(assumptions: Parameters<typeof ZimSandbox.start>[0] = {}) {
  sandbox = await ZimSandbox.start({ users: ['alice', 'bob', caller, callee], ...assumptions });
  const following = await startFollowingApp(sandbox, {}, [Received], Date.now);
  app = following.app;
  sandbox.callbacks.setUrl(following.callbackUrl);
}

afterEach(async () => {
  await app.close();
  await sandbox.stop();
});

const statuses = () =>
  sandbox.callbacks.deliveries().map(({ event, attempts }) => [event, attempts.at(-1)?.status]);

it.each(['escaped-json', 'json', 'url-encoded'] as const)(
  'percent-encoded text arrives as it was sent with callbackEncoding=%s',
  async (callbackEncoding) => {
    await start({ assumptions: { callbackEncoding } });
    const extendedData = '50% off + a%2Bb "é" \\ 中 %zz';
    const { callId } = await app
      .get(CallInviteService)
      .invite({ fromUserId: caller, userIds: [callee], extendedData });
    sandbox.devices.accept({ userId: callee, callId, extendedData });
    await sandbox.callbacks.idle();
    expect(statuses()).toEqual([
      ['call_create', 200],
      ['call_accept', 200],
    ]);
    const { events } = app.get(Received);
    expect(events.find(({ event }) => event === 'call_create')).toMatchObject({
      caller,
      userIds: [callee],
      extendedData,
    });
    expect(events.find(({ event }) => event === 'call_accept')).toMatchObject({
      userId: callee,
      extendedData,
    });
  },
);

describe("a backend on this machine's clock, while the sandbox's clock is advanced by minutes", () => {
  it.each([310, 600])(
    'receives the end of a call that is not answered for %i s',
    async (timeoutSeconds) => {
      await start();
      const { callId } = await app
        .get(CallInviteService)
        .invite({ fromUserId: 'alice', userIds: ['bob'], timeoutSeconds });
      await sandbox.clock.advance(timeoutSeconds * 1000);
      expect(statuses()).toEqual([
        ['call_create', 200],
        ['call_cancel', 200],
      ]);
      const { result } = await app.get(CallOutcomeService).outcome(callId, { deadlineMs: 1_000 });
      expect(result).toBe('timed-out');
    },
  );

  it('receives the callbacks of later calls, before and after it has corrected its clock', async () => {
    await start();
    const calls = app.get(CallInviteService);
    for (let index = 0; index < 6; index++) {
      const { callId } = await calls.invite({ fromUserId: 'alice', userIds: ['bob'] });
      await sandbox.callbacks.idle();
      sandbox.devices.accept({ userId: 'bob', callId });
      await sandbox.callbacks.idle();
      if (index < 2) await sandbox.clock.advance(200_000);
    }
    expect(statuses().filter(([, status]) => status !== 200)).toEqual([]);
    expect(statuses()).toHaveLength(12);
  });

  it('receives callbacks after its requests were refused for their time, and signed again', async () => {
    await start();
    await sandbox.clock.advance(86_400_000);
    const { callId } = await app
      .get(CallInviteService)
      .invite({ fromUserId: 'alice', userIds: ['bob'] });
    sandbox.devices.accept({ userId: 'bob', callId });
    await sandbox.callbacks.idle();
    expect(statuses()).toEqual([
      ['call_create', 200],
      ['call_accept', 200],
    ]);
  });
});
