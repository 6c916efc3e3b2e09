import { CallOutcomeService } from 'nestjs-zim-call';
import { ZimSandbox } from 'zim-sandbox';
import { startFollowingApp } from '../support/following-app.js';
import { RedisServer } from '../support/redis-server.js';
import { ReplyLoss } from '../support/reply-loss.js';

type FollowingApp = Awaited<ReturnType<typeof startFollowingApp>>;

let redis: RedisServer;
let sandbox: ZimSandbox;
let loss: ReplyLoss;
let a: FollowingApp;
let b: FollowingApp;

beforeAll(async () => {
  redis = await RedisServer.start();
  sandbox = await ZimSandbox.start({ users: ['alice', 'bob', 'carol'] });
  loss = await ReplyLoss.start(sandbox.url);
  const options = { redisUrl: redis.url, correlation: { windowMs: 10_000 } };
  a = await startFollowingApp(sandbox, { ...options, baseUrl: loss.url });
  b = await startFollowingApp(sandbox, options);
  sandbox.callbacks.setUrl(b.callbackUrl);
});
afterAll(async () => {
  await a.app.close();
  await b.app.close();
  await loss.stop();
  await sandbox.stop();
  await redis.kill();
});

describe('an invite of one instance whose reply is lost', () => {
  it('is done by a callback that reaches another one, and is followed there', async () => {
    const begun = new Promise<string>((resolve) => {
      sandbox.calls.onChange(({ call }) => {
        resolve(call.callId);
      });
    });
    const following = a.app
      .get(CallOutcomeService)
      .inviteAndWait({ fromUserId: 'alice', userIds: ['bob', 'carol'] });
    const callId = await begun;
    sandbox.devices.reject({ callId, userId: 'bob' });
    sandbox.devices.accept({ callId, userId: 'carol' });
    const { invite, outcome } = await following;
    const invited = ['bob', 'carol'];
    expect(invite).toMatchObject({ callId, invited, confirmedBy: 'callback' });
    expect(outcome).toMatchObject({ callId, result: 'accepted', acceptedBy: ['carol'] });
  });
});
