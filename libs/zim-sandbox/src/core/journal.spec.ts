import { fixedClock } from '../testing/fixed-clock.js';
import { call, inviteBody } from '../testing/zim-client.js';
import { useSandboxes } from '../testing/sandboxes.js';

const start = useSandboxes();

describe('the journal', () => {
  const canary = 'canary0123456789canary0123456789';

  it('records a request and its reply', async () => {
    const sandbox = await start({ users: ['alice', 'bob'], clock: fixedClock() });
    const { reply } = await call(sandbox, 'CallInvite', inviteBody(), { SignatureNonce: 'n' });
    expect(sandbox.journal.entries()).toEqual([
      {
        id: 1,
        at: '2021-03-08T07:02:23.000Z',
        appId: sandbox.app.appId,
        action: 'CallInvite',
        method: 'POST',
        path: '/',
        query: {
          Action: 'CallInvite',
          AppId: String(sandbox.app.appId),
          SignatureNonce: 'n',
          Timestamp: '1615186943',
          SignatureVersion: '2.0',
        },
        body: inviteBody(),
        signature: 'verified',
        executed: true,
        attempt: 1,
        reusesNonce: false,
        overlaps: false,
        fault: undefined,
        code: 0,
        message: 'success',
        hint: undefined,
        reply,
        durationMs: expect.any(Number),
        callId: reply.CallId,
        rings: ['bob'],
        failed: [],
      },
    ]);
  });

  it('records the result of the signature check', async () => {
    const sandbox = await start({ users: ['alice', 'bob'] });
    await call(sandbox, 'CallInvite', inviteBody(), { SignatureNonce: null });
    await call(sandbox, 'CallInvite', inviteBody(), { Timestamp: '1' });
    await call(sandbox, 'CallInvite', inviteBody(), { Signature: 'wrong' });
    await call(sandbox, 'Nothing', inviteBody());
    await call(sandbox, 'CallInvite', {});
    expect(sandbox.journal.entries().map((entry) => entry.signature)).toEqual([
      'unchecked',
      'unchecked',
      'refused',
      'verified',
      'verified',
    ]);
  });

  it('never contains a secret or a signature, wherever the request has it', async () => {
    const sandbox = await start({
      apps: [{ appId: 7, serverSecret: canary, callbackSecret: `callback-${canary}` }],
      users: ['alice', 'bob', canary],
    });
    const signature = 'feedfacefeedfacefeedfacefeedface';
    const hints: unknown[] = [];
    const send = async (action: string, body: unknown, query: Record<string, string> = {}) => {
      hints.push((await call(sandbox, action, body, query)).hint);
    };
    await send('CallInvite', inviteBody({ ExtendedData: `see ${canary}`, [canary]: 1 }));
    await send('CallInvite', inviteBody({ UserIds: [canary] }));
    await send('CallInvite', inviteBody({ Signature: 'short', deep: { serverSecret: 'other' } }));
    await send('CallInvite', inviteBody({ ExtendedData: signature }), { Signature: signature });
    await send(canary, inviteBody());
    await send('CallInvite', inviteBody(), { SignatureNonce: canary, ServerSecret: canary });
    await send('UserRegister', { UserInfo: [{ UserId: `${canary}/` }] });
    await send('CallInvite', inviteBody(), { [`x${canary}`]: signature, Signature: signature });
    await fetch(`${sandbox.url}/${canary}?Signature=${signature}`);

    expect(sandbox.calls.list()[0]?.extendedData).toBe(`see ${canary}`);
    const state = await (await fetch(`${sandbox.url}/__/state`)).text();
    expect(state).toContain('"extendedData": "see [redacted]"');
    const journal = await (await fetch(`${sandbox.url}/__/journal`)).text();
    const seen = [
      JSON.stringify(sandbox.journal.entries()),
      journal,
      state,
      JSON.stringify(hints),
    ].join();
    expect(sandbox.journal.entries()).toHaveLength(9);
    for (const secret of [canary, signature, '"short"', '"other"'])
      expect(seen).not.toContain(secret);
    expect(seen).toContain('[redacted]');
  });

  it('keeps the newest entries, and continues to count after a reset', async () => {
    const sandbox = await start({ users: ['alice', 'bob'], maxJournalEntries: 3 });
    for (let index = 0; index < 5; index++) await call(sandbox, 'CallInvite', inviteBody());
    expect(sandbox.journal.entries().map((entry) => entry.id)).toEqual([3, 4, 5]);
    sandbox.reset();
    await call(sandbox, 'CallInvite', inviteBody());
    expect(sandbox.journal.entries().map((entry) => entry.id)).toEqual([6]);
  });

  it('notifies a listener until it is removed', async () => {
    const sandbox = await start();
    const seen: unknown[] = [];
    const remove = sandbox.journal.onEntry((entry) => seen.push(entry.code));
    await call(sandbox, 'Nothing', {});
    remove();
    await call(sandbox, 'Nothing', {});
    expect(seen).toEqual([100000007]);
  });

  it('answers 500 when a listener throws, and keeps working', async () => {
    const sandbox = await start();
    const warn = jest.spyOn(process, 'emitWarning').mockImplementation();
    const remove = sandbox.journal.onEntry(() => {
      throw new Error('listener broke');
    });
    const response = await fetch(sandbox.url);
    expect(response.status).toBe(500);
    expect(warn).toHaveBeenCalledWith(expect.stringContaining('listener broke'));
    warn.mockRestore();
    remove();
    expect((await fetch(sandbox.url)).status).toBe(200);
  });
});

it('sends the hint in ASCII, so that every HTTP client can read it', async () => {
  const sandbox = await start({ users: ['alice', 'bob'] });
  const { hint } = await call(sandbox, 'CallInvite', inviteBody({ '字\r\nX: y': 1 }));
  expect(hint).toBe('fields that ZIM does not document were ignored: ???X: y');
  expect(sandbox.journal.entries()[0]?.hint).toContain('字');
});

it('a reset restores the users of the start, and keeps the time', async () => {
  const sandbox = await start({ users: ['alice', 'bob'], clock: fixedClock() });
  sandbox.clock.advance(1000);
  sandbox.directory.register(['carol']);
  await call(sandbox, 'CallInvite', inviteBody());
  sandbox.reset();
  expect(sandbox.directory.list()).toEqual([{ userId: 'alice' }, { userId: 'bob' }]);
  expect(sandbox.calls.list()).toEqual([]);
  expect(sandbox.journal.entries()).toEqual([]);
  expect(sandbox.clock.now()).toBe(1_615_186_944_000);
});
