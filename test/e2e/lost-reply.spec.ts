import type { INestApplication } from '@nestjs/common';
import {
  CallInviteService,
  CallOutcomeService,
  isZimCallError,
  readCorrelation,
} from 'nestjs-zim-call';
import { ZimSandbox } from 'zim-sandbox';
import { startFollowingApp } from '../support/following-app.js';
import { ReplyLoss } from '../support/reply-loss.js';

const invite = { fromUserId: 'alice', userIds: ['bob', 'carol'], extendedData: '房间 42' };

let sandbox: ZimSandbox;
let loss: ReplyLoss;
let app: INestApplication;

async function given(serverApiCallbacks: 'yes' | 'no', windowMs: number): Promise<void> {
  sandbox = await ZimSandbox.start({
    users: ['alice', 'bob', 'carol'],
    assumptions: { serverApiCallbacks },
  });
  loss = await ReplyLoss.start(sandbox.url);
  const started = await startFollowingApp(sandbox, {
    baseUrl: loss.url,
    correlation: { windowMs },
  });
  app = started.app;
  sandbox.callbacks.setUrl(started.callbackUrl);
}
afterEach(async () => {
  await app.close();
  await loss.stop();
  await sandbox.stop();
});

describe('an invite whose reply is lost', () => {
  it("is confirmed by ZIM's callback, with ZIM's id of the call, and rings once", async () => {
    await given('yes', 10_000);
    const result = await app.get(CallInviteService).invite(invite);
    const calls = sandbox.calls.list();
    expect(calls.map(({ callId }) => callId)).toEqual([result.callId]);
    expect(result).toMatchObject({
      invited: ['bob', 'carol'],
      failed: [],
      requestId: '',
      confirmedBy: 'callback',
    });
    expect(loss.answered).toBe(1);
    expect(readCorrelation(calls[0]?.extendedData ?? '').extendedData).toBe(invite.extendedData);
  });

  it('reports its outcome', async () => {
    await given('yes', 10_000);
    const following = app.get(CallOutcomeService).inviteAndWait(invite);
    const ringing = new Promise<string>((resolve) => {
      sandbox.calls.onChange(({ call }) => {
        resolve(call.callId);
      });
    });
    sandbox.devices.accept({ callId: await ringing, userId: 'carol' });
    expect((await following).outcome).toMatchObject({ result: 'accepted', acceptedBy: ['carol'] });
  });

  it('stays unknown if ZIM does not call back', async () => {
    await given('no', 200);
    const error: unknown = await app
      .get(CallInviteService)
      .invite(invite)
      .catch((reason: unknown) => reason);
    if (!isZimCallError(error)) throw error;
    const [call] = sandbox.calls.list();
    const { correlationId } = readCorrelation(call?.extendedData ?? '');
    expect(error).toMatchObject({ outcome: 'unknown', kind: 'connection', correlationId });
    expect(correlationId).toHaveLength(22);
  });
});
