import { envelope } from '../testing/scripted-server.js';
import { failureOf, useScriptedZim } from '../testing/scripted-zim.js';

const zim = useScriptedZim();
const answer = { callId: '12261423186766631832', userId: 'bob' };

describe.each(['accept', 'reject'] as const)('%s', (method) => {
  it('is a GET with everything percent-encoded in the query', async () => {
    await zim.given([envelope({ Code: 0 })]);
    const userId = '!#$%&()+-:;<=.>?@[]^_{}|~ aZ09';
    const extendedData = 'a+b&c=d#%? /"中😀\n';
    const result = await zim.service[method]({ ...answer, userId, extendedData });
    const [request] = zim.server.requests;
    expect(request?.method).toBe('GET');
    expect(request?.body).toBe('');
    expect(Object.fromEntries(request?.url.searchParams ?? [])).toMatchObject({
      Action: method === 'accept' ? 'CallAccept' : 'CallReject',
      FromUserId: userId,
      CallId: answer.callId,
      ExtendedData: extendedData,
      AppId: '12345',
    });
    expect(request?.url.search).not.toMatch(/[+ ]/);
    expect(result).toEqual({ requestId: '343649807833778782' });
  });

  it('leaves out what is not given', async () => {
    await zim.given([envelope({ Code: 0 })]);
    await zim.service[method](answer);
    expect(zim.server.requests[0]?.url.searchParams.has('ExtendedData')).toBe(false);
  });

  it.each([
    [660500002, 'user-not-registered'],
    [660900004, 'call-not-found'],
    [660900005, 'call-state'],
    [660900006, 'call-state'],
    [660900008, 'call-state'],
  ])('turns %d into %s', async (code, kind) => {
    await zim.given([envelope({ Code: code })]);
    const error = await failureOf(zim.service[method](answer));
    expect([error.kind, error.outcome, error.attempts]).toEqual([kind, 'rejected', 1]);
  });

  it.each<[object, string]>([
    [{ callId: '' }, 'callId'],
    [{ callId: 12261423186766631832n }, 'callId'],
    [{ callId: 'x'.repeat(33) }, 'callId'],
    [{ userId: 'a,b' }, 'userId'],
    [{ extendedData: '中'.repeat(683) }, 'extendedData'],
    [{ more: 1 }, 'more'],
  ])('refuses %p', async (change, path) => {
    await zim.given([envelope({ Code: 0 })]);
    const error = await failureOf(zim.service[method]({ ...answer, ...change }));
    expect(error).toHaveProperty('errors', [expect.objectContaining({ path })]);
    expect(zim.server.requests).toHaveLength(0);
  });
});
