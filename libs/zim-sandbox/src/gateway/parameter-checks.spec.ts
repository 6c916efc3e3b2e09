import { request } from 'node:http';
import { useSampleSandbox } from '../testing/sample-sandbox.js';
import { call, inviteBody, post, publicParameters } from '../testing/zim-client.js';

const zim = useSampleSandbox();

describe('the public parameters', () => {
  it("accept the vendor's example signature", async () => {
    const { reply, status, hint } = await zim.invite({
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
    ['AppId', '4294967295', 100000011, 'no app of this sandbox has that AppId; its apps are 12345'],
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
    ['Timestamp', '1615186943000', 100000004, 'Timestamp is in milliseconds; ZIM expects seconds'],
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
      'the Signature is not the MD5 of AppId, SignatureNonce, ServerSecret and Timestamp as sent, in this order without separators: check the secret, and that the nonce and Timestamp sent are the ones that were signed',
    ],
    ['Signature', 'abc', 100000005, 'a Signature is 32 hex digits in lower case'],
    ['Action', 'callinvite', 100000007, 'unknown Action; names are case-sensitive'],
    [
      'Action',
      'CallAck',
      100000007,
      'the Action is documented, but this sandbox does not implement it',
    ],
  ])('%s %j is answered with %i', async (name, value, code, hint) => {
    const answer = await zim.invite({ [name]: value });
    expect(answer.reply.Code).toBe(code);
    expect(answer.hint).toBe(hint);
    expect(answer.status).toBe(200);
    expect(Object.keys(answer.reply)).toEqual(['Code', 'Message', 'RequestId']);
    expect(answer.reply.RequestId).toMatch(/^\d{19}$/);
    expect(zim.sandbox.calls.list()).toEqual([]);
  });

  it('are case-sensitive, and must be in the query', async () => {
    const lower = await zim.invite({ Timestamp: null, timestamp: '1' });
    expect(lower.hint).toBe('Timestamp is missing: parameter names are case-sensitive');
    const inBody = await call(zim.sandbox, 'CallInvite', inviteBody({ Timestamp: 1 }), {
      Timestamp: null,
    });
    expect(inBody.hint).toBe('Timestamp is missing from the query: it was sent in the body');
  });

  it('are checked in the documented order', async () => {
    const order: [string, number][] = [
      ['Action', 100000006],
      ['AppId', 100000001],
      ['SignatureNonce', 100000008],
      ['Timestamp', 100000002],
      ['SignatureVersion', 100000013],
      ['Signature', 100000009],
    ];
    for (let from = 0; from < order.length; from++) {
      const missing = Object.fromEntries(order.slice(from).map(([name]) => [name, null]));
      expect((await zim.invite(missing)).reply.Code).toBe(order[from]?.[1]);
    }
    const wrong = { AppId: '1', Timestamp: '1', Signature: 'x', Action: 'Nothing' };
    expect((await zim.invite(wrong)).reply.Code).toBe(100000011);
    expect((await zim.invite({ ...wrong, AppId: '12345' })).reply.Code).toBe(100000004);
    expect((await zim.invite({ Signature: 'x', Action: 'Nothing' })).reply.Code).toBe(100000005);
  });

  it('are read from their first value; other parameters are ignored', async () => {
    const query = publicParameters(zim.sandbox, 'CallInvite');
    query.append('Action', 'Nothing');
    query.append('IsTest', 'true');
    const right = await post(
      `${zim.sandbox.url}/?${query.toString()}`,
      JSON.stringify(inviteBody()),
    );
    expect(right.reply.Code).toBe(0);
    const signedAgain = publicParameters(zim.sandbox, 'CallInvite').toString();
    const wrong = await post(
      `${zim.sandbox.url}/?Action=Nothing&${signedAgain}`,
      JSON.stringify(inviteBody()),
    );
    expect(wrong.reply.Code).toBe(100000007);
  });

  it('may follow the host without a slash', async () => {
    const query = () => publicParameters(zim.sandbox, 'CallInvite').toString();
    const sent = inviteBody();
    expect((await post(`${zim.sandbox.url}?${query()}`, JSON.stringify(sent))).reply.Code).toBe(0);
    const raw = await new Promise<string>((resolve, reject) => {
      request(
        {
          port: zim.sandbox.port,
          host: '127.0.0.1',
          method: 'POST',
          path: `${zim.sandbox.url}?${query()}`,
        },
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
