import { createHash } from 'node:crypto';
import { testSecret } from '../testing/create-client.js';
import { accepted, envelope } from '../testing/scripted-server.js';
import { failureOf, invite, throttled, useScriptedZim } from '../testing/scripted-zim.js';

const zim = useScriptedZim();

describe('the request', () => {
  it('is exactly what ZIM documents', async () => {
    await zim.given([accepted]);
    await zim.service.invite({
      ...invite,
      timeoutSeconds: 90,
      extendedData: 'ExtendedData',
      offlinePush: { title: 'title', content: 'content', payload: 'payload' },
    });
    const [request] = zim.server.requests;
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
    await zim.given([envelope({ Code: 0 })]);
    await zim.client.call('CallAccept', { query: { FromUserId: 'a+b&c#%= ?d', CallId: '1' } });
    await zim.client.call('QueryUserOnlineState', { query: { UserId: ['a', 'b c'] } });
    expect(zim.server.requests[0]?.method).toBe('GET');
    expect(zim.server.requests[0]?.url.search).toContain(
      'FromUserId=a%2Bb%26c%23%25%3D%20%3Fd&CallId=1&AppId=12345&',
    );
    expect(zim.server.requests[0]?.headers['content-type']).toBeUndefined();
    expect(zim.server.requests[1]?.url.search).toContain('UserId%5B%5D=a&UserId%5B%5D=b%20c&');
  });

  it('cannot be given other public parameters by its caller', async () => {
    await zim.given([envelope({ Code: 0 })]);
    await zim.client.call('Other', { query: { AppId: 1, Signature: 'mine' }, body: {} });
    const query = zim.server.requests[0]?.url.searchParams;
    expect(query?.getAll('AppId')).toEqual(['12345']);
    expect(query?.getAll('Signature')).toHaveLength(1);
    expect(query?.get('Signature')).not.toBe('mine');
  });
});

describe('requests that have no form on the wire', () => {
  it.each<[string, object, string]>([
    ['half a surrogate pair', { query: { a: '\ud83d' } }, 'query'],
    ['a BigInt', { body: { a: 1n } }, 'body'],
  ])('are refused: %s', async (_, request, path) => {
    await zim.given([envelope({ Code: 0 })]);
    const error = await failureOf(zim.client.call('Other', request));
    expect(error).toHaveProperty('errors', [expect.objectContaining({ path })]);
    expect(zim.server.requests).toHaveLength(0);
  });

  it('leave out what is undefined, and keep the Action', async () => {
    await zim.given([envelope({ Code: 0 })]);
    const query = { Action: 'Evil', a: undefined, b: 'c' };
    await zim.client.call('CallInvite', { query, body: {} } as object);
    expect(zim.server.requests[0]?.url.search).toMatch(/^\?Action=CallInvite&b=c&AppId=/);
  });
});

describe('the secret', () => {
  it('is read again for each attempt when it is a function', async () => {
    const secrets = ['first', 'second'];
    await zim.given([throttled, accepted], {
      serverSecret: () => Promise.resolve(secrets.shift() ?? ''),
    });
    await zim.settled(zim.service.invite(invite));
    const signatures = zim.sent('Signature');
    expect(signatures).toEqual([
      createHash('md5').update('123450000000000000001first1700000000').digest('hex'),
      createHash('md5').update('123450000000000000002second1700000001').digest('hex'),
    ]);
  });

  it.each([
    [
      'throws',
      () => Promise.reject(new TypeError('s3cret')),
      'the function that returns it failed (TypeError)',
    ],
    ['returns nothing', () => '', 'its function must return the text'],
  ])('is reported without its value when its function %s', async (_, serverSecret, words) => {
    await zim.given([accepted], { serverSecret });
    const error = await failureOf(zim.service.invite(invite));
    expect(error.kind).toBe('config');
    expect(error.outcome).toBe('not-sent');
    expect(error.message).toContain(words);
    expect(error.message).not.toContain('s3cret');
    expect(zim.server.requests).toHaveLength(0);
  });

  it('that is not delivered does not outlast the deadline', async () => {
    let asked: () => void = () => undefined;
    const wasAsked = new Promise<void>((resolve) => (asked = resolve));
    await zim.given([accepted], {
      serverSecret: () => {
        asked();
        return new Promise<string>(() => undefined);
      },
      requestTimeoutMs: 60_000,
    });
    const call = failureOf(zim.service.invite(invite));
    await wasAsked;
    zim.runtime.advance(10_000);
    const error = await call;
    expect([error.kind, error.outcome]).toEqual(['timeout', 'not-sent']);
  });
});

describe('signature versions', () => {
  it('fails loudly for CallAck, which is published with 3.0', async () => {
    await zim.given([envelope({ Code: 0 })]);
    const error = await failureOf(zim.client.call('CallAck', { body: {} }));
    expect(error.kind).toBe('config');
    expect(error.message).toContain('SignatureVersion 3.0, whose algorithm no public page states');
    expect(zim.server.requests).toHaveLength(0);
  });

  it('takes a supplied signer', async () => {
    await zim.given([envelope({ Code: 0 })], { signers: { '3.0': () => 'three' } });
    await zim.client.call('CallAck', { body: {} });
    await zim.client.call('CallInvite', { body: {} });
    const sent = zim.server.requests.map(({ url }) => url.searchParams);
    expect(sent.map((query) => query.get('SignatureVersion'))).toEqual(['3.0', '2.0']);
    expect(sent[0]?.get('Signature')).toBe('three');
  });

  it.each([undefined, '', Promise.resolve('x')])(
    'wants text of a signer, not %p',
    async (result) => {
      await zim.given([envelope({ Code: 0 })], {
        signatureVersion: '9',
        signers: { '9': () => result as string },
      });
      const error = await failureOf(zim.service.invite(invite));
      expect(error.message).toContain('must return text');
      expect(zim.server.requests).toHaveLength(0);
    },
  );

  it('does not quote a signer that throws', async () => {
    const signer = () => {
      throw new RangeError(testSecret);
    };
    await zim.given([envelope({ Code: 0 })], { signatureVersion: '9', signers: { '9': signer } });
    const error = await failureOf(zim.service.invite(invite));
    expect(error.message).toContain('the function that signs failed (RangeError)');
    expect(error.message).not.toContain(testSecret);
  });
});
