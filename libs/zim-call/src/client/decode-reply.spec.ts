import { decodeReply } from './decode-reply.js';
import { Failure } from './failure.js';

function decode(text: string, status = 200, contentType = 'application/json; charset=utf-8') {
  return decodeReply({ status, headers: { 'content-type': contentType }, text });
}

function errorOf(text: string, status?: number, contentType?: string) {
  const result = decode(text, status, contentType);
  if (!(result instanceof Failure)) throw new Error('decoded');
  return result.toError('CallInvite', 1);
}

describe('decodeReply', () => {
  it('returns the envelope of a success, with ids as text', () => {
    expect(decode('{"Code":0,"Message":"success","RequestId":"1","CallId":"2"}')).toEqual({
      Code: 0,
      Message: 'success',
      RequestId: '1',
      CallId: '2',
    });
  });

  it.each([
    '/?Action=CallInvite&Signature=0123456789abcdef0123456789abcdef',
    '0123456789abcdef0123456789abcdef',
    'req-0123456789ABCDEF0123456789ABCDEF',
    `a${'0'.repeat(40)}`,
    'x'.repeat(65),
    'a b',
    'a\nb',
    '',
  ])('takes no RequestId that could be something else: %j', (RequestId) => {
    expect(errorOf(JSON.stringify({ Code: 424242, RequestId })).requestId).toBeUndefined();
    expect(decode(JSON.stringify({ Code: 0, RequestId }))).toMatchObject({ RequestId: '' });
  });

  it.each(['343649807833778782', 'req-123456789', 'f47ac10b-58cc-4372-a567-0e02b2c3d479'])(
    'takes the RequestId %j',
    (RequestId) => {
      expect(errorOf(JSON.stringify({ Code: 424242, RequestId })).requestId).toBe(RequestId);
    },
  );

  it('classifies every throttle as a rate limit, but repeats only the per-second ones', () => {
    expect(errorOf('{"Code":660500003}')).toMatchObject({ kind: 'rate-limit', outcome: 'refused' });
    expect(errorOf('{"Code":660500003}').retryAfterMs).toBeUndefined();
    expect(decode('{"Code":660500003}')).toMatchObject({ next: 'give-up' });
  });

  it('does not invent a RequestId', () => {
    expect(decode('{"Code":0,"RequestId":7}')).toMatchObject({ Message: '', RequestId: '' });
    expect(errorOf('{"Code":2}').requestId).toBeUndefined();
  });

  it.each([
    [660000002, 'ZimInvalidRequestError', 'rejected'],
    [660000011, 'ZimInvalidRequestError', 'rejected'],
    [660000012, 'ZimInvalidRequestError', 'rejected'],
    [660900007, 'ZimInvalidRequestError', 'rejected'],
    [2, 'ZimInvalidRequestError', 'rejected'],
    [660700006, 'ZimInvalidRequestError', 'rejected'],
    [660700007, 'ZimInvalidRequestError', 'rejected'],
    [660700012, 'ZimUserNotRegisteredError', 'rejected'],
    [660700015, 'ZimUserNotRegisteredError', 'rejected'],
    [660500002, 'ZimUserNotRegisteredError', 'rejected'],
    [660900003, 'ZimUserNotRegisteredError', 'rejected'],
    [660900004, 'ZimCallNotFoundError', 'rejected'],
    [660900005, 'ZimCallStateError', 'rejected'],
    [660900006, 'ZimCallStateError', 'rejected'],
    [660900008, 'ZimCallStateError', 'rejected'],
    [7, 'ZimRateLimitError', 'refused'],
    [660300005, 'ZimRateLimitError', 'refused'],
    [660700001, 'ZimRateLimitError', 'refused'],
    [3, 'ZimAuthError', 'rejected'],
    [100000000, 'ZimAuthError', 'rejected'],
    [100000004, 'ZimAuthError', 'refused'],
    [100000005, 'ZimAuthError', 'rejected'],
    [100000010, 'ZimServiceError', 'rejected'],
    [100000011, 'ZimServiceError', 'rejected'],
    [100000012, 'ZimServiceError', 'rejected'],
    [100000015, 'ZimServiceError', 'unknown'],
    [100000017, 'ZimAuthError', 'rejected'],
    [1, 'ZimServiceError', 'unknown'],
    [660000003, 'ZimServiceError', 'unknown'],
    [424242, 'ZimServiceError', 'unknown'],
    [-1, 'ZimServiceError', 'unknown'],
  ])('turns code %d into %s, %s', (code, name, outcome) => {
    const error = errorOf(JSON.stringify({ Code: code, Message: 'm', RequestId: '9' }));
    expect([error.name, error.outcome, error.vendorCode, error.requestId]).toEqual([
      name,
      outcome,
      code,
      '9',
    ]);
  });

  it("quotes ZIM's message only if the code is not documented, and cleans it", () => {
    const hex = '0123456789abcdef0123456789abcdef';
    const message = `bad\n${hex} 坏 ${'x'.repeat(500)}`;
    const quoted = errorOf(JSON.stringify({ Code: 5, Message: message })).message;
    expect(quoted).toContain('"bad [redacted] ');
    expect(quoted.length).toBeLessThan(300);
    expect(errorOf(JSON.stringify({ Code: 2, Message: 'canary' })).message).not.toContain('canary');
  });

  it.each(['', 'null', '[]', '{}', '{"Code":0.5}', '{"Code":1e400}', '<html>', '{"Code":'])(
    'finds no answer in %j',
    (text) => {
      expect(errorOf(text)).toMatchObject({ kind: 'protocol', outcome: 'unknown' });
    },
  );

  it("describes a reply that is not ZIM's, without quoting it", () => {
    expect(errorOf('<h1>canary</h1>', 502, 'text/html; x=canary').message).toBe(
      'CallInvite: the reply is no answer of ZIM (HTTP 502, text/html, 15 bytes); it may have taken effect',
    );
    expect(errorOf('x', 200, '').message).toContain('no content type');
  });

  it.each([
    ['a'.repeat(5_000) + '/' + 'b'.repeat(5_000), 'no content type'],
    [`text/${'b'.repeat(5_000)}`, 'no content type'],
    ['text/0123456789abcdef0123456789abcdef', 'no content type'],
    ['text/0123456789ABCDEF0123456789ABCDEF', 'no content type'],
    ['text/html\r\nX: y', 'text/html'],
    ['application/vnd.api+json;charset=utf-8', 'application/vnd.api+json'],
  ])('quotes a content type only if it can be one: %.40j', (contentType, quoted) => {
    expect(errorOf('x', 502, contentType).message).toBe(
      `CallInvite: the reply is no answer of ZIM (HTTP 502, ${quoted}, 1 bytes); it may have taken effect`,
    );
  });
});
