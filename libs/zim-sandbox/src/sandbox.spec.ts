import { once } from 'node:events';
import { Agent, request } from 'node:http';
import { connect } from 'node:net';
import { asApp, call, inviteBody, publicParameters } from './testing/zim-client.js';
import { useSandboxes } from './testing/sandboxes.js';
import { version } from './version.js';

const start = useSandboxes();

describe('ZimSandbox.start', () => {
  it('listens on a free port of the loopback address', async () => {
    const [first, second] = [await start(), await start()];
    expect(first.url).toBe(`http://127.0.0.1:${first.port}`);
    expect(first.port).not.toBe(second.port);
    expect(first.app).toBe(first.apps[0]);
    expect(first.app).not.toEqual(second.app);
  });

  it('names every problem of the options, and no secret', async () => {
    const started = start({
      port: 70_000,
      apps: [{ appId: -1, serverSecret: 'canary-secret' }],
      users: ['a,b'],
    });
    await expect(started).rejects.toThrow(/apps\[0\]\.appId must.*users\[0\] must.*port must/);
    await expect(started).rejects.not.toThrow('canary');
  });

  it('does not run in production', async () => {
    const before = process.env.NODE_ENV;
    process.env.NODE_ENV = 'production';
    try {
      await expect(start()).rejects.toThrow('zim-sandbox does not run with NODE_ENV=production');
    } finally {
      process.env.NODE_ENV = before;
    }
  });

  it('says when the port is in use, and how to fix it', async () => {
    const { port } = await start();
    await expect(start({ port })).rejects.toThrow(
      `Port ${port} of 127.0.0.1 is in use. Stop the process that uses it, or choose another port; 0 takes any free one.`,
    );
  });
});

it('sends X-Zim-Sandbox with every reply: of the gateway, of faults, of the control API and of the page', async () => {
  const sandbox = await start();
  const invite = () =>
    fetch(`${sandbox.url}/?${publicParameters(sandbox, 'CallInvite').toString()}`);
  const replies = [await invite(), await fetch(sandbox.url, { method: 'POST' })];
  sandbox.faults.add({ times: 1, fault: { kind: 'html-502' } });
  replies.push(await invite());
  for (const path of ['/__/journal', '/__/nothing', '/__/console', '/__/console/nothing'])
    replies.push(await fetch(`${sandbox.url}${path}`));
  for (const reply of replies) {
    expect([reply.url, reply.headers.get('X-Zim-Sandbox')]).toEqual([reply.url, version]);
    await reply.body?.cancel();
  }
});

describe('stop', () => {
  it('closes idle connections at once, frees the port, and may be called again', async () => {
    const sandbox = await start();
    const agent = new Agent({ keepAlive: true });
    const [response] = await once(request(`${sandbox.url}/__/`, { agent }).end(), 'response');
    response.resume();
    const socket = response.socket;
    await once(response, 'end');
    expect(socket.destroyed).toBe(false);
    const closed = once(socket, 'close');
    await Promise.all([sandbox.stop(), sandbox.stop(), closed]);
    await sandbox.stop();
    agent.destroy();
    expect((await start({ port: sandbox.port })).port).toBe(sandbox.port);
  });

  it('answers a complete request first', async () => {
    const sandbox = await start();
    sandbox.journal.onEntry(() => void sandbox.stop());
    const { reply } = await call(sandbox, 'Nothing', {});
    expect(reply.Code).toBe(100000007);
    await expect(fetch(sandbox.url)).rejects.toThrow();
  });

  it('does not wait for an incomplete request', async () => {
    const sandbox = await start();
    const socket = connect(sandbox.port, '127.0.0.1');
    await once(socket, 'connect');
    const closed = once(
      socket.resume().on('error', () => undefined),
      'close',
    );
    socket.write('POST /?Action=CallInvite HTTP/1.1\r\nHost: x\r\nContent-Length: 9\r\n\r\n{');
    // The response to a later request shows that the server has received the incomplete one.
    await fetch(`${sandbox.url}/__/`);
    await sandbox.stop();
    await closed;
  });
});

describe('several apps', () => {
  const [one, two] = [
    { appId: 1, serverSecret: 'one' },
    { appId: 2, serverSecret: 'two' },
  ];

  it('do not share users, calls, nonces and journals', async () => {
    const sandbox = await start({
      apps: [one, two],
      users: ['alice', 'bob'],
      maxJournalEntries: 2,
    });
    const as = (app: typeof one, body = inviteBody(), nonce?: string) =>
      call(asApp(sandbox, app), 'CallInvite', body, nonce ? { SignatureNonce: nonce } : {});

    sandbox.directory.register(['carol'], 2);
    expect((await as(one, inviteBody({ UserIds: ['carol'] }), 'n')).reply.Code).toBe(660900003);
    expect((await as(two, inviteBody({ UserIds: ['carol'] }), 'n')).reply.Code).toBe(0);
    expect(sandbox.calls.list(1)).toEqual([]);
    expect(sandbox.calls.list(2)).toHaveLength(1);
    for (let index = 0; index < 5; index++) await as(two);
    expect(sandbox.journal.entries(1).map((entry) => entry.id)).toEqual([1]);
    expect(sandbox.journal.entries(2).map((entry) => entry.id)).toEqual([6, 7]);
    expect(sandbox.journal.entries().map((entry) => entry.id)).toEqual([1, 6, 7]);
  });

  it('register users, and find callers, in their own app only', async () => {
    const sandbox = await start({ apps: [one, two], users: ['bob'] });
    const register = (app: typeof one) =>
      call(asApp(sandbox, app), 'UserRegister', { UserInfo: [{ UserId: 'alice' }] });
    const invite = async (app: typeof one) =>
      (await call(asApp(sandbox, app), 'CallInvite', inviteBody())).reply.Code;

    expect((await register(two)).reply.Code).toBe(0);
    expect([await invite(one), await invite(two)]).toEqual([660500002, 0]);
    expect((await register(two)).reply.Code).toBe(660700002);
    expect((await register(one)).reply.Code).toBe(0);
    expect(await invite(one)).toBe(0);
  });

  it("do not accept each other's secret", async () => {
    const sandbox = await start({ apps: [one, two], users: ['alice', 'bob'] });
    const mixed = { ...one, serverSecret: two.serverSecret };
    const { reply } = await call(asApp(sandbox, mixed), 'CallInvite', inviteBody());
    expect(reply.Code).toBe(100000005);
  });

  it('other AppIDs are unknown', async () => {
    const sandbox = await start({ apps: [one] });
    expect(() => sandbox.directory.list(2)).toThrow('This sandbox has no app 2.');
    expect(() => sandbox.calls.list(2)).toThrow('This sandbox has no app 2.');
    expect(sandbox.journal.entries(2)).toEqual([]);
    await call(asApp(sandbox, two), 'CallInvite', inviteBody());
    expect(sandbox.journal.entries(2)).toHaveLength(1);
    expect(sandbox.journal.entries(1)).toEqual([]);
  });
});

describe('the directory', () => {
  it('registers users by id or in full, and none if one is invalid', async () => {
    const { directory } = await start();
    directory.register(['bob', { userId: 'carol', userName: 'Carol' }]);
    directory.register([{ userId: 'bob', userName: 'Bob' }]);
    expect(() => {
      directory.register(['dave', 'a,b', { userId: 'e', userName: 'x'.repeat(257) }]);
    }).toThrow(/users\[1\]: UserId must not contain.*users\[2\]: UserName must be at most 256/);
    expect(directory.list()).toEqual([
      { userId: 'bob', userName: 'Bob' },
      { userId: 'carol', userName: 'Carol' },
    ]);
    expect([directory.has('carol'), directory.has('dave')]).toEqual([true, false]);
  });
});
