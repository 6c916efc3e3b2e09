import { HttpService } from '@nestjs/axios';
import { gzipSync } from 'node:zlib';
import { noRetry } from 'nestjs-zim-call';
import {
  createClient,
  failureOf,
  invite,
  type TestClient,
  testSecret,
} from 'nestjs-zim-call/testing';
import { acceptedBody, httpReply, type RawAnswer, RawServer } from '../support/raw-server.js';
import { textsWithin } from '../support/reachable.js';

const accept: RawAnswer = (socket) => socket.write(httpReply(acceptedBody()));

let servers: RawServer[] = [];
let clients: TestClient[] = [];

async function serverOf(answer: RawAnswer): Promise<RawServer> {
  const server = await RawServer.start(answer);
  servers.push(server);
  return server;
}

async function clientOf(...given: Parameters<typeof createClient>): Promise<TestClient> {
  const client = await createClient(...given);
  clients.push(client);
  return client;
}

afterEach(async () => {
  await Promise.all(clients.map(({ module }) => module.close()));
  await Promise.all(servers.map((server) => server.stop()));
  clients = [];
  servers = [];
});

describe('an error contains no credential', () => {
  const answers: Record<string, RawAnswer> = {
    'a reset': (socket) => socket.resetAndDestroy(),
    'a broken head': (socket, { bytes }) => socket.end(`HTTP/1.1 200 OK\r\n${bytes}`),
    'a redirect to itself': (socket, { bytes }) =>
      socket.end(`HTTP/1.1 302 Found\r\nLocation: ${bytes.split(' ')[1] ?? ''}\r\n\r\n`),
    'a reply that quotes the request': (socket, { bytes }) => {
      const quoted = JSON.stringify(bytes);
      const [name, code, id] = ['"Message"', '"Code"', '"RequestId"'];
      socket.write(httpReply(`{${code}:424242,${name}:${quoted},${id}:${quoted}}`));
    },
    'a user whose id is the request': (socket, { bytes }) => {
      socket.write(httpReply(`{"Code":424242,"ErrorUsers":${usersCalled(bytes)}}`));
    },
    'a call whose id is the request': (socket, { bytes }) => {
      socket.write(httpReply(JSON.stringify({ Code: 0, CallId: bytes, CreateTime: 1 })));
    },
  };
  const usersCalled = (UserId: string) => JSON.stringify([{ UserId, SubCode: 1 }]);

  it.each(Object.entries(answers))('after %s', async (_, answer) => {
    const server = await serverOf(answer);
    const { service } = await clientOf(server.url);
    expectNoCredential(await failureOf(service.invite(invite)), server);
  });

  it('nor does a result, after a user whose id is the request', async () => {
    const server = await serverOf((socket, { bytes }) => {
      const users = usersCalled(bytes);
      socket.write(httpReply(`{"Code":0,"CallId":"1","CreateTime":1,"ErrorUsers":${users}}`));
    });
    const { service } = await clientOf(server.url);
    const result = await service.invite(invite);
    expect(result).toMatchObject({ callId: '1', invited: invite.userIds, failed: [] });
    const signature = /Signature=([0-9a-f]{32})/.exec(server.requests[0]?.bytes ?? '')?.[1];
    expect(signature).toHaveLength(32);
    const secrets = [testSecret, String(signature)];
    const texts = textsWithin(result);
    expect(texts).toContain('1');
    expect(texts.filter((text) => secrets.some((secret) => text.includes(secret)))).toEqual([]);
  });

  it('after a timeout, an abort and the close of its module', async () => {
    const server = await serverOf(() => undefined);
    const { module, service, runtime } = await clientOf(server.url, { rateLimit: { drainMs: 0 } });
    const controller = new AbortController();
    const calls = [
      failureOf(service.invite(invite, { signal: controller.signal })),
      failureOf(service.invite(invite, { deadlineMs: 3_000 })),
      failureOf(service.invite(invite)),
    ];
    await server.received(1);
    runtime.advance(1_000);
    await server.received(3);
    controller.abort(new Error('given up'));
    runtime.advance(3_000);
    await module.close();
    for (const call of calls) expectNoCredential(await call, server);
  });

  it('nor do the HTTP service, its settings and its requests contain the secret', async () => {
    const server = await serverOf(accept);
    const { module, service } = await clientOf(server.url);
    const http = module.get(HttpService, { strict: false });
    const seen: unknown[] = [http];
    http.axiosRef.interceptors.request.use((config) => {
      seen.push({ ...config });
      return config;
    });
    http.axiosRef.interceptors.response.use((response) => {
      seen.push(response);
      return response;
    });
    await service.invite(invite);
    expect(seen.length).toBeGreaterThan(1);
    expect(textsWithin(seen).filter((text) => text.includes(testSecret))).toEqual([]);
  });

  /** Searches everything that can be reached from the error, not only what `inspect` and JSON show. */
  function expectNoCredential(error: Error, server: RawServer): void {
    const signatures = server.requests.map(
      ({ bytes }) => /Signature=([0-9a-f]{32})/.exec(bytes)?.[1] ?? '',
    );
    expect(signatures.filter((signature) => signature === '')).toEqual([]);
    const texts = [...textsWithin(error), JSON.stringify(error), String(error)];
    expect(texts.join('\n')).toContain(error.message);
    const secrets = [testSecret, ...signatures];
    const leaks = texts.filter((text) => secrets.some((secret) => text.includes(secret)));
    expect(leaks).toEqual([]);
    expect(signatures.length).toBeGreaterThan(0);
  }
});

describe('a request reaches no other server', () => {
  it.each([301, 302, 303, 307, 308])('after a %d', async (status) => {
    const elsewhere = await serverOf(accept);
    const head = `HTTP/1.1 ${status} Moved\r\nLocation: ${elsewhere.url}/`;
    const server = await serverOf((socket) => socket.write(httpReply('', head)));
    const { service } = await clientOf(server.url);
    const error = await failureOf(service.invite(invite));
    expect(error).toMatchObject({ kind: 'protocol', outcome: 'unknown', attempts: 1 });
    expect([server.requests.length, elsewhere.connections]).toEqual([1, 0]);
  });

  it('with any Action and query', async () => {
    const elsewhere = await serverOf(accept);
    const server = await serverOf(accept);
    const { client } = await clientOf(server.url);
    const { port } = elsewhere;
    const targets = [`http://127.0.0.1:${port}/`, `//127.0.0.1:${port}`, `@127.0.0.1:${port}/`];
    for (const target of [...targets, `\\\\127.0.0.1:${port}`, '/../..', 'a b\r\nHost: x', '#?&']) {
      await client.call(target, { query: { url: target, baseURL: target, [target]: target } });
    }
    expect([server.requests.length, elsewhere.connections]).toEqual([7, 0]);
    for (const { bytes } of server.requests) {
      expect(bytes).toMatch(/^GET \/\?Action=[\w%.!~*'()-]+&/);
      expect(bytes.match(/^Host:.*$/gim)).toEqual([`Host: 127.0.0.1:${server.port}`]);
    }
  });

  it('with any proxy in the environment', async () => {
    const proxy = await serverOf(accept);
    const server = await serverOf(accept);
    const before = { ...process.env };
    try {
      for (const name of ['http_proxy', 'https_proxy', 'all_proxy']) {
        process.env[name] = process.env[name.toUpperCase()] = proxy.url;
      }
      process.env['no_proxy'] = process.env['NO_PROXY'] = '';
      process.env['NODE_USE_ENV_PROXY'] = '1';
      const { service } = await clientOf(server.url);
      await service.invite(invite);
      const secure = await clientOf(server.url.replace('http:', 'https:'), {
        retry: noRetry,
      });
      const call = failureOf(secure.service.invite(invite, { deadlineMs: 4_000 }));
      await server.connected(2);
      secure.runtime.advance(4_000);
      expect(await call).toMatchObject({ outcome: 'not-sent' });
    } finally {
      process.env = before;
    }
    expect([server.requests.length, server.connections, proxy.connections]).toEqual([1, 2, 0]);
  });
});

describe('a reply takes a bounded amount of memory', () => {
  const piece = 'x'.repeat(64 * 1024);
  const endless: Record<string, readonly [start: string, piece: string]> = {
    'a body without a length': ['HTTP/1.1 200 OK\r\n\r\n', piece],
    'a body with a length': [`HTTP/1.1 200 OK\r\nContent-Length: ${2 ** 40}\r\n\r\n`, piece],
    chunks: ['HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n', `10000\r\n${piece}\r\n`],
    'a head': ['HTTP/1.1 200 OK\r\n', `X: ${'x'.repeat(1_000)}\r\n`],
  };

  it.each(Object.entries(endless))('when %s has no end', async (_, [start, part]) => {
    let sent = 0;
    const server = await serverOf((socket) => {
      socket.write(start);
      const more = () => {
        while (!socket.destroyed && socket.writable) {
          sent += part.length;
          if (!socket.write(part)) return;
        }
      };
      socket.on('drain', more);
      more();
    });
    const { service } = await clientOf(server.url);
    const error = await failureOf(service.invite(invite));
    expect(error).toMatchObject({ outcome: 'unknown', attempts: 1 });
    await server.abandoned();
    // Includes what the kernel buffers for both sides.
    expect(sent).toBeLessThan(32 * 2 ** 20);
  });

  it('when a small reply would inflate to a large one', async () => {
    const bomb = gzipSync(Buffer.alloc(64 * 2 ** 20));
    expect(bomb.length).toBeLessThan(2 ** 20);
    const server = await serverOf((socket) => {
      const length = `Content-Length: ${bomb.length}`;
      socket.write(`HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\n${length}\r\n\r\n`);
      socket.write(bomb);
    });
    const { service } = await clientOf(server.url);
    const before = process.memoryUsage();
    const error = await failureOf(service.invite(invite));
    const after = process.memoryUsage();
    expect(error).toMatchObject({ kind: 'protocol', outcome: 'unknown' });
    const used = ({ heapUsed, external }: NodeJS.MemoryUsage) => heapUsed + external;
    expect(used(after) - used(before)).toBeLessThan(16 * 2 ** 20);
    expect(server.requests[0]?.bytes).toMatch(/^Accept-Encoding: identity\r$/im);
  });

  it('when informational replies have no end', async () => {
    let isGone = false;
    const server = await serverOf((socket) => {
      const more = () => {
        while (!isGone && socket.write('HTTP/1.1 100 Continue\r\n\r\n'.repeat(100)));
      };
      socket.on('close', () => (isGone = true));
      socket.on('drain', more);
      more();
    });
    const { service, runtime } = await clientOf(server.url);
    const call = failureOf(service.invite(invite));
    await server.received(1);
    await new Promise(setImmediate);
    runtime.advance(5_000);
    expect(await call).toMatchObject({ kind: 'timeout', outcome: 'unknown', attempts: 1 });
    await server.abandoned();
    expect(isGone).toBe(true);
  });
});
