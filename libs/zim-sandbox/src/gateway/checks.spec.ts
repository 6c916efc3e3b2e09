import { createHash } from 'node:crypto';
import { request } from 'node:http';
import { type SandboxAssumptions } from '../core/assumptions.js';
import { ZimSandbox } from '../sandbox.js';
import { fixedClock, sampleSeconds } from '../testing/fixed-clock.js';
import { call, inviteBody, post, publicParameters } from '../testing/zim-client.js';

const secret = '9193cc662a4c0ec135ec71fb57194b38';
const apps = [{ appId: 12345, serverSecret: secret }];
let sandbox: ZimSandbox;

async function start(assumptions: Partial<SandboxAssumptions> = {}) {
  sandbox = await ZimSandbox.start({
    apps,
    users: ['alice', 'bob'],
    clock: fixedClock(),
    assumptions,
  });
}

beforeEach(() => start());
afterEach(() => sandbox.stop());

async function restart(assumptions: Partial<SandboxAssumptions>) {
  await sandbox.stop();
  await start(assumptions);
}

const invite = (overrides: Record<string, string | null>) =>
  call(sandbox, 'CallInvite', inviteBody(), overrides);

const hash = (algorithm: string, text: string, form: 'hex' | 'base64' = 'hex') =>
  createHash(algorithm).update(text).digest(form);

describe('the public parameters', () => {
  it("accept the vendor's example signature", async () => {
    const { reply, status, hint } = await invite({
      SignatureNonce: '4fd24687296dd9f3',
      Timestamp: '1615186943',
      Signature: '43e5cfcca828314675f91b001390566a',
    });
    expect(reply).toMatchObject({ Code: 0, Message: 'success' });
    expect(status).toBe(200);
    expect(hint).toBeNull();
  });

  it.each([
    ['Action', null, 100000006, 'Action is missing from the query'],
    ['Action', '', 100000006, 'Action is empty'],
    ['AppId', null, 100000001, 'AppId is missing from the query'],
    ['AppId', 'abc', 100000001, 'AppId must be a decimal number from 0 to 4294967295'],
    ['AppId', '4294967296', 100000001, 'AppId must be a decimal number from 0 to 4294967295'],
    ['AppId', '-1', 100000001, 'AppId must be a decimal number from 0 to 4294967295'],
    ['AppId', '1e3', 100000001, 'AppId must be a decimal number from 0 to 4294967295'],
    ['AppId', '4294967295', 100000011, 'no app of this sandbox has that AppId; it has 12345'],
    ['SignatureNonce', null, 100000008, 'SignatureNonce is missing from the query'],
    ['SignatureNonce', '', 100000008, 'SignatureNonce is empty'],
    ['Timestamp', null, 100000002, 'Timestamp is missing from the query'],
    ['Timestamp', '', 100000002, 'Timestamp is empty'],
    [
      'Timestamp',
      '1615186943.5',
      100000003,
      'Timestamp must be whole Unix seconds in decimal digits',
    ],
    [
      'Timestamp',
      '2021-03-08',
      100000003,
      'Timestamp must be whole Unix seconds in decimal digits',
    ],
    ['Timestamp', '1615186943000', 100000004, 'Timestamp is in milliseconds; ZIM wants seconds'],
    ['SignatureVersion', null, 100000013, 'SignatureVersion is missing from the query'],
    [
      'SignatureVersion',
      '3.0',
      100000014,
      'SignatureVersion must be "2.0": no public page states the algorithm of another version',
    ],
    [
      'SignatureVersion',
      '2',
      100000014,
      'SignatureVersion must be "2.0": no public page states the algorithm of another version',
    ],
    ['Signature', null, 100000009, 'Signature is missing from the query'],
    ['Signature', '', 100000009, 'Signature is empty'],
    [
      'Signature',
      '00000000000000000000000000000000',
      100000005,
      'the Signature is not the MD5 of AppId, SignatureNonce, ServerSecret and Timestamp as they were sent, in this order with nothing between: check the secret, and that nonce and Timestamp are the ones that were signed',
    ],
    ['Signature', 'abc', 100000005, 'a Signature is 32 hex digits in lower case'],
    [
      'Action',
      'callinvite',
      100000007,
      'this sandbox knows no such Action; names are case-sensitive',
    ],
    [
      'Action',
      'CallAccept',
      100000007,
      'the Action is documented, but not built into this sandbox',
    ],
  ])('%s %j gives %i', async (name, value, code, hint) => {
    const answer = await invite({ [name]: value });
    expect(answer.reply.Code).toBe(code);
    expect(answer.hint).toBe(hint);
    expect(answer.status).toBe(200);
    expect(Object.keys(answer.reply)).toEqual(['Code', 'Message', 'RequestId']);
    expect(answer.reply.RequestId).toMatch(/^\d{19}$/);
    expect(sandbox.calls.list()).toEqual([]);
  });

  it('are told apart by their capitals and from the body', async () => {
    const lower = await invite({ Timestamp: null, timestamp: '1' });
    expect(lower.hint).toBe('Timestamp is missing: names of parameters are case-sensitive');
    const inBody = await call(sandbox, 'CallInvite', inviteBody({ Timestamp: 1 }), {
      Timestamp: null,
    });
    expect(inBody.hint).toBe('Timestamp is missing from the query: it was sent in the body');
  });

  it('are checked in a stated order', async () => {
    const order: [string, number][] = [
      ['Action', 100000006],
      ['AppId', 100000001],
      ['SignatureNonce', 100000008],
      ['Timestamp', 100000002],
      ['SignatureVersion', 100000013],
      ['Signature', 100000009],
    ];
    for (let from = 0; from < order.length; from++) {
      const gone = Object.fromEntries(order.slice(from).map(([name]) => [name, null]));
      expect((await invite(gone)).reply.Code).toBe(order[from]?.[1]);
    }
    const wrong = { AppId: '1', Timestamp: '1', Signature: 'x', Action: 'Nothing' };
    expect((await invite(wrong)).reply.Code).toBe(100000011);
    expect((await invite({ ...wrong, AppId: '12345' })).reply.Code).toBe(100000004);
    expect((await invite({ Signature: 'x', Action: 'Nothing' })).reply.Code).toBe(100000005);
  });

  it('count by their first value, and others than the six are ignored', async () => {
    const query = publicParameters(sandbox, 'CallInvite');
    query.append('Action', 'Nothing');
    query.append('IsTest', 'true');
    const right = await post(`${sandbox.url}/?${query.toString()}`, JSON.stringify(inviteBody()));
    expect(right.reply.Code).toBe(0);
    const wrong = await post(
      `${sandbox.url}/?Action=Nothing&${query.toString()}`,
      JSON.stringify(inviteBody()),
    );
    expect(wrong.reply.Code).toBe(100000007);
  });

  it('may follow the host without a slash', async () => {
    const query = publicParameters(sandbox, 'CallInvite').toString();
    const sent = inviteBody();
    expect((await post(`${sandbox.url}?${query}`, JSON.stringify(sent))).reply.Code).toBe(0);
    const raw = await new Promise<string>((resolve, reject) => {
      request(
        { port: sandbox.port, host: '127.0.0.1', method: 'POST', path: `${sandbox.url}?${query}` },
        (response) => {
          let text = '';
          response.setEncoding('utf8').on('data', (part: string) => (text += part));
          response.on('end', () => {
            resolve(text);
          });
        },
      )
        .on('error', reject)
        .end(JSON.stringify(sent));
    });
    expect(JSON.parse(raw)).toMatchObject({ Code: 0 });
  });
});

describe('the window of 600 seconds', () => {
  it.each([
    [-600, 0, null],
    [
      -601,
      100000004,
      "Timestamp is 601 s behind the sandbox's clock, 600 are allowed: sign each request anew, and check the clock",
    ],
    [600, 0, null],
    [
      601,
      100000004,
      "Timestamp is 601 s ahead of the sandbox's clock, 600 are allowed: check the clock of the machine that signs",
    ],
  ])('%i s off gives %i', async (offset, code, hint) => {
    const answer = await invite({ Timestamp: String(sampleSeconds + offset) });
    expect(answer.reply.Code).toBe(code);
    expect(answer.hint).toBe(hint);
  });

  it('is measured in whole seconds', async () => {
    sandbox.clock.advance(999);
    expect((await invite({ Timestamp: String(sampleSeconds - 600) })).reply.Code).toBe(0);
    sandbox.clock.advance(1);
    expect((await invite({ Timestamp: String(sampleSeconds - 600) })).reply.Code).toBe(100000004);
  });
});

describe('a wrong signature is explained', () => {
  const nonce = 'a+b c';
  const time = String(sampleSeconds);
  const right = hash('md5', `12345${nonce}${secret}${time}`);

  it.each([
    ['capitals', right.toUpperCase(), 'the Signature is in capitals; ZIM wants lower case'],
    [
      'order',
      hash('md5', `12345${secret}${nonce}${time}`),
      'the Signature was made with another order; it is AppId, SignatureNonce, ServerSecret, Timestamp',
    ],
    [
      'milliseconds',
      hash('md5', `12345${nonce}${secret}${time}789`),
      'the Signature was made with milliseconds, the Timestamp is in seconds',
    ],
    [
      'plus',
      hash('md5', `12345a+b+c${secret}${time}`),
      'the + of the SignatureNonce must be percent-encoded: in a query it means a space',
    ],
    [
      'line break',
      hash('md5', `12345${nonce}${secret}\n${time}`),
      'the Signature was made with a line break after the ServerSecret',
    ],
    [
      'quotes',
      hash('md5', `12345${nonce}"${secret}"${time}`),
      'the Signature was made with quotes around the ServerSecret',
    ],
    [
      'base64',
      hash('md5', `12345${nonce}${secret}${time}`, 'base64'),
      'the Signature is base64; ZIM wants hex digits',
    ],
    [
      'sha256',
      hash('sha256', `12345${nonce}${secret}${time}`),
      'the Signature was made with SHA; version 2.0 wants MD5',
    ],
  ])('%s', async (_, signature, hint) => {
    const answer = await invite({ SignatureNonce: nonce, Signature: signature });
    expect(answer.reply.Code).toBe(100000005);
    expect(answer.hint).toBe(hint);
    const seen = JSON.stringify([answer, sandbox.journal.entries()]);
    expect(seen).not.toContain(right);
    expect(seen).not.toContain(secret);
  });

  it('while the right one passes', async () => {
    expect((await invite({ SignatureNonce: nonce, Signature: right })).reply.Code).toBe(0);
  });
});

describe('switches', () => {
  it('unknownAppId', async () => {
    await restart({ unknownAppId: '100000010' });
    expect((await invite({ AppId: '1' })).reply.Code).toBe(100000010);
    await restart({ unknownAppId: '100000011' });
    expect((await invite({ AppId: '1' })).reply.Code).toBe(100000011);
  });

  it('nonceFormat', async () => {
    await restart({ nonceFormat: 'hex16' });
    expect((await invite({ SignatureNonce: 'vecj0mc2jcl' })).reply.Code).toBe(100000008);
    expect((await invite({ SignatureNonce: '4fd24687296dd9f' })).reply.Code).toBe(100000008);
    expect((await invite({ SignatureNonce: '4fd24687296dd9f3' })).reply.Code).toBe(0);
    await restart({ nonceFormat: 'any' });
    expect((await invite({ SignatureNonce: 'vecj0mc2jcl' })).reply.Code).toBe(0);
  });

  it('nonceReplay', async () => {
    await restart({ nonceReplay: 'refuse' });
    const forged = await invite({ SignatureNonce: 'n', Signature: 'forged' });
    expect(forged.reply.Code).toBe(100000005);
    expect((await invite({ SignatureNonce: 'n' })).reply.Code).toBe(0);
    const again = await invite({ SignatureNonce: 'n' });
    expect(again.reply.Code).toBe(100000008);
    expect(again.hint).toContain('nonceReplay=refuse');
    sandbox.reset();
    expect((await invite({ SignatureNonce: 'n' })).reply.Code).toBe(0);
    await restart({ nonceReplay: 'allow' });
    expect((await invite({ SignatureNonce: 'n' })).reply.Code).toBe(0);
    expect((await invite({ SignatureNonce: 'n' })).reply.Code).toBe(0);
  });
});

it('answers another path as the wrong address', async () => {
  const query = publicParameters(sandbox, 'CallInvite').toString();
  const { status, reply } = await post(`${sandbox.url}/v1?${query}`, JSON.stringify(inviteBody()));
  expect(status).toBe(404);
  expect(reply.Code).toBe(100000000);
  expect(sandbox.calls.list()).toEqual([]);
});
