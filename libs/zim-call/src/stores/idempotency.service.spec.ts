import { createClient } from '../testing/create-client.js';
import { accepted, envelope, type Script, ScriptedServer } from '../testing/scripted-server.js';
import { failureOf, invite, useScriptedZim } from '../testing/scripted-zim.js';

const zim = useScriptedZim();
const reset: Script = (response) => response.socket?.resetAndDestroy();
const options = { idempotencyKey: 'order-17' };

/** A script that answers when the test calls `release` or `reject`. */
function held(): { readonly script: Script; release: () => void; reject: () => void } {
  let answer: (script: Script) => void = () => undefined;
  const script: Script = (response, request) => {
    answer = (end) => {
      end(response, request);
    };
  };
  return {
    script,
    release: () => {
      answer(accepted);
    },
    reject: () => {
      answer(envelope({ Code: 660500002 }));
    },
  };
}

describe('an idempotency key', () => {
  it('replays the result of the first invite and sends no other', async () => {
    await zim.given([accepted, envelope({ Code: 0, CallId: '2', CreateTime: 1 })]);
    const first = await zim.service.invite(invite, options);
    expect(first).not.toHaveProperty('replayed');
    const again = await zim.service.invite({ ...invite }, options);
    expect(again).toEqual({ ...first, replayed: true });
    expect(zim.server.requests).toHaveLength(1);
    expect((await zim.service.invite(invite, { idempotencyKey: 'other' })).callId).toBe('2');
  });

  it('makes invites wait while the first with the key is under way', async () => {
    const reply = held();
    await zim.given([reply.script]);
    const calls = [1, 2, 3].map(() => zim.service.invite(invite, options));
    await zim.server.received(1);
    zim.runtime.advance(100);
    await new Promise(setImmediate);
    reply.release();
    await calls[0];
    zim.runtime.advance(100);
    const [first, ...others] = await Promise.all(calls);
    const replayed = { ...first, replayed: true };
    expect(others).toEqual([replayed, replayed]);
    expect(zim.server.requests).toHaveLength(1);
  });

  it('is refused at once for an invite with other contents', async () => {
    await zim.given([accepted]);
    await zim.service.invite(invite, options);
    const error = await failureOf(
      zim.service.invite({ ...invite, extendedData: 'other' }, options),
    );
    expect(error).toMatchObject({ kind: 'idempotency', outcome: 'not-sent' });
    expect(error.message).toContain('idempotencyKey');
    expect(zim.server.requests).toHaveLength(1);
  });

  it.each<[string, Script, string]>([
    ['a connection that broke', reset, 'connection'],
    ['a reply that is not JSON', (response) => response.end('<h1>'), 'protocol'],
    ['a code of an internal failure', envelope({ Code: 660000001 }), 'service'],
  ])('stays unknown after %s and sends no other invite', async (_, script, kind) => {
    await zim.given([script, accepted]);
    const first = await failureOf(zim.service.invite(invite, options));
    const second = await failureOf(zim.service.invite(invite, options));
    expect([first.kind, first.outcome]).toEqual([kind, 'unknown']);
    expect(second).toBeInstanceOf(first.constructor);
    expect(second.toJSON()).toEqual(first.toJSON());
    expect(zim.server.requests).toHaveLength(1);
  });

  it('replays an unknown outcome with the class that the second request got', async () => {
    const ErrorUsers = [{ UserId: 'bob', SubCode: 660500002 }];
    const no = envelope({ Code: 660900003, ErrorUsers });
    await zim.given([reset, no], { onUnknown: 'retry' });
    const first = await failureOf(zim.settled(zim.service.invite(invite, options)));
    const second = await failureOf(zim.settled(zim.service.invite(invite, options)));
    expect(first).toMatchObject({ kind: 'user-not-registered', outcome: 'unknown' });
    expect(first.errorUsers).toHaveLength(1);
    expect(second.toJSON()).toEqual(first.toJSON());
    expect(zim.server.requests).toHaveLength(2);
  });

  it('lets waiting invites try one after the other when the first certainly had no effect', async () => {
    const reply = held();
    const no = envelope({ Code: 660500002 });
    await zim.given([reply.script, no, accepted]);
    const calls = [1, 2, 3, 4].map(() =>
      zim.service.invite(invite, options).then(
        ({ callId }) => callId,
        () => 'rejected',
      ),
    );
    await zim.server.received(1);
    reply.reject();
    await calls[0];
    const progress = { ended: false };
    const all = Promise.all(calls).finally(() => (progress.ended = true));
    for (let rounds = 0; !progress.ended && rounds < 1_000; rounds++) {
      zim.runtime.advance(10);
      await new Promise(setImmediate);
    }
    const ends = await all;
    expect(ends.filter((end) => end === 'rejected')).toHaveLength(2);
    expect(new Set(ends).size).toBe(2);
    expect(zim.server.requests).toHaveLength(3);
  });

  it.each<[string, Script, string]>([
    ['rejected', envelope({ Code: 660500002 }), 'rejected'],
    ['refused', envelope({ Code: 100000004 }), 'refused'],
  ])('is new again after an invite that ZIM %s', async (_, script, outcome) => {
    await zim.given([script, accepted]);
    expect((await failureOf(zim.service.invite(invite, options))).outcome).toBe(outcome);
    expect((await zim.service.invite(invite, options)).invited).toEqual(['bob']);
  });

  it('stops only the waiting invite whose deadline or signal ends it', async () => {
    const reply = held();
    await zim.given([reply.script]);
    const first = zim.service.invite(invite, options);
    await zim.server.received(1);
    const controller = new AbortController();
    const impatient = failureOf(zim.service.invite(invite, { ...options, deadlineMs: 50 }));
    const aborted = failureOf(
      zim.service.invite(invite, { ...options, signal: controller.signal }),
    );
    await new Promise(setImmediate);
    controller.abort();
    zim.runtime.advance(50);
    expect(await impatient).toMatchObject({ kind: 'timeout', outcome: 'unknown' });
    expect(await aborted).toMatchObject({ kind: 'connection', outcome: 'unknown' });
    reply.release();
    expect((await first).invited).toEqual(['bob']);
    expect(zim.server.requests).toHaveLength(1);
  });

  it('can be used for another invite after its life', async () => {
    await zim.given([accepted], { idempotencyLifeMs: 60_000 });
    await zim.service.invite(invite, options);
    zim.runtime.advance(60_000);
    await zim.service.invite({ ...invite, extendedData: 'other' }, options);
    expect(zim.server.requests).toHaveLength(2);
  });

  it.each(['', 'a b', 'ü', 'x'.repeat(256), 7])(
    'is refused if it is %j',
    async (idempotencyKey) => {
      await zim.given([accepted]);
      const error = await failureOf(zim.service.invite(invite, { idempotencyKey } as object));
      expect(error).toHaveProperty('errors', [
        {
          path: 'idempotencyKey',
          message: 'idempotencyKey must be 1 to 255 visible ASCII characters',
        },
      ]);
    },
  );

  it('is an option of invites only', async () => {
    await zim.given([accepted]);
    const error = await failureOf(
      zim.service.accept({ callId: '1', userId: 'bob' }, options as object),
    );
    expect(error.message).toContain('idempotencyKey is not a known option');
  });

  it('cannot be claimed while Redis is unavailable', async () => {
    await zim.given([accepted]);
    const gone = await ScriptedServer.start(accepted);
    const redisUrl = gone.url.replace('http', 'redis');
    await gone.stop();
    const client = await createClient(zim.server.url, { redisUrl });
    expect(await failureOf(client.service.invite(invite, options))).toMatchObject({
      kind: 'connection',
      outcome: 'not-sent',
    });
    expect(zim.server.requests).toEqual([]);
    await client.module.close();
  });
});
