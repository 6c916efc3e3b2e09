import { Injectable } from '@nestjs/common';
import { ExpressAdapter } from '@nestjs/platform-express';
import {
  CallbackApp,
  callbackPath as path,
  callbackSecret as secret,
  callbackSeconds,
  signedCallback,
} from '../testing/callback-app.js';
import { ZimCallModule } from '../zim-call.module.js';
import type { AnyZimEvent } from './events.js';
import { OnZimCall } from './on-zim-call.js';

@Injectable()
class Handlers {
  events: AnyZimEvent[] = [];
  failures = 0;

  @OnZimCall('*')
  onAny(event: AnyZimEvent) {
    this.events.push(event);
    if (this.failures-- > 0) throw new Error('not now');
  }
}

let backend: CallbackApp;

async function start(onReusedNonce?: 'refuse'): Promise<void> {
  const callbacks = { path, secret, onReusedNonce };
  const imports = [ZimCallModule.forRoot({ appId: 1, serverSecret: 's', callbacks })];
  backend = await CallbackApp.start({ imports, providers: [Handlers] }, new ExpressAdapter());
}
afterEach(() => backend.close());

const send = async (body: object) => (await backend.post(body)).status;
const warnings = () => backend.logger.of('ZimCallbacks').filter((line) => line.startsWith('warn'));
const seen = signedCallback();
/** Can be sent by anyone who has seen the other callback. */
const forged = { ...seen, user_id: 'eve' };

describe('a callback with the nonce and timestamp of another', () => {
  it('but other content is accepted, counted and logged by default', async () => {
    await start();
    expect([await send(seen), await send(forged)]).toEqual([200, 200]);
    expect(backend.app.get(Handlers).events).toHaveLength(2);
    expect(warnings()).toEqual([
      expect.stringContaining('accepted 1 callback of AppID 1 with a reused nonce (nonce 1)'),
    ]);
    await send({ ...seen, user_id: 'mallory' });
    await send({ ...seen, event: 'call_reject' });
    expect(warnings()).toHaveLength(1);
    await backend.close();
    expect(warnings()[1]).toContain('accepted 2 callbacks of AppID 1');
    expect(warnings().join()).not.toContain(seen.signature);
  });

  it('but other content is refused where the options say so, and no handler runs', async () => {
    await start('refuse');
    expect([await send(seen), await send(forged), await send(seen)]).toEqual([200, 401, 200]);
    expect(backend.app.get(Handlers).events).toHaveLength(1);
    expect(warnings()).toEqual([
      expect.stringContaining(`refused 1 callback at ${path} (nonce 1)`),
    ]);
  });

  it('and the same content is a repeat, also after a handler failed', async () => {
    await start('refuse');
    backend.app.get(Handlers).failures = 1;
    expect([await send(seen), await send(seen), await send(seen)]).toEqual([500, 200, 200]);
    expect(warnings()).toEqual([]);
  });

  it('is recognised until its signature is no longer accepted', async () => {
    await start('refuse');
    const ahead = signedCallback({ timestamp: callbackSeconds + 300 });
    expect(await send(ahead)).toBe(200);
    backend.runtime.advance(600_999);
    expect(await send({ ...ahead, user_id: 'eve' })).toBe(401);
    expect(warnings()).toEqual([expect.stringContaining('(nonce 1)')]);
  });

  it('is not taken for the other if its timestamp differs', async () => {
    await start('refuse');
    const next = signedCallback({ timestamp: callbackSeconds + 1, user_id: 'carol' });
    expect([await send(seen), await send(next)]).toEqual([200, 200]);
  });
});
