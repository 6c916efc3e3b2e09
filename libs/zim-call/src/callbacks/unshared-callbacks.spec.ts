import { Injectable } from '@nestjs/common';
import { CALL_EVENT_STORE, MemoryCallEventStore } from '../stores/call-event-store.js';
import { CallbackApp, callbackPath as path, callbackSecret } from '../testing/callback-app.js';
import { ManualRuntime } from '../testing/manual-runtime.js';
import { ZimCallModule } from '../zim-call.module.js';
import { OnZimCall } from './on-zim-call.js';

@Injectable()
class Handlers {
  accepts = 0;

  @OnZimCall('call_accept')
  onAccept() {
    this.accepts++;
  }
}

/** A store whose shared part is unavailable for a while. */
class CutOffStore extends MemoryCallEventStore {
  isShared = false;

  override flush(): Promise<boolean> {
    return Promise.resolve(this.isShared);
  }
}

it('a callback that only this instance has stored is refused until all can find it; its handlers run once', async () => {
  const store = new CutOffStore(new ManualRuntime());
  const callbacks = { path, secret: callbackSecret };
  const options = { appId: 1, serverSecret: 's', callbacks };
  const backend = await CallbackApp.start(
    { imports: [ZimCallModule.forRoot(options)], providers: [Handlers] },
    undefined,
    new Map([[CALL_EVENT_STORE, store]]),
  );
  const deliver = () => backend.deliver('call_accept', { call_id: 'call', user_id: 'bob' });
  expect(await deliver()).toBe(503);
  expect(await deliver()).toBe(503);
  // A wait here knows it already.
  expect(await store.load('call')).toMatchObject([{ type: 'accepted', userIds: ['bob'] }]);
  store.isShared = true;
  expect(await deliver()).toBe(200);
  expect(backend.app.get(Handlers).accepts).toBe(1);
  await backend.close();
});
