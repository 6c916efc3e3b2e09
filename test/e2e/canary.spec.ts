import { inspect } from 'node:util';
import { ZimSandbox } from 'zim-sandbox';
import { JsonLogger } from '../../apps/sample/src/logging/json-logger.js';
import { createClient } from '../../libs/zim-call/src/testing/create-client.js';
import {
  envelope,
  type Script,
  ScriptedServer,
} from '../../libs/zim-call/src/testing/scripted-server.js';
import { startBackend } from '../support/backend.js';

const canary = 'canary5ec2e7c0ffee5ec2e7c0ffee42';
const keyCanary = 'canary-key-of-a-caller';
const invite = { fromUserId: 'alice', userIds: ['bob'] };

/** Everything that anybody could read afterwards. */
const seen: string[] = [];
let signatures: Set<string>;

const see = (...things: unknown[]) => {
  for (const thing of things) {
    seen.push(
      typeof thing === 'string' ? thing : inspect(thing, { depth: null, showHidden: true }),
    );
    if (thing instanceof Error) seen.push(thing.stack ?? '', JSON.stringify(thing), String(thing));
    if (thing instanceof Error && thing.cause !== undefined) see(thing.cause);
  }
};

function captureOutput() {
  const capture = (chunk: string | Uint8Array) => {
    seen.push(String(chunk));
    return true;
  };
  jest.spyOn(process.stdout, 'write').mockImplementation(capture);
  jest.spyOn(process.stderr, 'write').mockImplementation(capture);
}

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

beforeEach(() => {
  seen.length = 0;
  signatures = new Set();
  captureOutput();
});
afterEach(() => {
  jest.restoreAllMocks();
});

function expectNoSecrets(secrets: readonly string[]) {
  const text = seen.join('\n');
  const searched = [...secrets, ...signatures, 'Signature='];
  expect(searched.filter((secret) => text.includes(secret))).toEqual([]);
}

describe('no secret and no signature', () => {
  it.each(Object.entries(endings))('in an error or a log after %s', async (_, script) => {
    const server = await ScriptedServer.start(script);
    const zim = await createClient(server.url, { serverSecret: canary });
    zim.module.useLogger(new JsonLogger(['verbose', 'debug', 'log', 'warn', 'error', 'fatal']));
    const error: unknown = await zim.service.invite(invite).catch((reason: unknown) => reason);
    expect(error).toBeInstanceOf(Error);
    see(error);
    for (const { url } of server.requests) signatures.add(url.searchParams.get('Signature') ?? '');
    await zim.module.close();
    await server.stop();
    jest.restoreAllMocks();
    expect(signatures.size).toBeGreaterThan(0);
    expectNoSecrets([canary]);
  });

  it('in the logs, the problem bodies and the answers of the backend', async () => {
    // Throttling is left to the case above: here its waits would be real.
    const { throttling: _, ...others } = endings;
    const server = await ScriptedServer.start(...Object.values(others));
    const backend = await startBackend(
      {
        ZIM_APP_ID: '12345',
        ZIM_SERVER_SECRET: canary,
        ZIM_BASE_URL: server.url,
        API_KEYS: keyCanary,
      },
      new JsonLogger(['verbose', 'debug', 'log', 'warn', 'error', 'fatal']),
    );
    for (let count = 0; count < 12; count++) {
      const headers = { Authorization: `Bearer ${keyCanary}` };
      const response = await backend.post(`/calls?key=${keyCanary}`, invite, headers);
      expect(response.status).toBeGreaterThanOrEqual(500);
      see(await response.text(), [...response.headers]);
    }
    for (const { url } of server.requests) signatures.add(url.searchParams.get('Signature') ?? '');
    await backend.app.close();
    await server.stop();
    jest.restoreAllMocks();
    expect(seen.join('\n')).toContain('"reqId"');
    expectNoSecrets([canary, keyCanary]);
  });

  it('in the journal, the state, the hints and the replies of the sandbox', async () => {
    const sandbox = await ZimSandbox.start({
      apps: [{ appId: 12345, serverSecret: canary }],
      users: ['alice', 'bob'],
    });
    const zim = await createClient(sandbox.url, { serverSecret: canary });
    await zim.service.invite(invite);
    const forged = new URLSearchParams({
      Action: 'CallInvite',
      AppId: '12345',
      SignatureNonce: 'x',
      Timestamp: String(Math.floor(Date.now() / 1000)),
      SignatureVersion: '2.0',
      Signature: 'f00dfeedf00dfeedf00dfeedf00dfeed',
    });
    signatures.add('f00dfeedf00dfeedf00dfeedf00dfeed');
    const body = JSON.stringify({ ...invite, ServerSecret: canary, signature: canary });
    for (const query of [`?${forged.toString()}`, `?${forged.toString()}&ServerSecret=${canary}`]) {
      const response = await fetch(`${sandbox.url}/${query}`, { method: 'POST', body });
      see(await response.text(), [...response.headers]);
    }
    for (const path of ['journal', 'state', '']) {
      see(await (await fetch(`${sandbox.url}/__/${path}`)).text());
    }
    see(sandbox.journal.entries(), sandbox.calls.list());
    await zim.module.close();
    await sandbox.stop();
    jest.restoreAllMocks();
    expect(sandbox.journal.entries().map(({ code }) => code)).toEqual([
      100000004, 0, 100000005, 100000005,
    ]);
    expectNoSecrets([canary]);
  });
});

describe('the search itself', () => {
  it('finds a canary wherever it may hide', () => {
    see(new Error('x', { cause: new Error(canary) }));
    jest.restoreAllMocks();
    expect(() => {
      expectNoSecrets([canary]);
    }).toThrow();
  });
});
