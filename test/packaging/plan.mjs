import { NestFactory } from '@nestjs/core';
import * as zimDispatch from 'nestjs-zim-dispatch';
import { ZimCallModule } from 'nestjs-zim-call';
import { ZimSandbox } from 'zim-sandbox';

const sandbox = await ZimSandbox.start({ users: ['alice', 'bob'] });
const { appId, serverSecret } = sandbox.app;
const app = await NestFactory.createApplicationContext(
  {
    ...zimDispatch.ZimDispatchModule.forRoot({ trustWithdrawal: true }),
    imports: [ZimCallModule.forRoot({ appId, serverSecret, baseUrl: sandbox.url })],
  },
  { logger: false },
);
const dispatcher = app.get(zimDispatch.RingDispatcher);
const steps = zimDispatch.ringAll(['bob']);
const id = await dispatcher.ring({ version: 1, fromUserId: 'alice', steps });
await new Promise((resolve) => {
  dispatcher.events(id).subscribe(({ type }) => {
    if (type === 'ringing') resolve();
  });
});
await dispatcher.cancel(id);
const { result } = await dispatcher.result(id);
await app.close();
await sandbox.stop();
process.stdout.write(JSON.stringify({ result, names: Object.keys(zimDispatch).sort() }));
