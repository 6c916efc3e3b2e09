import { createClient, envelope, type Script, ScriptedServer } from 'nestjs-zim-call/testing';
import { ZimSandbox } from 'zim-sandbox';
import { AppLogger } from '../../apps/sample/src/http/logger.js';
import { startBackend } from '../support/backend.js';
import { Canary } from '../support/canary.js';
import { useCleanup } from '../support/cleanup.js';

const keyCanary = 'canary-key-of-a-caller';
const invite = { fromUserId: 'alice', userIds: ['bob'] };

let canary: Canary;

const echo: Script = (response, request) => {
  const query = Object.fromEntries(request.url.searchParams);
  envelope({
    Code: 424242,
    Message: `bad signature ${query.Signature ?? ''} in ${request.url.href}`,
  })(response, request);
};
const endings: Record<string, Script> = {
  echo,
  'a refusal': envelope({ Code: 100000005, Message: 'signature error' }),
  'a reset': (response) => response.socket?.resetAndDestroy(),
  'HTML that quotes the URL': (response, request) =>
    response.writeHead(502, { 'Content-Type': 'text/html' }).end(request.url.href),
  'a redirect': (response, request) =>
    response.writeHead(302, { Location: request.url.href }).end(),
  'a broken header': (response) =>
    response.socket?.end('HTTP/1.1 200 OK\r\nBad Header\x00: x\r\n\r\n'),
  'a reply that is too large': (response, request) => response.end(request.url.href.repeat(10_000)),
  throttling: envelope({ Code: 660300005 }),
  'an expired signature': envelope({ Code: 100000004 }, { Date: 'Thu, 01 Jan 2015 00:00:00 GMT' }),
};

const afterTest = useCleanup();

beforeEach(() => {
  canary = new Canary();
  canary.captureOutput();
});
afterEach(() => {
  jest.restoreAllMocks();
});

describe('no secret and no signature', () => {
  it.each(Object.entries(endings))('in an error or a log after %s', async (_, script) => {
    const server = await ScriptedServer.start(script);
    afterTest(() => server.stop());
    const zim = await createClient(server.url, { serverSecret: canary.secret });
    zim.module.useLogger(
      new AppLogger({
        json: true,
        logLevels: ['verbose', 'debug', 'log', 'warn', 'error', 'fatal'],
      }),
    );
    const error: unknown = await zim.settled(
      zim.service.invite(invite).catch((reason: unknown) => reason),
    );
    expect(error).toBeInstanceOf(Error);
    canary.see(error);
    for (const { url } of server.requests)
      canary.signatures.add(url.searchParams.get('Signature') ?? '');
    await zim.module.close();
    await server.stop();
    jest.restoreAllMocks();
    expect(canary.signatures.size).toBeGreaterThan(0);
    expect(canary.hits()).toEqual([]);
  });

  it('in the logs, the problem bodies and the answers of the backend', async () => {
    // Throttling has its case above; here its waits would take real time.
    const { throttling: _, ...others } = endings;
    const server = await ScriptedServer.start(...Object.values(others));
    afterTest(() => server.stop());
    const backend = await startBackend(
      {
        ZIM_APP_ID: '12345',
        ZIM_SERVER_SECRET: canary.secret,
        ZIM_BASE_URL: server.url,
        API_KEYS: keyCanary,
      },
      new AppLogger({
        json: true,
        logLevels: ['verbose', 'debug', 'log', 'warn', 'error', 'fatal'],
      }),
    );
    afterTest(() => backend.app.close());
    for (let count = 0; count < 12; count++) {
      const headers = { Authorization: `Bearer ${keyCanary}` };
      const response = await backend.post(`/calls?key=${keyCanary}`, invite, headers);
      expect(response.status).toBeGreaterThanOrEqual(500);
      canary.see(await response.text(), [...response.headers]);
    }
    for (const { url } of server.requests)
      canary.signatures.add(url.searchParams.get('Signature') ?? '');
    await backend.app.close();
    await server.stop();
    jest.restoreAllMocks();
    expect(canary.text).toContain('"reqId"');
    expect(canary.hits(keyCanary)).toEqual([]);
  });

  it('in the journal, the state, the hints and the replies of the sandbox', async () => {
    const sandbox = await ZimSandbox.start({
      apps: [{ appId: 12345, serverSecret: canary.secret }],
      users: ['alice', 'bob'],
    });
    afterTest(() => sandbox.stop());
    const zim = await createClient(sandbox.url, { serverSecret: canary.secret });
    await zim.service.invite(invite);
    const forged = new URLSearchParams({
      Action: 'CallInvite',
      AppId: '12345',
      SignatureNonce: 'x',
      Timestamp: String(Math.floor(Date.now() / 1000)),
      SignatureVersion: '2.0',
      Signature: 'f00dfeedf00dfeedf00dfeedf00dfeed',
    });
    canary.signatures.add('f00dfeedf00dfeedf00dfeedf00dfeed');
    const body = JSON.stringify({
      ...invite,
      ServerSecret: canary.secret,
      signature: canary.secret,
    });
    for (const query of [
      `?${forged.toString()}`,
      `?${forged.toString()}&ServerSecret=${canary.secret}`,
    ]) {
      const response = await fetch(`${sandbox.url}/${query}`, { method: 'POST', body });
      canary.see(await response.text(), [...response.headers]);
    }
    for (const path of ['journal', 'state', '']) {
      canary.see(await (await fetch(`${sandbox.url}/__/${path}`)).text());
    }
    canary.see(sandbox.journal.entries(), sandbox.calls.list());
    await zim.module.close();
    await sandbox.stop();
    jest.restoreAllMocks();
    expect(sandbox.journal.entries().map(({ code }) => code)).toEqual([
      100000004, 0, 100000005, 100000005,
    ]);
    expect(canary.hits()).toEqual([]);
  });
});

describe('the search for secrets', () => {
  it('finds a secret in the cause of an error', () => {
    canary.see(new Error('x', { cause: new Error(canary.secret) }));
    jest.restoreAllMocks();
    expect(canary.hits()).toEqual([canary.secret]);
  });

  it('finds a signature in what was written to the terminal', () => {
    canary.signatures.add('f00dfeedf00dfeedf00dfeedf00dfeed');
    process.stderr.write('?Signature=f00dfeedf00dfeedf00dfeedf00dfeed');
    jest.restoreAllMocks();
    expect(canary.hits()).toEqual(['f00dfeedf00dfeedf00dfeedf00dfeed', 'Signature=']);
  });
});
