import { signZimCallback } from 'zim-protocol';
import { type SandboxOptions } from '../core/settings.js';
import { ZimSandbox } from '../sandbox.js';
import { fixedClock, sampleSeconds } from '../testing/fixed-clock.js';
import { Receiver } from '../testing/receiver.js';
import { asApp, ring } from '../testing/zim-client.js';

const app = { appId: 7, serverSecret: 'server-canary-1', callbackSecret: 'callback-canary-1' };
const other = { appId: 8, serverSecret: 'server-canary-2' };
let receiver: Receiver;
let sandbox: ZimSandbox;

async function start(options: SandboxOptions = {}) {
  sandbox = await ZimSandbox.start({
    apps: [app, other],
    users: ['alice', 'bob', 'carol'],
    clock: fixedClock(),
    callsPerSecond: 1000,
    callbackUrl: receiver.url,
    ...options,
  });
}

beforeEach(async () => {
  receiver = await Receiver.start();
  await start();
});
afterEach(async () => {
  await sandbox.stop();
  await receiver.stop();
});

async function restart(options: SandboxOptions) {
  await sandbox.stop();
  await start(options);
}

const delivery = (index = 0) => {
  const found = sandbox.callbacks.deliveries()[index];
  if (found === undefined) throw new Error('There is no such delivery.');
  return found;
};
const secondsOf = (index = 0) =>
  delivery(index).attempts.map(({ at }) => Date.parse(at) / 1000 - sampleSeconds);

describe('a callback', () => {
  it('is a signed POST of JSON', async () => {
    const callId = await ring(sandbox, { ExtendedData: 'é 100% +' });
    await sandbox.callbacks.idle();
    expect(receiver.received).toHaveLength(1);
    const [{ method, path, headers, json, text } = fail()] = receiver.received;
    expect([method, path]).toEqual(['POST', '/callbacks']);
    expect(headers).toMatchObject({ 'content-type': 'application/json', connection: 'close' });
    expect(JSON.parse(text)).toEqual({
      appid: '7',
      event: 'call_create',
      call_id: callId,
      caller: 'alice',
      user_ids: ['bob'],
      create_time: sampleSeconds,
      timeout: 90,
      payload: 'é 100% +',
      nonce: expect.stringMatching(/^\d{9}$/),
      signature: signZimCallback({
        callbackSecret: app.callbackSecret,
        timestamp: sampleSeconds,
        nonce: String(json.nonce),
      }),
      timestamp: sampleSeconds,
    });
    expect(delivery()).toMatchObject({
      id: 1,
      appId: 7,
      event: 'call_create',
      callId,
      state: 'delivered',
      attempts: [{ status: 200, at: new Date(sampleSeconds * 1000).toISOString() }],
    });
  });

  it('is signed with the ServerSecret if the app has no CallbackSecret', async () => {
    await ring(asApp(sandbox, other));
    await sandbox.callbacks.idle();
    const [{ json } = fail()] = receiver.received;
    expect(json).toMatchObject({
      appid: '8',
      signature: signZimCallback({
        callbackSecret: other.serverSecret,
        timestamp: sampleSeconds,
        nonce: String(json.nonce),
      }),
    });
  });

  /** Decodes as Java's URLDecoder and PHP's urldecode do. */
  const urlDecode = (text: string) => decodeURIComponent(text.replaceAll('+', ' '));

  it('reads the same with and without the URL-decoding that the page asks for', async () => {
    await ring(sandbox, { ExtendedData: 'é 100% + %41 "\\u0025' });
    await sandbox.callbacks.idle();
    const [{ text } = fail()] = receiver.received;
    const payload = 'é 100% + %41 "\\u0025';
    expect(JSON.parse(text)).toMatchObject({ payload });
    expect(JSON.parse(urlDecode(text))).toEqual(JSON.parse(text));
  });

  it('cannot be URL-decoded with callbackEncoding=json if it has a plain %', async () => {
    await restart({ assumptions: { callbackEncoding: 'json' } });
    await ring(sandbox, { ExtendedData: 'é 100% +' });
    await sandbox.callbacks.idle();
    const [{ text } = fail()] = receiver.received;
    expect(text).toContain('"payload":"é 100% +"');
    expect(() => urlDecode(text)).toThrow(URIError);
  });

  it('is percent-encoded as a whole with callbackEncoding=url-encoded', async () => {
    await restart({ assumptions: { callbackEncoding: 'url-encoded' } });
    await ring(sandbox, { ExtendedData: 'é 100% +' });
    await sandbox.callbacks.idle();
    const [{ text } = fail()] = receiver.received;
    expect(text).toMatch(/^%7B%22appid%22%3A%227%22/);
    expect(JSON.parse(urlDecode(text))).toMatchObject({ payload: 'é 100% +' });
  });

  it('is signed with the time of the sandbox', async () => {
    await sandbox.clock.advance(290_000);
    sandbox.devices.disconnect({ userId: 'bob' });
    await sandbox.callbacks.idle();
    expect(receiver.received[0]?.json.timestamp).toBe(sampleSeconds + 290);
  });

  it("is signed with a time at most 290 s from the backend's clock", async () => {
    await ring(sandbox, { Timeout: 310 });
    await sandbox.clock.advance(310_000);
    sandbox.devices.disconnect({ userId: 'bob' });
    await sandbox.callbacks.idle();
    expect(receiver.received.map(({ json }) => [json.event, json.timestamp])).toEqual([
      ['call_create', sampleSeconds],
      ['call_cancel', sampleSeconds + 290],
      ['user_action', sampleSeconds + 290],
    ]);
    expect(delivery(1).attempts[0]?.at).toBe(new Date((sampleSeconds + 310) * 1000).toISOString());
  });

  it('is signed with a time near the Timestamp of the last request, that request included', async () => {
    await sandbox.clock.advance(3_600_000);
    await ring(sandbox);
    await ring(asApp(sandbox, other), { UserIds: ['carol'] });
    await sandbox.clock.advance(600_000);
    await sandbox.callbacks.idle();
    expect(receiver.received.map(({ json }) => Number(json.timestamp) - sampleSeconds)).toEqual([
      3600, 3600, 3690, 3690,
    ]);
  });

  it.each([200, 201, 204, 299])('is delivered by %i', async (status) => {
    receiver.defaultResponse = status;
    await ring(sandbox);
    await sandbox.callbacks.idle();
    await sandbox.clock.advance(70_000);
    expect(delivery()).toMatchObject({ state: 'delivered', attempts: [{ status }] });
    expect(receiver.received.filter(({ json }) => json.event === 'call_create')).toHaveLength(1);
  });

  it.each([302, 400, 404, 500, 503])('is not delivered by %i', async (status) => {
    receiver.script.push((response) =>
      response.writeHead(status, { Location: receiver.url }).end(),
    );
    await ring(sandbox);
    await sandbox.callbacks.idle();
    expect(receiver.received).toHaveLength(1);
    expect(delivery()).toMatchObject({ state: 'pending', attempts: [{ status }] });
  });

  it('is not delivered without a response before the timeout', async () => {
    await restart({ callbackTimeoutMs: 400 });
    receiver.script.push(() => undefined);
    await ring(sandbox);
    await sandbox.callbacks.idle();
    expect(delivery()).toMatchObject({
      state: 'pending',
      attempts: [{ error: 'no response within 400 ms' }],
    });
    await sandbox.clock.advance(2000);
    expect(delivery()).toMatchObject({ state: 'delivered' });
  });

  it('is delivered by a 2xx whose body never ends', async () => {
    await restart({ callbackTimeoutMs: 400 });
    const closed = new Promise((resolve) => {
      receiver.script.push((response) => {
        response.on('close', resolve);
        response.writeHead(200).write('...');
      });
    });
    await ring(sandbox);
    await sandbox.callbacks.idle();
    await closed;
    expect(delivery()).toMatchObject({ state: 'delivered', attempts: [{ status: 200 }] });
  });

  it('is not delivered when the connection breaks', async () => {
    receiver.script.push((response) => response.socket?.destroy());
    await ring(sandbox);
    await sandbox.callbacks.idle();
    expect(delivery().attempts).toMatchObject([{ error: 'socket hang up' }]);
  });

  it('does not wait for another callback', async () => {
    let finish = (): unknown => undefined;
    receiver.script.push((response) => (finish = () => response.end()));
    const callId = await ring(sandbox, { UserIds: ['bob', 'carol'] });
    const delivered = new Promise((resolve) => {
      sandbox.callbacks.onAttempt(({ delivery: { event } }) => {
        resolve(event);
      });
    });
    sandbox.devices.accept({ userId: 'bob', callId });
    expect(await delivered).toBe('call_accept');
    expect(delivery(0).state).toBe('pending');
    finish();
    await sandbox.callbacks.idle();
    expect(delivery(0).state).toBe('delivered');
  });
});

describe('the retry schedule', () => {
  it.each([
    [1, [0, 2]],
    [3, [0, 2, 6, 14]],
    [5, [0, 2, 6, 14, 30, 62]],
  ])('after %i failures, attempts are made at %j seconds', async (failures, seconds) => {
    receiver.script.push(...Array<number>(failures).fill(500));
    await ring(sandbox, { Timeout: 600 });
    await sandbox.clock.advance(100_000);
    expect(secondsOf()).toEqual(seconds);
    expect(delivery()).toMatchObject({ state: 'delivered' });
    expect(receiver.received).toHaveLength(failures + 1);
  });

  it('ends after six attempts', async () => {
    receiver.defaultResponse = 500;
    await ring(sandbox, { Timeout: 600 });
    await sandbox.clock.advance(61_999);
    expect([delivery().state, delivery().attempts.length]).toEqual(['pending', 5]);
    await sandbox.clock.advance(1);
    expect([delivery().state, delivery().attempts.length]).toEqual(['dropped', 6]);
    await sandbox.clock.advance(100_000);
    expect(secondsOf()).toEqual([0, 2, 6, 14, 30, 62]);
    expect(receiver.received).toHaveLength(6);
  });

  it('sends the same body again by default', async () => {
    receiver.script.push(500, 500);
    await ring(sandbox);
    await sandbox.clock.advance(10_000);
    const [first, ...others] = receiver.received.map(({ text }) => text);
    expect(others).toEqual([first, first]);
  });

  it('signs each retry again with callbackRetrySigning=new', async () => {
    await restart({ assumptions: { callbackRetrySigning: 'new' } });
    receiver.script.push(500);
    await ring(sandbox);
    await sandbox.clock.advance(2000);
    const [first, second = fail()] = receiver.received.map(({ json }) => json);
    expect(second.timestamp).toBe(sampleSeconds + 2);
    expect(second.signature).toBe(
      signZimCallback({
        callbackSecret: app.callbackSecret,
        timestamp: sampleSeconds + 2,
        nonce: String(second.nonce),
      }),
    );
    const { nonce: _, signature: __, timestamp: ___, ...content } = second;
    expect(first).toMatchObject(content);
    expect(delivery().body.timestamp).toBe(sampleSeconds + 2);
  });

  it('reports a change when a retry begins: it is no longer due, and may be signed again', async () => {
    await restart({ assumptions: { callbackRetrySigning: 'new' } });
    const changes: unknown[] = [];
    sandbox.callbacks.onChange((change) => changes.push(change));
    receiver.script.push(500);
    await ring(sandbox);
    await sandbox.callbacks.idle();
    expect(changes.at(-1)).toMatchObject({ nextAttemptAtMs: (sampleSeconds + 2) * 1000 });
    const arrived = new Promise<void>((resolve) => {
      receiver.script.push(() => {
        resolve();
      });
    });
    void sandbox.clock.advance(2000);
    await arrived;
    expect(changes.slice(-1)).toEqual(sandbox.callbacks.newest(7, 1));
    expect(changes.at(-1)).toMatchObject({ nextAttemptAtMs: undefined });
  });

  it('delivers every callback once to an app that was down for 20 seconds', async () => {
    await receiver.stop();
    const callIds = [await ring(sandbox, { UserIds: ['bob', 'carol'] }), await ring(sandbox)];
    sandbox.devices.accept({ userId: 'bob', callId: callIds[0] ?? '' });
    sandbox.devices.reject({ userId: 'bob', callId: callIds[1] ?? '' });
    await sandbox.clock.advance(20_000);
    const down = sandbox.callbacks.deliveries();
    expect(down.map(({ state, attempts }) => [state, attempts.length])).toEqual(
      Array(4).fill(['pending', 4]),
    );
    expect(down[0]?.attempts[0]?.error).toMatch(/^connect ECONNREFUSED/);

    receiver = await Receiver.start();
    sandbox.callbacks.setUrl(receiver.url);
    await sandbox.clock.advance(60_000);
    expect(receiver.events.sort()).toEqual([
      'call_accept',
      'call_create',
      'call_create',
      'call_reject',
    ]);
    expect(new Set(sandbox.callbacks.deliveries().map(({ state }) => state))).toEqual(
      new Set(['delivered']),
    );
  });
});

describe('resend', () => {
  it('sends a delivered callback once more', async () => {
    await ring(sandbox);
    await sandbox.callbacks.idle();
    expect(await sandbox.callbacks.resend(1)).toMatchObject({
      state: 'delivered',
      attempts: [{ status: 200 }, { status: 200 }],
    });
    expect(receiver.received).toHaveLength(2);
    expect(receiver.received[1]?.text).toBe(receiver.received[0]?.text);
  });

  it('ends the retries only if it succeeds', async () => {
    receiver.script.push(500, 500);
    await ring(sandbox, { Timeout: 600 });
    await sandbox.callbacks.idle();
    expect((await sandbox.callbacks.resend(1)).state).toBe('pending');
    expect((await sandbox.callbacks.resend(1)).state).toBe('delivered');
    await sandbox.clock.advance(100_000);
    expect(secondsOf()).toEqual([0, 0, 0]);
  });

  it('delivers a callback that was dropped or undeliverable', async () => {
    receiver.defaultResponse = 500;
    await ring(sandbox, { Timeout: 600 });
    await sandbox.clock.advance(62_000);
    sandbox.callbacks.setUrl(undefined);
    await ring(sandbox, { Timeout: 600 });
    expect([delivery(0).state, delivery(1).state]).toEqual(['dropped', 'undeliverable']);
    await expect(sandbox.callbacks.resend(2)).rejects.toThrow('There is no callback URL');
    sandbox.callbacks.setUrl(receiver.url);
    expect((await sandbox.callbacks.resend(2)).state).toBe('dropped');
    receiver.defaultResponse = 200;
    expect((await sandbox.callbacks.resend(1)).state).toBe('delivered');
    expect(await sandbox.callbacks.resend(2)).toMatchObject({
      state: 'delivered',
      reason: undefined,
    });
  });

  it('refuses an unknown delivery', async () => {
    await expect(sandbox.callbacks.resend(1)).rejects.toThrow('There is no delivery 1.');
  });
});

describe('the callback URL', () => {
  it('is optional', async () => {
    await restart({ callbackUrl: undefined });
    await ring(sandbox);
    await sandbox.clock.advance(10_000);
    expect(delivery()).toMatchObject({
      state: 'undeliverable',
      reason: 'no callback URL',
      attempts: [],
    });
  });

  it.each([
    ['ftp://127.0.0.1/', 'must be an http:// address'],
    ['https://127.0.0.1/', 'must be an http:// address'],
    ['', 'must be an http:// address'],
    ['http://example.com/', 'must be on this machine'],
    ['http://10.0.0.1/', 'must be on this machine'],
    ['http://127.0.0.1.example.com/', 'must be on this machine'],
    ['http://0.0.0.0/', 'must be on this machine'],
    ['http://localhost:80@example.com/', 'must not hold a user name'],
  ])('cannot be %j', async (url, problem) => {
    expect(() => {
      sandbox.callbacks.setUrl(url);
    }).toThrow(`The callback URL ${problem}`);
    expect(sandbox.callbacks.url()).toBe(receiver.url);
    await expect(ZimSandbox.start({ callbackUrl: url })).rejects.toThrow(`callbackUrl ${problem}`);
  });

  it.each(['http://localhost:1/a?b=c', 'http://[::1]:1/', 'http://127.9.9.9/'])(
    'may be %s',
    (url) => {
      sandbox.callbacks.setUrl(url);
      expect(sandbox.callbacks.url()).toBe(url);
    },
  );

  it('can differ for each app', async () => {
    const second = await Receiver.start();
    sandbox.callbacks.setUrl(second.url, 8);
    await ring(sandbox);
    await ring(asApp(sandbox, other));
    await sandbox.callbacks.idle();
    expect(receiver.received.map(({ json }) => json.appid)).toEqual(['7']);
    expect(second.received.map(({ json }) => json.appid)).toEqual(['8']);
    expect(sandbox.callbacks.deliveries(7).map(({ id }) => id)).toEqual([1]);
    expect(sandbox.callbacks.deliveries(8).map(({ id }) => id)).toEqual([2]);
    expect(sandbox.callbacks.deliveries().map(({ id }) => id)).toEqual([1, 2]);
    expect(() => sandbox.callbacks.deliveries(9)).toThrow('This sandbox has no app 9.');
    await second.stop();
  });
});

describe('the list of deliveries', () => {
  it('contains no secret and no signature', async () => {
    receiver.script.push(500);
    const ExtendedData = `${app.callbackSecret} ${app.serverSecret} ${other.serverSecret}`;
    const callId = await ring(sandbox, { ExtendedData });
    sandbox.devices.accept({ userId: 'bob', callId, extendedData: ExtendedData });
    await sandbox.clock.advance(2000);
    expect(receiver.received).toHaveLength(3);
    const signatures = receiver.received.map(({ json }) => String(json.signature));
    const log = JSON.stringify(sandbox.callbacks.deliveries());
    const outputs = [log, JSON.stringify(sandbox.journal.entries())];
    for (const path of ['state', 'callbacks', 'journal'])
      outputs.push(await (await fetch(`${sandbox.url}/__/${path}`)).text());
    for (const text of outputs) {
      expect(text).not.toContain('canary');
      for (const signature of signatures) expect(text).not.toContain(signature);
    }
    expect(receiver.received[0]?.json.payload).toBe(ExtendedData);
    expect(log).toContain('"payload":"[redacted] [redacted] [redacted]"');
  });

  it('holds the newest 10,000 of an app, and stops the retries of older ones', async () => {
    receiver.defaultResponse = 500;
    sandbox.callbacks.setUrl(undefined, 8);
    await ring(sandbox, { Timeout: 600 });
    await ring(asApp(sandbox, other));
    await sandbox.callbacks.idle();
    sandbox.callbacks.setUrl(undefined);
    for (let index = 0; index < 10_000; index++)
      sandbox.callbacks.emit(7, { event: 'call_timeout', call_id: '1', user_ids: [] });
    expect(
      sandbox.callbacks
        .deliveries(7)
        .map(({ id }) => id)
        .slice(0, 1),
    ).toEqual([3]);
    expect(sandbox.callbacks.deliveries(7)).toHaveLength(10_000);
    expect(sandbox.callbacks.deliveries(8)).toHaveLength(1);
    sandbox.callbacks.setUrl(receiver.url);
    await sandbox.clock.advance(70_000);
    expect(receiver.received).toHaveLength(1);
  });
});

describe('reset', () => {
  it('ends all calls and callbacks', async () => {
    receiver.script.push(500);
    const callId = await ring(sandbox);
    await sandbox.callbacks.idle();
    const arrived = new Promise<void>((resolve) => {
      receiver.script.push(() => {
        resolve();
      });
    });
    await ring(sandbox, { UserIds: ['bob', 'carol'] });
    await arrived;
    expect(sandbox.callbacks.deliveries().map(({ state }) => state)).toEqual([
      'pending',
      'pending',
    ]);

    sandbox.reset();
    await sandbox.callbacks.idle();
    await sandbox.clock.advance(100_000);
    expect(receiver.received).toHaveLength(2);
    expect([sandbox.callbacks.deliveries(), sandbox.calls.list()]).toEqual([[], []]);
    expect(sandbox.calls.get(callId)).toBeUndefined();
    await ring(sandbox);
    await sandbox.callbacks.idle();
    expect(delivery()).toMatchObject({ id: 3, state: 'delivered' });
  });

  it('reports no change afterwards of a callback that was being sent once more', async () => {
    await ring(sandbox);
    await sandbox.callbacks.idle();
    const resent = sandbox.callbacks.resend(1);
    sandbox.reset();
    const changes: unknown[] = [];
    sandbox.callbacks.onChange((change) => changes.push(change));
    await resent;
    expect(changes).toEqual([]);
  });
});

function fail(): never {
  throw new Error('The receiver got no callback.');
}
