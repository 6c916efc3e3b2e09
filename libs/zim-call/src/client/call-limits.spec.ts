import { noRetry } from '../config/zim-call-options.js';
import { once } from 'node:events';
import { Agent as HttpsAgent } from 'node:https';
import { type AddressInfo, connect, createServer, type Socket } from 'node:net';
import { createClient } from '../testing/create-client.js';
import { ManualRuntime } from '../testing/manual-runtime.js';
import { accepted, type Script } from '../testing/scripted-server.js';
import { failureOf, invite, throttled, useScriptedZim } from '../testing/scripted-zim.js';

const zim = useScriptedZim();
const hang: Script = () => undefined;

describe('time', () => {
  it('ends an attempt whose reply hangs, and does not repeat it', async () => {
    await zim.given([hang]);
    const call = failureOf(zim.service.invite(invite));
    await zim.server.received(1);
    zim.runtime.advance(5_000);
    expect(await call).toMatchObject({ kind: 'timeout', outcome: 'unknown', attempts: 1 });
  });

  it('covers the body', async () => {
    let begun: () => void = () => undefined;
    const hasBegun = new Promise<void>((resolve) => (begun = resolve));
    await zim.given([(response) => void response.writeHead(200).write('{"Code"', begun)]);
    const call = failureOf(zim.service.invite(invite));
    await hasBegun;
    zim.runtime.advance(5_000);
    expect(await call).toMatchObject({ kind: 'timeout', outcome: 'unknown' });
  });

  it('has one deadline over all attempts', async () => {
    await zim.given([throttled, hang]);
    const call = failureOf(zim.settled(zim.service.invite(invite, { deadlineMs: 3_000 })));
    await zim.server.received(2);
    zim.runtime.advance(3_000);
    expect(await call).toMatchObject({ kind: 'timeout', outcome: 'unknown', attempts: 2 });
  });

  it('is not-sent while the TLS handshake is unfinished', async () => {
    await zim.given([accepted]);
    const mute = createServer().listen(0, '127.0.0.1');
    await once(mute, 'listening');
    const { port } = mute.address() as AddressInfo;
    const stuck = await createClient(`https://127.0.0.1:${port}`);
    const call = failureOf(stuck.service.invite(invite, { deadlineMs: 4_000 }));
    const [socket] = (await once(mute, 'connection')) as [Socket];
    stuck.runtime.advance(4_000);
    expect(await call).toMatchObject({ kind: 'timeout', outcome: 'not-sent', attempts: 1 });
    socket.destroy();
    mute.close();
    await stuck.module.close();
  });

  it('repeats a call whose TLS handshake fails', async () => {
    await zim.given([accepted]);
    // It keeps reading: a socket that is not read never learns that the other side has closed it, and stays open.
    const plain = createServer((socket) => {
      socket.on('error', () => undefined).resume();
      socket.end('no TLS here');
    });
    plain.listen(0, '127.0.0.1');
    await once(plain, 'listening');
    const { port } = plain.address() as AddressInfo;
    const refused = await createClient(`https://127.0.0.1:${port}`);
    const error = await failureOf(refused.settled(refused.service.invite(invite)));
    expect(error).toMatchObject({ kind: 'connection', outcome: 'not-sent', attempts: 3 });
    await refused.module.close();
    plain.close();
    await once(plain, 'close');
  });
});

describe('AbortSignal', () => {
  it('sends nothing when it is aborted already', async () => {
    await zim.given([accepted]);
    const error = await failureOf(zim.service.invite(invite, { signal: AbortSignal.abort() }));
    expect(error).toMatchObject({ kind: 'connection', outcome: 'not-sent', attempts: 0 });
    expect(zim.server.requests).toHaveLength(0);
  });

  it('is unknown after sending, and leaves no listener behind', async () => {
    await zim.given([hang]);
    const controller = new AbortController();
    const call = failureOf(zim.service.invite(invite, { signal: controller.signal }));
    await zim.server.received(1);
    controller.abort();
    expect(await call).toMatchObject({ kind: 'connection', outcome: 'unknown', attempts: 1 });
  });
});

describe('options of a call', () => {
  it.each<[unknown, string]>([
    [{ deadlineMs: 0 }, 'deadlineMs'],
    [{ deadlineMs: Number.NaN }, 'deadlineMs'],
    [{ deadlineMs: 2 ** 31 }, 'deadlineMs'],
    [{ deadline: 5 }, 'deadline'],
    [{ signal: {} }, 'signal'],
    [{ signal: 'x' }, 'signal'],
    [null, 'options'],
  ])('refuses %j', async (options, path) => {
    await zim.given([accepted]);
    const error = await failureOf(zim.service.invite(invite, options as object));
    expect(error.kind).toBe('invalid-request');
    expect(error).toHaveProperty('errors', [expect.objectContaining({ path })]);
    expect(zim.server.requests).toHaveLength(0);
  });

  it('takes null for no signal, as fetch does', async () => {
    await zim.given([accepted]);
    expect((await zim.service.invite(invite, { signal: null })).invited).toEqual(['bob']);
  });

  it('accepts one signal for many calls', async () => {
    const warnings: unknown[] = [];
    const listen = (warning: unknown) => warnings.push(warning);
    process.on('warning', listen);
    await zim.given([accepted]);
    const { signal } = new AbortController();
    await Promise.all(
      Array.from({ length: 30 }, () => zim.settled(zim.service.invite(invite, { signal }))),
    );
    await new Promise(setImmediate);
    process.off('warning', listen);
    expect(warnings).toEqual([]);
  });
});

describe('a module that is closed', () => {
  it('sends nothing', async () => {
    await zim.given([accepted]);
    await zim.close();
    const error = await failureOf(zim.service.invite(invite));
    expect(error).toMatchObject({ kind: 'connection', outcome: 'not-sent', attempts: 0 });
    expect(error.message).toContain('the module was closed');
    expect(zim.server.requests).toHaveLength(0);
  });

  it('ends a call that waits for its next attempt', async () => {
    const runtime = new ManualRuntime();
    let closed: Promise<void> | undefined;
    runtime.onTimer = (delayMs) => {
      if (delayMs <= 1_000) closed ??= zim.close();
    };
    await zim.given([throttled], { rateLimit: { drainMs: 0 } }, runtime);
    const error = await failureOf(zim.service.invite(invite));
    expect(error).toMatchObject({ outcome: 'refused', attempts: 1 });
    await closed;
    expect(zim.server.requests).toHaveLength(1);
  });

  it('ends a call that was sent as unknown', async () => {
    await zim.given([hang], { rateLimit: { drainMs: 0 } });
    const call = failureOf(zim.service.invite(invite));
    await zim.server.received(1);
    await zim.close();
    expect(await call).toMatchObject({ outcome: 'unknown', attempts: 1 });
  });
});

describe('an agent of the user', () => {
  it("does not take a proxy's own reply for one of ZIM", async () => {
    await zim.given([accepted]);
    const { port } = new URL(zim.server.url);
    // What agents for proxies do when the proxy refuses: they hand over its bare socket.
    class RefusingAgent extends HttpsAgent {
      override createConnection() {
        return connect(Number(port), '127.0.0.1');
      }
    }
    const options = { httpsAgent: new RefusingAgent(), retry: noRetry };
    const behindProxy = await createClient('https://127.0.0.1:9', options);
    const error = await failureOf(behindProxy.service.invite(invite));
    expect(error).toMatchObject({ kind: 'connection', outcome: 'not-sent' });
    expect(error.message).toContain('PROXY_REFUSED');
    expect(zim.server.requests).toHaveLength(0);
    await behindProxy.module.close();
  });
});
