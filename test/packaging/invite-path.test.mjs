import assert from 'node:assert/strict';
import { createServer } from 'node:http';
import { Session } from 'node:inspector/promises';
import { after, before, test } from 'node:test';
import { NestFactory } from '@nestjs/core';
import { CallInviteService, ZimCallModule } from 'nestjs-zim-call';

const maxFiles = 28;
const reply = JSON.stringify({
  Code: 0,
  Message: 'success',
  RequestId: '1',
  CallId: '1',
  ErrorUsers: [],
});
const invite = { fromUserId: 'alice', userIds: ['bob'] };

let server;
let app;
let calls;

before(async () => {
  server = createServer((request, response) => {
    request.resume();
    response.setHeader('Content-Type', 'application/json');
    response.end(reply);
  });
  await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve));
  const baseUrl = `http://127.0.0.1:${server.address().port}`;
  const module = ZimCallModule.forRoot({ appId: 1, serverSecret: '0'.repeat(32), baseUrl });
  app = await NestFactory.createApplicationContext(module, { logger: false });
  calls = app.get(CallInviteService);
});
after(async () => {
  await app.close();
  server.close();
});

/** The files of this package whose functions run while some work is done. */
async function filesOf(work) {
  const session = new Session();
  session.connect();
  await session.post('Profiler.enable');
  await session.post('Profiler.startPreciseCoverage', { callCount: true, detailed: false });
  await work();
  const { result } = await session.post('Profiler.takePreciseCoverage');
  session.disconnect();
  const root = '/zim-call/dist/esm/';
  return result
    .filter(({ url }) => url.includes(root))
    .filter(({ functions }) =>
      functions.some(({ functionName, ranges }) => functionName !== '' && ranges[0].count > 0),
    )
    .map(({ url }) => url.slice(url.indexOf(root) + root.length));
}

test(`an invite passes through at most ${maxFiles} files, besides those that observe it`, async () => {
  await calls.invite(invite);
  const files = await filesOf(() => calls.invite(invite));
  const path = files.filter((file) => !file.startsWith('telemetry/'));
  assert.ok(path.length > 20, `only ${path.length} files: ${path.join(', ')}`);
  assert.ok(path.length <= maxFiles, `${path.length} files: ${path.join(', ')}`);
});
