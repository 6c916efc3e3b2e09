import { type INestApplication, Injectable, Module } from '@nestjs/common';
import { ExpressAdapter } from '@nestjs/platform-express';
import { Test } from '@nestjs/testing';
import type { AddressInfo } from 'node:net';
import { ZIM_RUNTIME } from '../time/runtime.js';
import { ManualRuntime } from '../testing/manual-runtime.js';
import { RecordingLogger } from '../testing/recording-logger.js';
import {
  callbackPath as path,
  callbackSecret as secret,
  callbackSeconds,
  signedCallback,
} from '../testing/signed-callback.js';
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

let app: INestApplication;
let logger: RecordingLogger;
let runtime: ManualRuntime;

async function start(onReusedNonce?: 'refuse'): Promise<void> {
  const callbacks = { path, secret, onReusedNonce };
  @Module({
    imports: [ZimCallModule.forRoot({ appId: 1, serverSecret: 's', callbacks })],
    providers: [Handlers],
  })
  class App {}
  logger = new RecordingLogger();
  runtime = new ManualRuntime();
  runtime.nowMs = callbackSeconds * 1000;
  const module = await Test.createTestingModule({ imports: [App] })
    .overrideProvider(ZIM_RUNTIME)
    .useValue(runtime)
    .compile();
  app = module.createNestApplication(new ExpressAdapter(), { logger });
  await app.listen(0, '127.0.0.1');
}
afterEach(() => app.close());

async function send(body: object): Promise<number> {
  const { port } = app.getHttpServer().address() as AddressInfo;
  const url = `http://127.0.0.1:${port}${path}`;
  return (await fetch(url, { method: 'POST', body: JSON.stringify(body) })).status;
}

const warnings = () => logger.of('ZimCallbacks').filter((line) => line.startsWith('warn'));
const seen = signedCallback();
/** Can be sent by anyone who has seen the other callback. */
const forged = { ...seen, user_id: 'eve' };

describe('a callback with the nonce and timestamp of another', () => {
  it('but other content is accepted, counted and logged by default', async () => {
    await start();
    expect([await send(seen), await send(forged)]).toEqual([200, 200]);
    expect(app.get(Handlers).events).toHaveLength(2);
    expect(warnings()).toEqual([
      expect.stringContaining('accepted 1 callback of AppID 1 with a reused nonce (nonce 1)'),
    ]);
    await send({ ...seen, user_id: 'mallory' });
    await send({ ...seen, event: 'call_reject' });
    expect(warnings()).toHaveLength(1);
    await app.close();
    expect(warnings()[1]).toContain('accepted 2 callbacks of AppID 1');
    expect(warnings().join()).not.toContain(seen.signature);
  });

  it('but other content is refused where the options say so, and no handler runs', async () => {
    await start('refuse');
    expect([await send(seen), await send(forged), await send(seen)]).toEqual([200, 401, 200]);
    expect(app.get(Handlers).events).toHaveLength(1);
    expect(warnings()).toEqual([
      expect.stringContaining(`refused 1 callback at ${path} (nonce 1)`),
    ]);
  });

  it('and the same content is a repeat, also after a handler failed', async () => {
    await start('refuse');
    app.get(Handlers).failures = 1;
    expect([await send(seen), await send(seen), await send(seen)]).toEqual([500, 200, 200]);
    expect(warnings()).toEqual([]);
  });

  it('is recognised until its signature is no longer accepted', async () => {
    await start('refuse');
    const ahead = signedCallback({ timestamp: callbackSeconds + 300 });
    expect(await send(ahead)).toBe(200);
    runtime.advance(600_999);
    expect(await send({ ...ahead, user_id: 'eve' })).toBe(401);
    expect(warnings()).toEqual([expect.stringContaining('(nonce 1)')]);
  });

  it('is not taken for the other if its timestamp differs', async () => {
    await start('refuse');
    const next = signedCallback({ timestamp: callbackSeconds + 1, user_id: 'carol' });
    expect([await send(seen), await send(next)]).toEqual([200, 200]);
  });
});
