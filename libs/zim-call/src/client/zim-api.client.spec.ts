import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { type AddressInfo, createServer, type Socket } from 'node:net';
import { ZimCallError } from '../errors/zim-call-error.js';
import type { ZimCallOptions } from '../options/zim-call-options.js';
import { createClient, type TestClient, testSecret } from '../testing/create-client.js';
import { ManualRuntime } from '../testing/manual-runtime.js';
import { accepted, envelope, type Script, ScriptedServer } from '../testing/scripted-server.js';

const invite = { fromUserId: 'alice', userIds: ['bob'] };
const throttled = envelope({ Code: 660300005 });
const hang: Script = () => undefined;
const reset: Script = (response) => response.socket?.resetAndDestroy();

let server: ScriptedServer;
let zim: TestClient;

async function given(scripts: readonly Script[], options: Partial<ZimCallOptions> = {}) {
  server = await ScriptedServer.start(...scripts);
  zim = await createClient(server.url, options);
}

async function failure(promise: Promise<unknown>): Promise<ZimCallError> {
  const error: unknown = await promise.then(
    () => new Error('it succeeded'),
    (reason: unknown) => reason,
  );
  if (!(error instanceof ZimCallError)) throw error;
  return error;
}

afterEach(async () => {
  expect(zim.runtime.pendingTimers).toBe(0);
  await zim.module.close();
  await server.stop();
});

describe('the request', () => {
  it('is exactly what ZIM documents', async () => {
    await given([accepted]);
    await zim.service.invite({
      ...invite,
      timeoutSeconds: 90,
      extendedData: 'ExtendedData',
      offlinePush: { title: 'title', content: 'content', payload: 'payload' },
    });
    const [request] = server.requests;
    expect(request?.method).toBe('POST');
    expect(request?.url.pathname).toBe('/');
    expect([...(request?.url.searchParams ?? [])]).toEqual([
      ['Action', 'CallInvite'],
      ['AppId', '12345'],
      ['SignatureNonce', '0000000000000001'],
      ['Timestamp', '1700000000'],
      ['SignatureVersion', '2.0'],
      [
        'Signature',
        createHash('md5').update(`123450000000000000001${testSecret}1700000000`).digest('hex'),
      ],
    ]);
    expect(JSON.parse(request?.body ?? '')).toEqual({
      FromUserId: 'alice',
      UserIds: ['bob'],
      Timeout: 90,
      ExtendedData: 'ExtendedData',
      OfflinePush: { Enable: 1, Title: 'title', Content: 'content', Payload: 'payload' },
    });
    expect(request?.headers['content-type']).toBe('application/json');
    expect(Object.keys(request?.headers ?? {}).sort()).toEqual([
      'accept',
      'accept-encoding',
      'connection',
      'content-length',
      'content-type',
      'host',
      'user-agent',
    ]);
  });

  it('percent-encodes everything in a GET, and writes lists with brackets', async () => {
    await given([envelope({ Code: 0 })]);
    await zim.client.call('CallAccept', { query: { FromUserId: 'a+b&c#%= ?d', CallId: '1' } });
    await zim.client.call('QueryUserOnlineState', { query: { UserId: ['a', 'b c'] } });
    expect(server.requests[0]?.method).toBe('GET');
    expect(server.requests[0]?.url.search).toContain(
      'FromUserId=a%2Bb%26c%23%25%3D%20%3Fd&CallId=1&AppId=12345&',
    );
    expect(server.requests[0]?.headers['content-type']).toBeUndefined();
    expect(server.requests[1]?.url.search).toContain('UserId%5B%5D=a&UserId%5B%5D=b%20c&');
  });

  it('cannot be given other public parameters by its caller', async () => {
    await given([envelope({ Code: 0 })]);
    await zim.client.call('Other', { query: { AppId: 1, Signature: 'mine' }, body: {} });
    const query = server.requests[0]?.url.searchParams;
    expect(query?.getAll('AppId')).toEqual(['12345']);
    expect(query?.getAll('Signature')).toHaveLength(1);
    expect(query?.get('Signature')).not.toBe('mine');
  });
});

describe('the secret', () => {
  it('is asked for anew at each attempt when it is a function', async () => {
    const secrets = ['first', 'second'];
    await given([throttled, accepted], {
      serverSecret: () => Promise.resolve(secrets.shift() ?? ''),
    });
    await zim.service.invite(invite);
    const signatures = server.requests.map(({ url }) => url.searchParams.get('Signature'));
    expect(signatures).toEqual([
      createHash('md5').update('123450000000000000001first1700000000').digest('hex'),
      createHash('md5').update('123450000000000000002second1700000000').digest('hex'),
    ]);
  });

  it.each([
    [
      'throws',
      () => Promise.reject(new TypeError('s3cret')),
      'the function that gives it failed (TypeError)',
    ],
    ['gives nothing', () => '', 'its function gave something else'],
  ])('is told without its value when its function %s', async (_, serverSecret, words) => {
    await given([accepted], { serverSecret });
    const error = await failure(zim.service.invite(invite));
    expect(error.kind).toBe('config');
    expect(error.outcome).toBe('not-sent');
    expect(error.message).toContain(words);
    expect(error.message).not.toContain('s3cret');
    expect(server.requests).toHaveLength(0);
  });

  it('that never comes does not outlast the deadline', async () => {
    let asked: () => void = () => undefined;
    const wasAsked = new Promise<void>((resolve) => (asked = resolve));
    await given([accepted], {
      serverSecret: () => {
        asked();
        return new Promise<string>(() => undefined);
      },
      requestTimeoutMs: 60_000,
    });
    const call = failure(zim.service.invite(invite));
    await wasAsked;
    zim.runtime.advance(10_000);
    const error = await call;
    expect([error.kind, error.outcome]).toEqual(['timeout', 'not-sent']);
  });
});

describe('signature versions', () => {
  it('fails loudly for CallAck, which is published with 3.0', async () => {
    await given([envelope({ Code: 0 })]);
    const error = await failure(zim.client.call('CallAck', { body: {} }));
    expect(error.kind).toBe('config');
    expect(error.message).toContain('SignatureVersion 3.0, whose algorithm no public page states');
    expect(server.requests).toHaveLength(0);
  });

  it('takes a supplied signer', async () => {
    await given([envelope({ Code: 0 })], { signers: { '3.0': () => 'three' } });
    await zim.client.call('CallAck', { body: {} });
    await zim.client.call('CallInvite', { body: {} });
    const sent = server.requests.map(({ url }) => url.searchParams);
    expect(sent.map((query) => query.get('SignatureVersion'))).toEqual(['3.0', '2.0']);
    expect(sent[0]?.get('Signature')).toBe('three');
  });

  it('does not quote a signer that throws', async () => {
    const signer = () => {
      throw new RangeError(testSecret);
    };
    await given([envelope({ Code: 0 })], { signatureVersion: '9', signers: { '9': signer } });
    const error = await failure(zim.service.invite(invite));
    expect(error.message).toContain('the function that signs failed (RangeError)');
    expect(error.message).not.toContain(testSecret);
  });
});

describe('trying again', () => {
  it('sends three attempts with three nonces when ZIM throttles', async () => {
    await given([throttled, throttled, accepted]);
    const result = await zim.service.invite(invite);
    expect(result.callId).toBe('12261423186766631832');
    expect(zim.runtime.waits).toEqual([600, 600]);
    const nonces = server.requests.map(({ url }) => url.searchParams.get('SignatureNonce'));
    expect(new Set(nonces).size).toBe(3);
  });

  it('gives up after maxAttempts, and says when to come back', async () => {
    await given([throttled], { maxAttempts: 2 });
    const error = await failure(zim.service.invite(invite));
    expect(error).toMatchObject({
      kind: 'rate-limit',
      outcome: 'refused',
      attempts: 2,
      vendorCode: 660300005,
      retryAfterMs: 1000,
      requestId: '343649807833778782',
    });
    expect(server.requests).toHaveLength(2);
  });

  it('does not wait for a slot that lies behind the deadline', async () => {
    await given([throttled], { requestTimeoutMs: 60_000 });
    const slow = new ManualRuntime(900);
    slow.randomValue = 0.99;
    const other = await createClient(server.url, { requestTimeoutMs: 60_000 }, slow);
    const error = await failure(other.service.invite(invite, { deadlineMs: 950 }));
    expect([error.kind, error.attempts]).toEqual(['rate-limit', 1]);
    await other.module.close();
  });

  it.each([1, 105001, 660000001, 660000003, 660999999])('never repeats code %d', async (code) => {
    await given([envelope({ Code: code })]);
    const error = await failure(zim.service.invite(invite));
    expect([error.kind, error.outcome, error.attempts]).toEqual(['service', 'unknown', 1]);
    expect(server.requests).toHaveLength(1);
  });

  it.each([660000002, 660500002, 660900003, 100000005])('never repeats code %d', async (code) => {
    await given([envelope({ Code: code })]);
    expect((await failure(zim.service.invite(invite))).outcome).toBe('rejected');
    expect(server.requests).toHaveLength(1);
  });

  it('corrects its clock from Date on 100000004, signs anew, once', async () => {
    const date = new Date(1_700_000_000_000 + 3_600_000).toUTCString();
    await given([envelope({ Code: 100000004 }, { Date: date }), accepted]);
    await zim.service.invite(invite);
    await zim.service.invite(invite);
    const times = server.requests.map(({ url }) => url.searchParams.get('Timestamp'));
    expect(times).toEqual(['1700000000', '1700003600', '1700003600']);
    expect(zim.runtime.waits).toEqual([0]);
  });

  it('does not sign anew twice, nor without a Date that says otherwise', async () => {
    const dates = [3600, 7200].map((s) => new Date(1_700_000_000_000 + s * 1000).toUTCString());
    await given(dates.map((Date) => envelope({ Code: 100000004 }, { Date })));
    const error = await failure(zim.service.invite(invite));
    expect([error.kind, error.outcome, error.attempts]).toEqual(['auth', 'refused', 2]);
    const again = await failure(zim.service.invite(invite));
    expect(again.attempts).toBe(1);
  });

  it('repeats what never left: no server, then one', async () => {
    await given([accepted], { maxAttempts: 3 });
    const gone = await ScriptedServer.start(accepted);
    const { url } = gone;
    await gone.stop();
    const lonely = await createClient(url);
    const error = await failure(lonely.service.invite(invite));
    expect(error).toMatchObject({ kind: 'connection', outcome: 'not-sent', attempts: 3 });
    expect(error.message).toContain('ECONNREFUSED');
    expect(lonely.runtime.waits).toEqual([100, 200]);
    await lonely.module.close();
  });
});

describe('what may have happened', () => {
  it.each<[string, Script]>([
    ['a reset before any reply', reset],
    [
      'half a reply, then a reset',
      (response) => {
        response.writeHead(200, { 'Content-Length': '100' });
        response.write('{"Code":0', () => response.socket?.resetAndDestroy());
      },
    ],
  ])('%s is unknown and never repeated', async (_, script) => {
    await given([script]);
    const error = await failure(zim.service.invite(invite));
    expect([error.kind, error.outcome, error.attempts]).toEqual(['connection', 'unknown', 1]);
    expect(server.requests).toHaveLength(1);
  });

  it('a reset of a kept-alive connection is unknown', async () => {
    await given([accepted, reset]);
    await zim.service.invite(invite);
    const error = await failure(zim.service.invite(invite));
    expect(error.outcome).toBe('unknown');
    expect(server.requests).toHaveLength(2);
  });

  it.each<[string, Script]>([
    [
      'an HTML 502',
      (response) => response.writeHead(502, { 'Content-Type': 'text/html' }).end('<h1>'),
    ],
    ['an empty 200', (response) => response.end()],
    ['JSON cut short', (response) => response.end('{"Code":0,')],
    ['no Code', (response) => response.end('{"Message":"success"}')],
    ['Code as text', (response) => response.end('{"Code":"0"}')],
    ['a list', (response) => response.end('[0]')],
    ['a redirect', (response) => response.writeHead(302, { Location: '/elsewhere' }).end()],
    ['a success without CallId', envelope({ Code: 0, CreateTime: 1 })],
    ['a CallId that is a number', envelope({ Code: 0, CallId: 12, CreateTime: 1 })],
    ['an unreadable CreateTime', envelope({ Code: 0, CallId: '12', CreateTime: 'soon' })],
    ['unreadable ErrorUsers', envelope({ Code: 0, CallId: '1', CreateTime: 1, ErrorUsers: [1] })],
  ])('%s is a protocol error of unknown outcome', async (_, script) => {
    await given([script]);
    const error = await failure(zim.service.invite(invite));
    expect([error.kind, error.outcome, error.attempts]).toEqual(['protocol', 'unknown', 1]);
    expect(server.requests).toHaveLength(1);
  });

  it('a reply over 1 MiB is not read to its end', async () => {
    await given([(response) => response.end(`{"Code":0,"x":"${'x'.repeat(2 ** 21)}"}`)]);
    const error = await failure(zim.service.invite(invite));
    expect(error.outcome).toBe('unknown');
  });

  it('lets the envelope decide, whatever the HTTP status', async () => {
    await given([
      (response) => {
        response.statusCode = 500;
        response.end('{"Code":0,"CallId":"1","CreateTime":"1713249504000","RequestId":"2"}');
      },
    ]);
    const result = await zim.service.invite(invite);
    expect(result.createdAt).toEqual(new Date(1713249504000));
  });

  it('is not confused by a reply that has a field called error', async () => {
    await given([envelope({ Code: 0, CallId: '1', CreateTime: 1, error: 'x', next: 'give-up' })]);
    expect((await zim.service.invite(invite)).callId).toBe('1');
  });
});

describe('time', () => {
  it('ends an attempt whose reply hangs, and does not repeat it', async () => {
    await given([hang]);
    const call = failure(zim.service.invite(invite));
    await server.received(1);
    zim.runtime.advance(5_000);
    expect(await call).toMatchObject({ kind: 'timeout', outcome: 'unknown', attempts: 1 });
  });

  it('covers the body', async () => {
    let begun: () => void = () => undefined;
    const hasBegun = new Promise<void>((resolve) => (begun = resolve));
    await given([(response) => void response.writeHead(200).write('{"Code"', begun)]);
    const call = failure(zim.service.invite(invite));
    await hasBegun;
    zim.runtime.advance(5_000);
    expect(await call).toMatchObject({ kind: 'timeout', outcome: 'unknown' });
  });

  it('has one deadline over all attempts', async () => {
    await given([throttled, hang]);
    const call = failure(zim.service.invite(invite, { deadlineMs: 3_000 }));
    await server.received(2);
    zim.runtime.advance(3_000);
    expect(await call).toMatchObject({ kind: 'timeout', outcome: 'unknown', attempts: 2 });
  });

  it('knows that nothing left while TLS was not agreed yet', async () => {
    await given([accepted]);
    const mute = createServer().listen(0, '127.0.0.1');
    await once(mute, 'listening');
    const { port } = mute.address() as AddressInfo;
    const stuck = await createClient(`https://127.0.0.1:${port}`);
    const call = failure(stuck.service.invite(invite, { deadlineMs: 4_000 }));
    const [socket] = (await once(mute, 'connection')) as [Socket];
    stuck.runtime.advance(4_000);
    expect(await call).toMatchObject({ kind: 'timeout', outcome: 'not-sent', attempts: 1 });
    socket.destroy();
    mute.close();
    await stuck.module.close();
  });

  it('repeats a call whose TLS handshake fails', async () => {
    await given([accepted]);
    const plain = createServer((socket) => socket.end('no TLS here')).listen(0, '127.0.0.1');
    await once(plain, 'listening');
    const { port } = plain.address() as AddressInfo;
    const refused = await createClient(`https://127.0.0.1:${port}`);
    const error = await failure(refused.service.invite(invite));
    expect(error).toMatchObject({ kind: 'connection', outcome: 'not-sent', attempts: 3 });
    plain.close();
    await refused.module.close();
  });
});

describe('AbortSignal', () => {
  it('sends nothing when it is aborted already', async () => {
    await given([accepted]);
    const error = await failure(zim.service.invite(invite, { signal: AbortSignal.abort() }));
    expect(error).toMatchObject({ kind: 'connection', outcome: 'not-sent', attempts: 0 });
    expect(server.requests).toHaveLength(0);
  });

  it('is unknown after sending, and leaves no listener behind', async () => {
    await given([hang]);
    const controller = new AbortController();
    const call = failure(zim.service.invite(invite, { signal: controller.signal }));
    await server.received(1);
    controller.abort();
    expect(await call).toMatchObject({ kind: 'connection', outcome: 'unknown', attempts: 1 });
  });

  it('ends a wait between attempts', async () => {
    const controller = new AbortController();
    await given([
      (response, request) => {
        throttled(response, request);
        setImmediate(() => {
          controller.abort();
        });
      },
    ]);
    const waiting = await createClient(server.url, {}, new ManualRuntime(0));
    const error = await failure(waiting.service.invite(invite, { signal: controller.signal }));
    expect(error).toMatchObject({ kind: 'connection', attempts: 1 });
    await waiting.module.close();
  });
});

describe('options of a call', () => {
  it.each([
    [{ deadlineMs: 0 }, 'deadlineMs'],
    [{ deadlineMs: Number.NaN }, 'deadlineMs'],
    [{ deadline: 5 }, 'deadline'],
    [{ signal: {} }, 'signal'],
  ])('refuses %j', async (options, path) => {
    await given([accepted]);
    const error = await failure(zim.service.invite(invite, options as object));
    expect(error.kind).toBe('invalid-request');
    expect(error).toHaveProperty('errors', [expect.objectContaining({ path })]);
    expect(server.requests).toHaveLength(0);
  });
});
