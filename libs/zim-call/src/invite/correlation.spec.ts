import { readCorrelation, utf8ByteLength, zimLimits } from 'zim-protocol';
import type { ZimInvalidRequestError } from '../errors/errors.js';
import { noRetry } from '../config/zim-call-options.js';
import { accepted } from '../testing/scripted-server.js';
import { failureOf, throttled, useScriptedZim } from '../testing/scripted-zim.js';

const zim = useScriptedZim();
const invite = { fromUserId: 'alice', userIds: ['bob'] };
const callbacks = { path: '/zim/callbacks', secret: 'secret' };
const withCorrelation = { callbacks, correlation: {} };
const sentData = () =>
  zim.server.requests.map(
    ({ body }) => (JSON.parse(body) as { ExtendedData: string }).ExtendedData,
  );

describe('an invite of a module with correlation', () => {
  it("carries a correlation id of 16 random bytes before the caller's own data", async () => {
    await zim.given([accepted], withCorrelation);
    const result = await zim.service.invite({ ...invite, extendedData: 'room 42' });
    expect(result.confirmedBy).toBe('reply');
    const bytes = Buffer.from(zim.runtime.nonces.slice(0, 2).join(''), 'hex');
    expect(sentData()).toEqual([`zim-call/1 ${bytes.toString('base64url')}\nroom 42`]);
  });

  it('carries a correlation id of its own, also without data', async () => {
    await zim.given([accepted], withCorrelation);
    await zim.service.invite(invite);
    await zim.service.invite(invite);
    const sent = sentData().map(readCorrelation);
    expect(sent.map(({ extendedData }) => extendedData)).toEqual(['', '']);
    expect(new Set(sent.map(({ correlationId }) => correlationId)).size).toBe(2);
  });

  it('carries the same correlation id when it is sent again', async () => {
    await zim.given([throttled, accepted], withCorrelation);
    await zim.settled(zim.service.invite(invite));
    expect(sentData()).toHaveLength(2);
    expect(new Set(sentData()).size).toBe(1);
  });

  it.each([
    ['ASCII', 'x'.repeat(2_014)],
    ['text of several bytes a character', `${'铃'.repeat(671)}x`],
  ])('has a limit that is 34 bytes lower: %s', async (_, extendedData) => {
    await zim.given([accepted], withCorrelation);
    await zim.service.invite({ ...invite, extendedData });
    expect(sentData().map(utf8ByteLength)).toEqual([zimLimits.extendedDataBytes]);
    const error = await failureOf(
      zim.service.invite({ ...invite, extendedData: `${extendedData}x` }),
    );
    const message = 'extendedData must be at most 2014 bytes of UTF-8 long, is 2015';
    expect(error).toMatchObject({
      kind: 'invalid-request',
      outcome: 'not-sent',
      errors: [{ path: 'extendedData', message }],
    });
    expect(zim.server.requests).toHaveLength(1);
  });

  it('keeps the other rules, with a raised number of callees', async () => {
    await zim.given([accepted], { ...withCorrelation, maxCallees: 20 });
    const userIds = Array.from({ length: 20 }, (_, index) => `u${index}`);
    expect((await zim.service.invite({ ...invite, userIds })).invited).toHaveLength(20);
    const error = await failureOf(
      zim.service.invite({ fromUserId: '', userIds: [...userIds, 'v'] }),
    );
    const paths = (error as ZimInvalidRequestError).errors.map((one) => one.path);
    expect(paths.sort()).toEqual(['fromUserId', 'userIds']);
  });

  it('reports no correlation id if it certainly rang no phone', async () => {
    await zim.given([throttled], { ...withCorrelation, retry: noRetry });
    const error = await failureOf(zim.service.invite(invite));
    expect(error).not.toHaveProperty('correlationId');
  });
});

describe('an invite of a module without', () => {
  it('carries what was given, up to the whole limit', async () => {
    await zim.given([accepted], { callbacks });
    const extendedData = 'x'.repeat(zimLimits.extendedDataBytes);
    await zim.service.invite({ ...invite, extendedData });
    expect(sentData()).toEqual([extendedData]);
  });
});
