import { ManualRuntime } from '../testing/manual-runtime.js';
import { accepted } from '../testing/scripted-server.js';
import { failureOf, invite, throttled, useScriptedZim } from '../testing/scripted-zim.js';

const zim = useScriptedZim();

describe('a call that gets no permit', () => {
  it('is refused at once, with Retry-After', async () => {
    await zim.given([accepted], { rateLimit: { limit: 1, windowMs: 60_000 } });
    await zim.service.invite(invite);
    const error = await failureOf(zim.service.invite(invite));
    expect(error).toMatchObject({
      kind: 'rate-limit',
      outcome: 'not-sent',
      attempts: 0,
      action: 'CallInvite',
    });
    expect(error.retryAfterMs).toBeGreaterThan(59_000);
    expect(error.message).toMatch(
      /ZIM's quota leaves no room for it before its deadline.*60\.\d s/,
    );
    expect(error.advice).toContain('rateLimit.limit');
    expect(zim.server.requests).toHaveLength(1);
  });

  it('is refused when too many wait', async () => {
    const runtime = new ManualRuntime();
    await zim.given([accepted], { rateLimit: { limit: 1, maxQueued: 3 } }, runtime);
    const controller = new AbortController();
    await zim.service.invite(invite);
    const waiting = [1, 2].map(() =>
      failureOf(zim.service.invite(invite, { signal: controller.signal })),
    );
    expect(await failureOf(zim.service.invite(invite))).toMatchObject({
      kind: 'rate-limit',
      message: expect.stringContaining('too many calls already wait'),
    });
    controller.abort();
    for (const error of await Promise.all(waiting)) {
      expect(error).toMatchObject({ kind: 'connection', outcome: 'not-sent' });
    }
  });

  it('does not forget that ZIM has refused it before', async () => {
    await zim.given([throttled], { rateLimit: { windowMs: 5_000 } });
    const error = await failureOf(zim.service.invite(invite, { deadlineMs: 4_000 }));
    expect(error).toMatchObject({ outcome: 'refused', vendorCode: 660300005, attempts: 1 });
  });
});

describe('a slot', () => {
  it('of a request that was not sent goes to the next call', async () => {
    await zim.given([accepted], {
      rateLimit: { limit: 1, windowMs: 60_000 },
      serverSecret: jest.fn(() => 'secret').mockImplementationOnce(() => ''),
    });
    expect(await failureOf(zim.service.invite(invite))).toMatchObject({ kind: 'config' });
    await expect(zim.service.invite(invite)).resolves.toBeDefined();
  });
});

describe('a module that closes', () => {
  it('lets calls that wait for a permit leave', async () => {
    await zim.given([accepted]);
    const calls = Array.from({ length: 30 }, () => zim.settled(zim.service.invite(invite)));
    await zim.server.received(1);
    await zim.close();
    expect(await Promise.all(calls)).toHaveLength(30);
  });

  it('refuses the calls that were not sent within drainMs', async () => {
    await zim.given([accepted], { rateLimit: { limit: 1, windowMs: 60_000, drainMs: 100 } });
    await zim.settled(zim.service.invite(invite));
    const call = failureOf(zim.settled(zim.service.invite(invite, { deadlineMs: 100_000 })));
    await zim.close();
    expect(await call).toMatchObject({
      outcome: 'not-sent',
      message: expect.stringContaining('closed'),
    });
    expect(zim.server.requests).toHaveLength(1);
  });
});

describe('lane and tenant', () => {
  it.each([
    [{ lane: 'fast' }, 'lane must be one of urgent, normal, bulk'],
    [{ tenant: '' }, 'tenant must be text of 1 to 200 characters'],
    [{ tenant: 'x'.repeat(201) }, 'tenant must be text of 1 to 200 characters'],
    [{ tenant: 7 }, 'tenant must be text of 1 to 200 characters'],
  ])('%j is refused', async (options, message) => {
    await zim.given([accepted]);
    const error = await failureOf(zim.service.invite(invite, options as object));
    expect(error).toMatchObject({ kind: 'invalid-request', errors: [{ message }] });
    expect(zim.server.requests).toHaveLength(0);
  });
});
