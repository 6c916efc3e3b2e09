const { NestFactory } = require('@nestjs/core');
const zimCall = require('nestjs-zim-call');
const { ZimSandbox } = require('zim-sandbox');

async function ring() {
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
  const names = Object.keys(zimCall).sort();
  process.stdout.write(JSON.stringify({ callId, ringing, names }));
}

void ring();
