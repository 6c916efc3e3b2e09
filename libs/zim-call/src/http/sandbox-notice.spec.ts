import { Logger } from '@nestjs/common';
import { ZimHealthIndicator } from '../telemetry/zim-health.indicator.js';
import { createClient, type TestClient } from '../testing/create-client.js';
import { accepted, envelope, type Script, ScriptedServer } from '../testing/scripted-server.js';

const invite = { fromUserId: 'alice', userIds: ['bob'] };
const fields = { Code: 0, CallId: '1', CreateTime: 0, ErrorUsers: [] };
const fromSandbox = envelope(fields, { 'X-Zim-Sandbox': '0.1.0' });
const refusedBySandbox = envelope({ Code: 660000002 }, { 'X-Zim-Sandbox': '0.1.0' });

let server: ScriptedServer;
let zim: TestClient;
let warnings: unknown[];

async function given(...scripts: Script[]): Promise<void> {
  server = await ScriptedServer.start(...scripts);
  zim = await createClient(server.url);
  warnings = [];
  zim.module.useLogger({
    log: () => undefined,
    error: () => undefined,
    warn: (message: unknown) => warnings.push(message),
  });
}
afterEach(async () => {
  Logger.overrideLogger(false);
  await zim.module.close();
  await server.stop();
});

const health = () => zim.module.get(ZimHealthIndicator).check().zim;

describe('a client whose calls go to a sandbox', () => {
  it('logs so once, and its health indicator reports it', async () => {
    await given(fromSandbox);
    expect(health()).not.toHaveProperty('sandbox');
    await zim.service.invite(invite);
    await zim.service.invite(invite);
    expect(warnings).toEqual([expect.stringContaining('Calls go to zim-sandbox, not to ZIM')]);
    expect(health()).toMatchObject({ status: 'up', sandbox: true });
  });

  it('reports it after a refusal, too', async () => {
    await given(refusedBySandbox);
    await expect(zim.service.invite(invite)).rejects.toMatchObject({ vendorCode: 660000002 });
    expect(health()).toMatchObject({ sandbox: true });
  });

  it('calls although the logger throws', async () => {
    await given(fromSandbox);
    zim.module.useLogger({
      log: () => undefined,
      error: () => undefined,
      warn: () => {
        throw new Error('a logger');
      },
    });
    expect((await zim.service.invite(invite)).callId).toBe('1');
  });
});

it('does not report a sandbox while ZIM answers', async () => {
  await given(accepted);
  await zim.service.invite(invite);
  expect(warnings).toEqual([]);
  expect(health()).not.toHaveProperty('sandbox');
});
