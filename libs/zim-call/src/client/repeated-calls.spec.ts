import { standardRetry } from '../config/zim-call-options.js';
import { createClient } from '../testing/create-client.js';
import { ManualRuntime } from '../testing/manual-runtime.js';
import { accepted, envelope, type Script, ScriptedServer } from '../testing/scripted-server.js';
import { failureOf, invite, throttled, useScriptedZim } from '../testing/scripted-zim.js';

const zim = useScriptedZim();
const reset: Script = (response) => response.socket?.resetAndDestroy();

describe('retries', () => {
  it('sends three attempts with three nonces when ZIM throttles', async () => {
    await zim.given([throttled, throttled, accepted]);
    const result = await zim.settled(zim.service.invite(invite));
    expect(result.callId).toBe('12261423186766631832');
    expect(zim.runtime.waits).toEqual([1000, 1000]);
    const nonces = zim.sent('SignatureNonce');
    expect(new Set(nonces).size).toBe(3);
  });

  it('gives up after maxAttempts, with Retry-After', async () => {
    await zim.given([throttled], { retry: { ...standardRetry, maxAttempts: 2 } });
    const error = await failureOf(zim.settled(zim.service.invite(invite)));
    expect(error).toMatchObject({
      kind: 'rate-limit',
      outcome: 'refused',
      attempts: 2,
      vendorCode: 660300005,
      retryAfterMs: 1000,
      requestId: '343649807833778782',
    });
    expect(zim.server.requests).toHaveLength(2);
  });

  it('does not wait for a slot that lies behind the deadline', async () => {
    await zim.given([throttled], { requestTimeoutMs: 60_000 });
    const slow = new ManualRuntime();
    slow.randomValue = 0.99;
    const other = await createClient(zim.server.url, { requestTimeoutMs: 60_000 }, slow);
    const error = await failureOf(other.service.invite(invite, { deadlineMs: 950 }));
    expect([error.kind, error.attempts]).toEqual(['rate-limit', 1]);
    await other.module.close();
  });

  it.each([1, 105001, 660000001, 660000003, 660999999])('never repeats code %d', async (code) => {
    await zim.given([envelope({ Code: code })]);
    const error = await failureOf(zim.service.invite(invite));
    expect([error.kind, error.outcome, error.attempts]).toEqual(['service', 'unknown', 1]);
    expect(zim.server.requests).toHaveLength(1);
  });

  it.each([660000002, 660500002, 660900003, 660900004, 100000005])(
    'never repeats code %d',
    async (code) => {
      await zim.given([envelope({ Code: code })]);
      expect((await failureOf(zim.service.invite(invite))).outcome).toBe('rejected');
      expect(zim.server.requests).toHaveLength(1);
    },
  );

  it('corrects its clock from Date on 100000004, signs again, once', async () => {
    const date = new Date(1_700_000_000_000 + 3_600_000).toUTCString();
    await zim.given([envelope({ Code: 100000004 }, { Date: date }), accepted]);
    await zim.service.invite(invite);
    await zim.service.invite(invite);
    const times = zim.sent('Timestamp');
    expect(times).toEqual(['1700000000', '1700003600', '1700003600']);
    expect(zim.runtime.waits).toEqual([]);
  });

  it('does not sign again twice, nor without a Date that differs', async () => {
    const dates = [3600, 7200].map((s) => new Date(1_700_000_000_000 + s * 1000).toUTCString());
    await zim.given(dates.map((Date) => envelope({ Code: 100000004 }, { Date })));
    const error = await failureOf(zim.service.invite(invite));
    expect([error.kind, error.outcome, error.attempts]).toEqual(['auth', 'refused', 2]);
    const again = await failureOf(zim.service.invite(invite));
    expect(again.attempts).toBe(1);
  });

  it('repeats a request that was not sent: no server, then one', async () => {
    await zim.given([accepted], { retry: standardRetry });
    const gone = await ScriptedServer.start(accepted);
    const { url } = gone;
    await gone.stop();
    const lonely = await createClient(url);
    const error = await failureOf(lonely.settled(lonely.service.invite(invite)));
    expect(error).toMatchObject({ kind: 'connection', outcome: 'not-sent', attempts: 3 });
    expect(error.message).toContain('ECONNREFUSED');
    expect(lonely.runtime.waits).toEqual([100, 200]);
    await lonely.module.close();
  });
});

describe('an attempt that ZIM has refused', () => {
  const secretOnce = () => {
    let asked = 0;
    return () => (asked++ === 0 ? 'secret' : Promise.reject(new Error('gone')));
  };

  it('is not forgotten when the next attempt is not sent', async () => {
    await zim.given([throttled], { serverSecret: secretOnce() });
    expect(await failureOf(zim.settled(zim.service.invite(invite)))).toMatchObject({
      kind: 'config',
      outcome: 'refused',
      attempts: 2,
      vendorCode: 660300005,
      requestId: '343649807833778782',
      retryAfterMs: 1000,
      message: expect.stringContaining('before that: the AppID exceeds the rate limit'),
    });
  });

  it('is not forgotten when the call is given up while it waits', async () => {
    const controller = new AbortController();
    const runtime = new ManualRuntime();
    runtime.onTimer = (delayMs) => {
      if (delayMs <= 1_000) {
        setImmediate(() => {
          controller.abort();
        });
      }
    };
    await zim.given([throttled], {}, runtime);
    const error = await failureOf(zim.service.invite(invite, { signal: controller.signal }));
    expect(error).toMatchObject({ kind: 'connection', outcome: 'refused', vendorCode: 660300005 });
  });
});

describe('many calls with a clock that is off', () => {
  it('cost one additional request', async () => {
    const Date_ = new Date(1_700_000_000_000 + 3_600_000).toUTCString();
    const judge: Script = (response, request) => {
      const signedAt = Number(request.url.searchParams.get('Timestamp'));
      const expired = signedAt < 1_700_003_000;
      const script = expired ? envelope({ Code: 100000004 }, { Date: Date_ }) : accepted;
      script(response, request);
    };
    await zim.given([judge]);
    const calls = Array.from({ length: 16 }, () => zim.service.invite(invite));
    expect(await Promise.all(calls)).toHaveLength(16);
    expect(zim.sent('Timestamp')).toEqual(['1700000000', ...Array<string>(16).fill('1700003600')]);
  });

  it.each(['0', 'hello 1', 'Fri, 31 Dec 9999', 'Sunday, 06-Nov-94 08:49:37 GMT'])(
    'learn nothing from the Date %j',
    async (date) => {
      await zim.given([envelope({ Code: 100000004 }, { Date: date })]);
      expect((await failureOf(zim.service.invite(invite))).attempts).toBe(1);
      await failureOf(zim.service.invite(invite));
      expect(zim.sent('Timestamp')).toEqual(['1700000000', '1700000000']);
    },
  );
});

describe('the outcome unknown', () => {
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
    await zim.given([script]);
    const error = await failureOf(zim.service.invite(invite));
    expect([error.kind, error.outcome, error.attempts]).toEqual(['connection', 'unknown', 1]);
    expect(zim.server.requests).toHaveLength(1);
  });

  it('a reset of a kept-alive connection is unknown', async () => {
    await zim.given([accepted, reset]);
    await zim.service.invite(invite);
    const error = await failureOf(zim.service.invite(invite));
    expect(error.outcome).toBe('unknown');
    expect(zim.server.requests).toHaveLength(2);
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
    ['unreadable ErrorUsers', envelope({ Code: 0, CallId: '1', CreateTime: 1, ErrorUsers: 'x' })],
  ])('%s is a protocol error of unknown outcome', async (_, script) => {
    await zim.given([script]);
    const error = await failureOf(zim.service.invite(invite));
    expect([error.kind, error.outcome, error.attempts]).toEqual(['protocol', 'unknown', 1]);
    expect(zim.server.requests).toHaveLength(1);
  });

  it('a reply over 1 MiB is not read to its end', async () => {
    await zim.given([(response) => response.end(`{"Code":0,"x":"${'x'.repeat(2 ** 21)}"}`)]);
    const error = await failureOf(zim.service.invite(invite));
    expect(error.outcome).toBe('unknown');
  });

  it('lets the envelope decide, whatever the HTTP status', async () => {
    await zim.given([
      (response) => {
        response.statusCode = 500;
        response.end('{"Code":0,"CallId":"1","CreateTime":"1713249504000","RequestId":"2"}');
      },
    ]);
    const result = await zim.service.invite(invite);
    expect(result.createdAt).toEqual(new Date(1713249504000));
  });

  it('is not confused by a reply that has a field called error', async () => {
    await zim.given([
      envelope({ Code: 0, CallId: '1', CreateTime: 1, error: 'x', next: 'give-up' }),
    ]);
    expect((await zim.service.invite(invite)).callId).toBe('1');
  });
});
