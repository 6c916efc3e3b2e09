import { Module } from '@nestjs/common';
import { Test } from '@nestjs/testing';
import { CallInviteService, getCallInviteServiceToken, ZimCallModule } from 'nestjs-zim-call';
import { createClient, ManualRuntime, type TestClient } from 'nestjs-zim-call/testing';
import { SandboxClock, ZimSandbox } from 'zim-sandbox';

const invite = { fromUserId: 'alice', userIds: ['bob'] };
const startMs = 1_700_000_000_000;

let sandbox: ZimSandbox;
let zim: TestClient;

/** Starts a client and a sandbox on one clock, which only the test moves. */
async function given(options: Parameters<typeof ZimSandbox.start>[0] = {}) {
  const runtime = new ManualRuntime();
  sandbox = await ZimSandbox.start({
    users: ['alice', 'bob'],
    clock: new SandboxClock(() => runtime.nowMs),
    ...options,
  });
  const { appId, serverSecret } = sandbox.app;
  zim = await createClient(sandbox.url, { appId, serverSecret }, runtime);
}

afterEach(async () => {
  await zim.module.close();
  await sandbox.stop();
});

describe('the quota of 20 a second', () => {
  it('is kept: 60 calls take two seconds, and ZIM refuses none', async () => {
    await given();
    for (let count = 0; count < 60; count++) await zim.settled(zim.service.invite(invite));
    const entries = sandbox.journal.entries();
    expect(entries.map(({ code }) => code)).toEqual(Array(60).fill(0));
    expect(sandbox.calls.list()).toHaveLength(60);
    expect(zim.runtime.nowMs - startMs).toBeGreaterThan(2_000);
    expect(zim.runtime.nowMs - startMs).toBeLessThan(2_100);
  });

  it('that another backend has used up is waited for', async () => {
    await given({ callsPerSecond: 1 });
    await zim.settled(zim.service.invite(invite));
    await zim.settled(zim.service.invite(invite));
    const codes = sandbox.journal.entries().map(({ code }) => code);
    expect(codes).toEqual([0, 660300005, 0]);
    expect(sandbox.calls.list()).toHaveLength(2);
  });

  it('is asked for three times by one call, with three nonces, and no phone rings', async () => {
    await given({ callsPerSecond: 1, clock: new SandboxClock(() => startMs) });
    await zim.settled(zim.service.invite(invite));
    await expect(zim.settled(zim.service.invite(invite))).rejects.toMatchObject({
      kind: 'rate-limit',
      outcome: 'refused',
      attempts: 3,
    });
    const nonces = sandbox.journal.entries().map(({ query }) => query.SignatureNonce);
    expect(new Set(nonces).size).toBe(4);
    expect(sandbox.calls.list()).toHaveLength(1);
  });
});

describe('a wrong clock', () => {
  it.each([660, -660, 86_400])(
    'by %d s is corrected once, and stays corrected',
    async (seconds) => {
      await given({ clock: new SandboxClock(() => startMs + seconds * 1000) });
      await zim.service.invite(invite);
      await zim.service.invite(invite);
      const codes = sandbox.journal.entries().map(({ code }) => code);
      expect(codes).toEqual([100000004, 0, 0]);
    },
  );

  it('by less than the window costs no request', async () => {
    await given({ clock: new SandboxClock(() => startMs + 599_000) });
    await zim.service.invite(invite);
    expect(sandbox.journal.entries()).toHaveLength(1);
  });
});

describe('credentials', () => {
  it.each([
    ['a wrong secret', { serverSecret: 'wrong' }, 'auth', 100000005],
    ['an unknown AppID', { appId: 1 }, 'service', 100000011],
  ])('%s is no fault of the caller', async (_, options, kind, vendorCode) => {
    await given();
    const { appId, serverSecret } = sandbox.app;
    const wrong = await createClient(sandbox.url, { appId, serverSecret, ...options });
    await expect(wrong.service.invite(invite)).rejects.toMatchObject({
      kind,
      outcome: 'rejected',
      attempts: 1,
      vendorCode,
    });
    await wrong.module.close();
  });
});

describe('what ZIM says about users', () => {
  it('is a result if some phones ring, and an error if none does', async () => {
    await given();
    const result = await zim.service.invite({ ...invite, userIds: ['bob', 'dave'] });
    expect([result.invited, result.failed]).toEqual([
      ['bob'],
      [{ userId: 'dave', vendorCode: 660500002, reason: 'the user is not registered with ZIM' }],
    ]);
    await expect(zim.service.invite({ ...invite, userIds: ['dave'] })).rejects.toMatchObject({
      vendorCode: 660900003,
      errorUsers: [expect.objectContaining({ userId: 'dave' })],
    });
    await expect(zim.service.invite({ ...invite, fromUserId: 'dave' })).rejects.toMatchObject({
      vendorCode: 660500002,
    });
  });

  it('registers users by ZimApiClient', async () => {
    await given({ users: ['alice'] });
    await zim.client.call('UserRegister', { body: { UserInfo: [{ UserId: 'bob' }] } });
    expect((await zim.service.invite(invite)).invited).toEqual(['bob']);
  });
});

describe('several clients in one application', () => {
  it('each call ZIM with their own AppID', async () => {
    await given({
      clock: new SandboxClock(),
      apps: [
        { appId: 111, serverSecret: 'secret-of-the-first' },
        { appId: 222, serverSecret: 'secret-of-the-second' },
      ],
    });
    const baseUrl = sandbox.url;
    @Module({
      imports: [
        ZimCallModule.forRoot({ appId: 111, serverSecret: 'secret-of-the-first', baseUrl }),
        ZimCallModule.forRootAsync({
          name: 'eu',
          useFactory: () => ({ appId: 222, serverSecret: 'secret-of-the-second', baseUrl }),
        }),
      ],
    })
    class App {}
    const app = await Test.createTestingModule({ imports: [App] }).compile();
    await app.init();
    const first = app.get(CallInviteService);
    const eu = app.get<CallInviteService>(getCallInviteServiceToken('eu'));
    const calls = [await first.invite(invite), await eu.invite(invite), await eu.invite(invite)];
    expect(sandbox.journal.entries(111).map(({ signature }) => signature)).toEqual(['verified']);
    expect(sandbox.journal.entries(222)).toHaveLength(2);
    expect(sandbox.calls.list(222).map(({ callId }) => callId)).toEqual([
      calls[1]?.callId,
      calls[2]?.callId,
    ]);
    await app.close();
  });
});
