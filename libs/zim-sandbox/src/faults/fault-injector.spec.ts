import { once } from 'node:events';
import { request, type IncomingMessage } from 'node:http';
import { Readable } from 'node:stream';
import { createGunzip } from 'node:zlib';
import { type SandboxFault } from '../core/fault.js';
import { ZimSandbox } from '../sandbox.js';
import { fixedClock } from '../testing/fixed-clock.js';
import { RawConnection } from '../testing/raw-connection.js';
import { call, inviteBody, publicParameters } from '../testing/zim-client.js';

let sandbox: ZimSandbox;
let connection: RawConnection;

beforeEach(async () => {
  sandbox = await ZimSandbox.start({ users: ['alice', 'bob'], clock: fixedClock() });
  connection = await RawConnection.open(sandbox);
});
afterEach(async () => {
  connection.close();
  await sandbox.stop();
});

const lastEntry = () => sandbox.journal.entries().at(-1);
const callIds = () => sandbox.calls.list().map(({ callId }) => callId);

/** Sends an invite with the fault, and waits until it is in the journal. */
async function inviteWithFault(fault: SandboxFault): Promise<void> {
  sandbox.faults.add({ fault });
  const recorded = new Promise<void>((resolve) => {
    const remove = sandbox.journal.onEntry(() => {
      remove();
      resolve();
    });
  });
  connection.invite(sandbox);
  await recorded;
}

/** Resolves when a reply with a Content-Length is complete. */
async function completeReply(): Promise<{ head: string; body: string }> {
  await connection.until(() => {
    const { head, body } = connection.parts;
    return body.length === Number(/Content-Length: (\d+)/.exec(head)?.[1]);
  });
  return connection.parts;
}

/** Returns the JSON of the undamaged reply. */
const undamagedReply = () => JSON.stringify(lastEntry()?.reply);

describe('no reply', () => {
  it.each<[SandboxFault, boolean]>([
    [{ kind: 'reset' }, false],
    [{ kind: 'reset', when: 'before' }, false],
    [{ kind: 'reset', when: 'after' }, true],
  ])('%j resets the connection', async (fault, executed) => {
    await inviteWithFault(fault);
    expect(await connection.ended()).toBe('RST');
    expect(connection.received).toBe('');
    expect(callIds()).toHaveLength(executed ? 1 : 0);
    expect(lastEntry()).toMatchObject({ executed, fault: { id: 1, kind: 'reset' } });
  });

  it.each<[SandboxFault, boolean]>([
    [{ kind: 'close' }, false],
    [{ kind: 'close', when: 'after' }, true],
  ])('%j closes the connection', async (fault, executed) => {
    await inviteWithFault(fault);
    expect(await connection.ended()).toBe('FIN');
    expect(connection.received).toBe('');
    expect(callIds()).toHaveLength(executed ? 1 : 0);
    expect(lastEntry()?.executed).toBe(executed);
  });

  it.each<[SandboxFault, boolean]>([
    [{ kind: 'hang' }, false],
    [{ kind: 'hang', when: 'after' }, true],
  ])('%j keeps the connection open, and is in the journal at once', async (fault, executed) => {
    await inviteWithFault(fault);
    expect(callIds()).toHaveLength(executed ? 1 : 0);
    expect(lastEntry()?.executed).toBe(executed);
    await sandbox.clock.advance(3_600_000);
    // A reply would have arrived before the response to this later request.
    await fetch(`${sandbox.url}/__/`);
    expect([connection.received, connection.end]).toEqual(['', 'open']);
  });
});

describe('the journal entry of a fault', () => {
  it('contains the lost reply, if the request was executed', async () => {
    await inviteWithFault({ kind: 'reset', when: 'after' });
    const [callId] = callIds();
    expect(lastEntry()).toMatchObject({
      signature: 'verified',
      executed: true,
      attempt: 1,
      fault: { id: 1, kind: 'reset', when: 'after' },
      code: 0,
      callId,
      rings: ['bob'],
      hint: 'fault injected: reset, after execution (rule 1)',
      reply: { Code: 0, CallId: callId },
    });
  });

  it('has no code and no reply, if the request was not processed', async () => {
    await inviteWithFault({ kind: 'reset' });
    const entry = lastEntry();
    expect(entry).toMatchObject({
      signature: 'unchecked',
      executed: false,
      fault: { id: 1, kind: 'reset', when: 'before' },
    });
    expect([entry?.code, entry?.message, entry?.reply, entry?.callId]).toEqual([
      undefined,
      undefined,
      undefined,
      undefined,
    ]);
  });

  it('is not executed, if the request was refused', async () => {
    sandbox.faults.add({ fault: { kind: 'html-502', when: 'after' } });
    connection.invite(sandbox, { FromUserId: 'unknown' });
    await completeReply();
    expect(lastEntry()).toMatchObject({
      executed: false,
      code: 660500002,
      fault: { kind: 'html-502', when: 'after' },
    });
  });
});

it('a request that is not processed uses no quota and no nonce', async () => {
  await sandbox.stop();
  sandbox = await ZimSandbox.start({
    users: ['alice', 'bob'],
    callsPerSecond: 1,
    faults: [{ times: 3, fault: { kind: 'code', code: 7 } }],
  });
  const invite = () => call(sandbox, 'CallInvite', inviteBody(), { SignatureNonce: 'same' });
  const codes = [];
  for (let index = 0; index < 5; index++) codes.push((await invite()).reply.Code);
  expect(codes).toEqual([7, 7, 7, 0, 100000008]);
});

describe('half a reply', () => {
  it.each<[SandboxFault, string]>([
    [{ kind: 'half-reply' }, 'RST'],
    [{ kind: 'half-reply', then: 'reset' }, 'RST'],
    [{ kind: 'half-reply', then: 'silence' }, 'open'],
  ])('%j', async (fault, end) => {
    await inviteWithFault(fault);
    const reply = undamagedReply();
    const half = reply.slice(0, reply.length / 2);
    await connection.until(() => connection.parts.body.length === half.length);
    if (end === 'RST') await connection.ended();
    await fetch(`${sandbox.url}/__/`);
    expect(connection.end).toBe(end);
    expect(connection.parts.body).toBe(half);
    expect(connection.parts.head).toMatch(/^HTTP\/1\.1 200 OK\r\n/);
    expect(connection.parts.head).toContain(`Content-Length: ${reply.length}\r\n`);
    expect(connection.parts.head).toContain(
      'X-Sandbox-Hint: fault injected: half-reply (rule 1)\r\n',
    );
    expect(lastEntry()).toMatchObject({ executed: true, callId: callIds()[0] });
  });
});

describe('another reply', () => {
  it('truncated-json sends half the JSON, with its own Content-Length', async () => {
    await inviteWithFault({ kind: 'truncated-json' });
    const { head, body } = await completeReply();
    expect(body).toBe(undamagedReply().slice(0, undamagedReply().length / 2));
    expect(head).toMatch(/^HTTP\/1\.1 200 OK/);
    expect(lastEntry()?.executed).toBe(true);
  });

  it('truncated-json before execution sends half of a success, though nothing was executed', async () => {
    await inviteWithFault({ kind: 'truncated-json', when: 'before' });
    expect((await completeReply()).body).toMatch(/^\{"Code":0,"Message":"success","Re/);
    expect([lastEntry()?.executed, lastEntry()?.code]).toEqual([false, undefined]);
  });

  it('invalid-json sends JSON without quotes', async () => {
    await inviteWithFault({ kind: 'invalid-json' });
    const { head, body } = await completeReply();
    expect(body).toBe(undamagedReply().replaceAll('"', ''));
    expect(() => void JSON.parse(body)).toThrow(SyntaxError);
    expect(head).toContain('Content-Type: application/json');
    expect(lastEntry()?.executed).toBe(true);
  });

  it.each<[SandboxFault, string, string, boolean]>([
    [{ kind: 'html-502' }, '502 Bad Gateway', 'text/html', false],
    [{ kind: 'html-502', when: 'after' }, '502 Bad Gateway', 'text/html', true],
    [{ kind: 'empty-200' }, '200 OK', 'application/json; charset=utf-8', false],
    [{ kind: 'empty-200', when: 'after' }, '200 OK', 'application/json; charset=utf-8', true],
    [{ kind: 'status', status: 503 }, '503 Service Unavailable', 'text/plain', false],
    [{ kind: 'status', status: 418, when: 'after' }, "418 I'm a Teapot", 'text/plain', true],
  ])('%j', async (fault, status, contentType, executed) => {
    await inviteWithFault(fault);
    const { head, body } = await completeReply();
    expect(head).toContain(`HTTP/1.1 ${status}\r\n`);
    expect(head).toContain(`\r\nContent-Type: ${contentType}`);
    expect(head).toContain(`X-Sandbox-Hint: fault injected: ${fault.kind}, `);
    expect(head).not.toContain('Retry-After');
    expect(body.startsWith('<html>')).toBe(fault.kind === 'html-502');
    expect(body === '').toBe(fault.kind === 'empty-200');
    expect(lastEntry()?.executed).toBe(executed);
    expect(callIds()).toHaveLength(executed ? 1 : 0);
  });

  it('status accepts a body and a Retry-After', async () => {
    await inviteWithFault({ kind: 'status', status: 429, body: 'später', retryAfterSeconds: 7 });
    const { head, body } = await completeReply();
    expect(Buffer.from(body, 'latin1').toString()).toBe('später');
    expect(head).toContain('\r\nRetry-After: 7\r\n');
  });

  it('status may be one without a body', async () => {
    await inviteWithFault({ kind: 'status', status: 204 });
    await connection.until(() => connection.received.endsWith('\r\n\r\n'));
    expect(connection.parts.head).toMatch(/^HTTP\/1\.1 204 No Content/);
  });

  it.each<[SandboxFault, boolean]>([
    [{ kind: 'code', code: 660300005, retryAfterSeconds: 1 }, false],
    [{ kind: 'code', code: 660300005, retryAfterSeconds: 1, when: 'after' }, true],
  ])('%j', async (fault, executed) => {
    await inviteWithFault(fault);
    const { head, body } = await completeReply();
    expect(JSON.parse(body)).toEqual({
      Code: 660300005,
      Message: 'the AppID exceeds the rate limit of this operation',
      RequestId: expect.any(String),
      ErrorUsers: [],
    });
    expect(head).toContain('\r\nRetry-After: 1\r\n');
    expect(lastEntry()).toMatchObject({ executed, code: 660300005, reply: JSON.parse(body) });
    expect(lastEntry()?.callId).toBe(callIds()[0]);
    expect(callIds()).toHaveLength(executed ? 1 : 0);
  });

  it.each<[SandboxFault, string, string, boolean]>([
    [{ kind: 'redirect' }, '307', 'http://127.0.0.1:1/', false],
    [
      { kind: 'redirect', location: 'http://localhost:9/x', status: 302, when: 'after' },
      '302',
      'http://localhost:9/x',
      true,
    ],
  ])('%j', async (fault, status, location, executed) => {
    await inviteWithFault(fault);
    const { head } = await completeReply();
    expect(head).toContain(`HTTP/1.1 ${status} `);
    expect(head).toContain(`\r\nLocation: ${location}\r\n`);
    expect(lastEntry()?.executed).toBe(executed);
  });

  it('wrong-date changes Date only', async () => {
    await inviteWithFault({ kind: 'wrong-date', offsetSeconds: -3600 });
    const { head, body } = await completeReply();
    expect(head).toContain('\r\nDate: Mon, 08 Mar 2021 06:02:23 GMT\r\n');
    expect(body).toBe(undamagedReply());
    expect(lastEntry()).toMatchObject({ executed: true, code: 0 });
  });

  it('clock-skew checks the Timestamp by the same clock that sets Date', async () => {
    await inviteWithFault({ kind: 'clock-skew', offsetSeconds: 601 });
    const refused = await completeReply();
    expect(refused.head).toContain('\r\nDate: Mon, 08 Mar 2021 07:12:24 GMT\r\n');
    expect(JSON.parse(refused.body)).toMatchObject({ Code: 100000004 });
    expect(lastEntry()).toMatchObject({ executed: false, at: '2021-03-08T07:02:23.000Z' });

    const shifted = String(Math.floor(sandbox.clock.now() / 1000) + 1200);
    const signed = await call(sandbox, 'CallInvite', inviteBody(), { Timestamp: shifted });
    expect(signed.reply.Code).toBe(0);
  });
});

describe('delays', () => {
  it('a delayed request is executed later, even if the client has disconnected', async () => {
    sandbox.faults.add({ fault: { kind: 'delay', ms: 5000 } });
    const closed = await RawConnection.open(sandbox);
    closed.invite(sandbox);
    await connection.until(() => sandbox.faults.list()[0]?.hits === 1);
    connection.invite(sandbox);
    await connection.until(() => sandbox.faults.list()[0]?.hits === 2);
    closed.close();
    await sandbox.clock.advance(4999);
    expect([callIds(), sandbox.journal.entries()]).toEqual([[], []]);

    await sandbox.clock.advance(10_000);
    expect(JSON.parse((await completeReply()).body)).toMatchObject({ Code: 0 });
    expect(sandbox.calls.list().map(({ createdAt }) => createdAt)).toEqual([
      1_615_186_948_000, 1_615_186_948_000,
    ]);
    expect(sandbox.journal.entries()).toMatchObject([
      { executed: true, at: '2021-03-08T07:02:23.000Z' },
      { executed: true, at: '2021-03-08T07:02:23.000Z' },
    ]);
  });

  it('a request whose reply is late has been executed at once', async () => {
    sandbox.faults.add({ fault: { kind: 'late-reply', ms: 5000 } });
    connection.invite(sandbox);
    await connection.until(() => callIds().length === 1);
    expect(sandbox.journal.entries()).toMatchObject([{ executed: true }]);
    await sandbox.clock.advance(4999);
    expect(connection.received).toBe('');
    await sandbox.clock.advance(1);
    expect(JSON.parse((await completeReply()).body)).toMatchObject({ Code: 0 });
  });

  it('an error in a delayed request is answered with 500', async () => {
    const warn = jest.spyOn(process, 'emitWarning').mockImplementation();
    sandbox.faults.add({ fault: { kind: 'delay', ms: 1000 } });
    sandbox.journal.onEntry(() => {
      throw new Error('listener broke');
    });
    connection.invite(sandbox);
    await connection.until(() => sandbox.faults.list()[0]?.hits === 1);
    await sandbox.clock.advance(1000);
    await connection.until(() => connection.received.startsWith('HTTP/1.1 500'));
    expect(warn).toHaveBeenCalledWith(expect.stringContaining('listener broke'));
    warn.mockRestore();
  });

  it('slow-drip sends one byte per interval', async () => {
    await inviteWithFault({ kind: 'slow-drip', msPerByte: 100 });
    const reply = undamagedReply();
    await connection.until(() => connection.received.endsWith('\r\n\r\n'));
    expect(connection.parts.head).toContain(`Content-Length: ${reply.length}\r\n`);
    await sandbox.clock.advance(299);
    await connection.until(() => connection.parts.body.length === 2);
    await sandbox.clock.advance(1);
    await connection.until(() => connection.parts.body.length === 3);
    expect(connection.parts.body).toBe(reply.slice(0, 3));
    await sandbox.clock.advance(reply.length * 100);
    expect((await completeReply()).body).toBe(reply);
    expect(lastEntry()?.executed).toBe(true);
  });

  it('close-idle closes the connection after the reply, without announcing it', async () => {
    await inviteWithFault({ kind: 'close-idle', afterMs: 7000 });
    const { head, body } = await completeReply();
    expect(body).toBe(undamagedReply());
    expect(head).toContain('\r\nConnection: keep-alive');
    expect(head).not.toContain('\r\nKeep-Alive');
    await sandbox.clock.advance(6999);
    await fetch(`${sandbox.url}/__/`);
    expect(connection.end).toBe('open');
    await sandbox.clock.advance(1);
    expect(await connection.ended()).toBe('FIN');
  });

  it('close-idle does not close a connection that was used again', async () => {
    await inviteWithFault({ kind: 'close-idle', afterMs: 7000 });
    await completeReply();
    sandbox.faults.clear();
    connection.invite(sandbox);
    const { head } = await completeReply();
    expect(head).toContain('\r\nKeep-Alive: timeout=5');
    await sandbox.clock.advance(7000);
    await fetch(`${sandbox.url}/__/`);
    expect(connection.end).toBe('open');
  });
});

describe('oversized replies', () => {
  /** Sends an invite, and returns the response. */
  async function inviteAndRead(): Promise<IncomingMessage> {
    const query = publicParameters(sandbox, 'CallInvite').toString();
    const outgoing = request(`${sandbox.url}/?${query}`, { method: 'POST', agent: false });
    outgoing.end(JSON.stringify(inviteBody()));
    const [response] = (await once(outgoing, 'response')) as [IncomingMessage];
    return response;
  }

  it('oversized sends valid JSON of that many bytes, without a Content-Length', async () => {
    sandbox.faults.add({ fault: { kind: 'oversized', bytes: 300_000 } });
    const response = await inviteAndRead();
    const chunks: Buffer[] = [];
    for await (const chunk of response) chunks.push(chunk);
    const body = Buffer.concat(chunks);
    expect(body).toHaveLength(300_000);
    expect(JSON.parse(body.toString())).toMatchObject({ Code: 0, CallId: callIds()[0] });
    expect(response.headers['content-length']).toBeUndefined();
    expect(lastEntry()?.executed).toBe(true);
  });

  it('oversized ends when the client disconnects', async () => {
    sandbox.faults.add({ fault: { kind: 'oversized', bytes: 2 ** 30 } });
    const response = await inviteAndRead();
    await once(response, 'readable');
    response.destroy();
    expect((await fetch(`${sandbox.url}/__/state`)).status).toBe(200);
  });

  it('gzip-bomb sends a small gzip that inflates to 256 MiB', async () => {
    sandbox.faults.add({ fault: { kind: 'gzip-bomb' } });
    const response = await inviteAndRead();
    expect(response.headers['content-encoding']).toBe('gzip');
    const chunks: Buffer[] = [];
    for await (const chunk of response) chunks.push(chunk);
    expect(Buffer.concat(chunks).length).toBeLessThan(300_000);
    let inflated = 0;
    let start = '';
    for await (const chunk of Readable.from(chunks).pipe(createGunzip())) {
      if (inflated === 0) start = String(chunk.subarray(0, 9));
      inflated += Number(chunk.length);
    }
    expect([start, inflated]).toEqual(['{"Code":0', 256 * 1024 * 1024]);
    expect(lastEntry()?.executed).toBe(true);
  }, 30_000);
});

describe('reset and stop', () => {
  const holdingFaults: SandboxFault[] = [
    { kind: 'hang' },
    { kind: 'hang', when: 'after' },
    { kind: 'close' },
    { kind: 'half-reply', then: 'silence' },
    { kind: 'slow-drip', msPerByte: 100 },
    { kind: 'oversized', bytes: 2 ** 30 },
    { kind: 'delay', ms: 5000 },
    { kind: 'late-reply', ms: 5000 },
  ];

  async function startInvite(fault: SandboxFault): Promise<void> {
    sandbox.faults.add({ fault });
    connection.invite(sandbox);
    await connection.until(() => sandbox.faults.list()[0]?.hits === 1);
  }

  it.each(holdingFaults)('a reset aborts %j', async (fault) => {
    await startInvite(fault);
    sandbox.reset();
    await connection.ended();
    await sandbox.clock.advance(10_000);
    expect([callIds(), sandbox.journal.entries()]).toEqual([[], []]);
  });

  it.each(holdingFaults)('a stop aborts %j', async (fault) => {
    await startInvite(fault);
    await sandbox.stop();
    await connection.ended();
    const before = callIds();
    await sandbox.clock.advance(10_000);
    expect(callIds()).toEqual(before);
  });

  it('a reset cancels the close of an idle connection', async () => {
    await inviteWithFault({ kind: 'close-idle', afterMs: 1000 });
    await completeReply();
    sandbox.reset();
    await sandbox.clock.advance(1000);
    await fetch(`${sandbox.url}/__/`);
    expect(connection.end).toBe('open');
  });
});
