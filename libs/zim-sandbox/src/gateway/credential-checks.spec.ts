import { createHash } from 'node:crypto';
import { sampleSeconds } from '../testing/fixed-clock.js';
import { sampleSecret, useSampleSandbox } from '../testing/sample-sandbox.js';
import { inviteBody, post, publicParameters } from '../testing/zim-client.js';

const zim = useSampleSandbox();
const hash = (algorithm: string, text: string, form: 'hex' | 'base64' = 'hex') =>
  createHash(algorithm).update(text).digest(form);

describe('the window of 600 seconds', () => {
  it.each([
    [-600, 0, null],
    [
      -601,
      100000004,
      "Timestamp is 601 s behind the sandbox's clock, 600 are allowed: sign each request when it is sent, and check the clock",
    ],
    [600, 0, null],
    [
      601,
      100000004,
      "Timestamp is 601 s ahead of the sandbox's clock, 600 are allowed: check the clock of the machine that signs",
    ],
  ])('%i s off is answered with %i', async (offset, code, hint) => {
    const answer = await zim.invite({ Timestamp: String(sampleSeconds + offset) });
    expect(answer.reply.Code).toBe(code);
    expect(answer.hint).toBe(hint);
  });

  it('is measured in whole seconds', async () => {
    zim.sandbox.clock.advance(999);
    expect((await zim.invite({ Timestamp: String(sampleSeconds - 600) })).reply.Code).toBe(0);
    zim.sandbox.clock.advance(1);
    expect((await zim.invite({ Timestamp: String(sampleSeconds - 600) })).reply.Code).toBe(
      100000004,
    );
  });
});

it.each([
  [String(sampleSeconds - 601), 'timestamp-behind'],
  [String(sampleSeconds + 601), 'timestamp-ahead'],
  [String(sampleSeconds * 1000), 'timestamp-milliseconds'],
])('the journal names the cause of an expired signature: %s', async (timestamp, cause) => {
  await zim.invite({ Timestamp: timestamp });
  expect(zim.sandbox.journal.entries()).toMatchObject([{ code: 100000004, cause }]);
});

describe('the hint about a wrong signature', () => {
  const nonce = 'a+b c';
  const time = String(sampleSeconds);
  const right = hash('md5', `12345${nonce}${sampleSecret}${time}`);

  it.each([
    [
      'signature-uppercase',
      right.toUpperCase(),
      'the Signature is in upper case; ZIM expects lower case',
    ],
    [
      'signature-order',
      hash('md5', `12345${sampleSecret}${nonce}${time}`),
      'the Signature was made with the parts in another order; it must be AppId, SignatureNonce, ServerSecret, Timestamp',
    ],
    [
      'signature-milliseconds',
      hash('md5', `12345${nonce}${sampleSecret}${time}789`),
      'the Signature was made with milliseconds, the Timestamp is in seconds',
    ],
    [
      'signature-nonce-encoding',
      hash('md5', `12345a+b+c${sampleSecret}${time}`),
      'the + in the SignatureNonce must be percent-encoded: in a query it means a space',
    ],
    [
      'signature-secret-line-break',
      hash('md5', `12345${nonce}${sampleSecret}\n${time}`),
      'the Signature was made with a line break after the ServerSecret',
    ],
    [
      'signature-secret-quotes',
      hash('md5', `12345${nonce}"${sampleSecret}"${time}`),
      'the Signature was made with quotes around the ServerSecret',
    ],
    [
      'signature-base64',
      hash('md5', `12345${nonce}${sampleSecret}${time}`, 'base64'),
      'the Signature is base64; ZIM expects hex digits',
    ],
    [
      'signature-sha',
      hash('sha256', `12345${nonce}${sampleSecret}${time}`),
      'the Signature was made with SHA; version 2.0 uses MD5',
    ],
    ['signature-form', 'abc', 'a Signature is 32 hex digits in lower case'],
  ])('%s', async (cause, signature, hint) => {
    const answer = await zim.invite({ SignatureNonce: nonce, Signature: signature });
    expect(answer.reply.Code).toBe(100000005);
    expect(answer.hint).toBe(hint);
    expect(zim.sandbox.journal.entries().at(-1)?.cause).toBe(cause);
    const seen = JSON.stringify([answer, zim.sandbox.journal.entries()]);
    expect(seen).not.toContain(right);
    expect(seen).not.toContain(sampleSecret);
  });

  it('is absent for the right signature', async () => {
    expect((await zim.invite({ SignatureNonce: nonce, Signature: right })).reply.Code).toBe(0);
  });
});

describe('switches', () => {
  it('unknownAppId', async () => {
    await zim.restart({ unknownAppId: '100000010' });
    expect((await zim.invite({ AppId: '1' })).reply.Code).toBe(100000010);
    await zim.restart({ unknownAppId: '100000011' });
    expect((await zim.invite({ AppId: '1' })).reply.Code).toBe(100000011);
  });

  it('nonceFormat', async () => {
    await zim.restart({ nonceFormat: 'hex16' });
    expect((await zim.invite({ SignatureNonce: 'vecj0mc2jcl' })).reply.Code).toBe(100000008);
    expect((await zim.invite({ SignatureNonce: '4fd24687296dd9f' })).reply.Code).toBe(100000008);
    expect((await zim.invite({ SignatureNonce: '4fd24687296dd9f3' })).reply.Code).toBe(0);
    await zim.restart({ nonceFormat: 'any' });
    expect((await zim.invite({ SignatureNonce: 'vecj0mc2jcl' })).reply.Code).toBe(0);
  });

  it('nonceReplay: a nonce is accepted once, even if a forged request has used it before', async () => {
    const forged = await zim.invite({ SignatureNonce: 'n', Signature: 'forged' });
    expect(forged.reply.Code).toBe(100000005);
    expect((await zim.invite({ SignatureNonce: 'n' })).reply.Code).toBe(0);
    const again = await zim.invite({ SignatureNonce: 'n' });
    expect(again.reply.Code).toBe(100000008);
    expect(again.hint).toBe(
      'this SignatureNonce was used before: generate a new nonce, and sign with it, for every request, a retry included (nonceReplay=refuse, nonceReplayCode=100000008)',
    );
    expect(zim.sandbox.calls.list()).toHaveLength(1);
    zim.sandbox.reset();
    expect((await zim.invite({ SignatureNonce: 'n' })).reply.Code).toBe(0);
    await zim.restart({ nonceReplay: 'allow' });
    expect((await zim.invite({ SignatureNonce: 'n' })).reply.Code).toBe(0);
    expect((await zim.invite({ SignatureNonce: 'n' })).reply.Code).toBe(0);
  });

  it('nonceReplayCode', async () => {
    await zim.restart({ nonceReplayCode: '100000005' });
    await zim.invite({ SignatureNonce: 'n' });
    expect((await zim.invite({ SignatureNonce: 'n' })).reply.Code).toBe(100000005);
  });
});

it('answers another path with 404 and 100000000', async () => {
  const query = publicParameters(zim.sandbox, 'CallInvite').toString();
  const { status, reply } = await post(
    `${zim.sandbox.url}/v1?${query}`,
    JSON.stringify(inviteBody()),
  );
  expect(status).toBe(404);
  expect(reply.Code).toBe(100000000);
  expect(zim.sandbox.calls.list()).toEqual([]);
});
