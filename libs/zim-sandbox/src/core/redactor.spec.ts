import { Redactor } from './redactor.js';

describe('Redactor', () => {
  const redactor = new Redactor(['abc', 'abcdef']);

  it('removes secrets anywhere in a text, the longest first', () => {
    expect(redactor.text('x abcdef abc y')).toBe('x [redacted] [redacted] y');
    expect(redactor.json({ list: ['1abc2', { keyabc: 'v' }] })).toEqual({
      list: ['1[redacted]2', { 'key[redacted]': 'v' }],
    });
  });

  it('removes the values of fields named signature or secret', () => {
    expect(
      redactor.json({
        serverSecret: 'x',
        SIGNATURE: ['x'],
        deep: { my_signature: { a: 1 } },
        SignatureNonce: 'n',
        SignatureVersion: '2.0',
        plain: 'x',
      }),
    ).toEqual({
      serverSecret: '[redacted]',
      SIGNATURE: '[redacted]',
      deep: { my_signature: '[redacted]' },
      SignatureNonce: 'n',
      SignatureVersion: '2.0',
      plain: 'x',
    });
  });

  it('leaves Signature out of a query, and shows the first value of the other parameters', () => {
    const query = new URLSearchParams(
      'A=1&A=2&Signature=s&signature=s&ServerSecret=s&SignatureNonce=n',
    );
    expect(redactor.query(query)).toEqual({
      A: '1',
      signature: '[redacted]',
      ServerSecret: '[redacted]',
      SignatureNonce: 'n',
    });
  });

  it('removes the signature of a request, unless it is too short to be one', () => {
    const signature = '0123456789abcdef';
    expect(redactor.withSignature(signature).text(`a${signature}b`)).toBe('a[redacted]b');
    expect(redactor.withSignature('a').text('banana')).toBe('banana');
    expect(redactor.withSignature('').text('banana')).toBe('banana');
  });

  it('shortens long texts after redacting them', () => {
    expect(redactor.text(`${'x'.repeat(2046)}abcdef`)).toBe(
      `${'x'.repeat(2046)}[r [cut: 2056 characters]`,
    );
    expect(redactor.text('x'.repeat(2048))).toBe('x'.repeat(2048));
  });

  it('cuts what is nested too deep', () => {
    const deep: unknown = JSON.parse('['.repeat(100_000) + ']'.repeat(100_000));
    expect(JSON.stringify(redactor.json(deep))).toBe(
      `${'['.repeat(16)}"[cut: too deep]"${']'.repeat(16)}`,
    );
  });

  it('keeps a key named __proto__', () => {
    const parsed: unknown = JSON.parse('{"__proto__":{"polluted":1}}');
    expect(JSON.stringify(redactor.json(parsed))).toBe('{"__proto__":{"polluted":1}}');
  });
});

it('removes secrets that are percent-encoded in a URL', () => {
  const apps = [{ appId: 1, serverSecret: 'a/b+c=', callbackSecret: '\ud800 d' }];
  expect(Redactor.of(apps).text('http://127.0.0.1/?x=a%2Fb%2Bc%3D&y=%EF%BF%BD%20d')).toBe(
    'http://127.0.0.1/?x=[redacted]&y=[redacted]',
  );
});
