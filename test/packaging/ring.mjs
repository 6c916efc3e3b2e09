import { NestFactory } from '@nestjs/core';
import * as zimCall from 'nestjs-zim-call';
import { ZimSandbox } from 'zim-sandbox';

const sandbox = await ZimSandbox.start({ users: ['alice', 'bob'] });
const { appId, serverSecret } = sandbox.app;
const app = await NestFactory.createApplicationContext(
  zimCall.ZimCallModule.forRoot({ appId, serverSecret, baseUrl: sandbox.url }),
  { logger: false },
);
const { callId } = await app
  .get(zimCall.CallInviteService)
  .invite({ fromUserId: 'alice', userIds: ['bob'] });
const [{ ringing }] = sandbox.calls.list();
await app.close();
await sandbox.stop();
process.stdout.write(JSON.stringify({ callId, ringing, names: Object.keys(zimCall).sort() }));
