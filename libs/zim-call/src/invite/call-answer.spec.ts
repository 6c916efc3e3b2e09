import { toZimProblem } from '../errors/zim-exception.filter.js';
import { noRetry, persistentRetry } from '../config/zim-call-options.js';
import { createClient } from '../testing/create-client.js';
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
    [660900005, 'call-state'],
    [660900006, 'call-state'],
    [660900008, 'call-state'],
  ])('turns %d into %s', async (code, kind) => {
    await zim.given([envelope({ Code: code })]);
    const error = await failureOf(zim.service[method](answer));
    expect([error.kind, error.outcome, error.attempts]).toEqual([kind, 'rejected', 1]);
  });

  it('is sent again, at most twice, while ZIM cannot read the call', async () => {
    await zim.given([envelope({ Code: 660900004 })], { retry: persistentRetry });
    const error = await failureOf(zim.settled(zim.service[method](answer)));
    expect(error).toMatchObject({
      kind: 'call-not-found',
      outcome: 'rejected',
      vendorCode: 660900004,
      attempts: 3,
      message: expect.stringContaining('could not read the call, which may not exist'),
    });
    expect(toZimProblem(error)).toMatchObject({
      status: 404,
      title: 'ZIM could not read the call',
    });
  });

  it('succeeds when ZIM can read the call the next time', async () => {
    await zim.given([envelope({ Code: 660900004 }), envelope({ Code: 0 })]);
    await zim.settled(zim.service[method](answer));
    expect(zim.server.requests).toHaveLength(2);
  });

  it('is not sent again after the deadline, nor with noRetry', async () => {
    await zim.given([envelope({ Code: 660900004 })]);
    const hasty = await failureOf(zim.service[method](answer, { deadlineMs: 50 }));
    expect([hasty.kind, hasty.attempts]).toEqual(['call-not-found', 1]);
    const once = await createClient(zim.server.url, { retry: noRetry });
    expect((await failureOf(once.service[method](answer))).attempts).toBe(1);
    await once.module.close();
  });

  it('reports that ZIM could not read the call also if the next request is not sent', async () => {
    let asked = 0;
    const serverSecret = () => (asked++ === 0 ? 'secret' : Promise.reject(new Error('gone')));
    await zim.given([envelope({ Code: 660900004 })], { serverSecret });
    const error = await failureOf(zim.settled(zim.service[method](answer)));
    expect(error).toMatchObject({ kind: 'call-not-found', outcome: 'rejected', attempts: 2 });
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
