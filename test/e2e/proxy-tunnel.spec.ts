import { HttpsProxyAgent } from 'https-proxy-agent';
import { noRetry } from 'nestjs-zim-call';
import { createClient, failureOf, invite, type TestClient } from 'nestjs-zim-call/testing';
import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server } from 'node:http';
import { createServer as createHttpsServer } from 'node:https';
import { type AddressInfo, connect, type Socket } from 'node:net';
import { untrustedCertificate } from '../support/untrusted-certificate.js';

const success = JSON.stringify({ Code: 0, CallId: '1', CreateTime: 1, ErrorUsers: [] });
const established = 'HTTP/1.1 200 Connection Established\r\n\r\n';

/** What ZIM does with a request. */
let answer: (request: IncomingMessage) => string | undefined;
/** What the proxy does when a client asks for a tunnel. */
let tunnel: (client: Socket) => void;
let zim: Server;
let proxy: Server;
let tunnels: number;
let requests: number;
let sockets: Set<Socket>;
let agent: HttpsProxyAgent<string>;
let client: TestClient;

const portOf = (server: Server) => (server.address() as AddressInfo).port;

async function listen(server: Server): Promise<Server> {
  server.on('connection', (socket: Socket) => {
    sockets.add(socket);
    socket.on('error', () => undefined);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return server;
}

function openTunnel(client: Socket): void {
  const upstream = connect(portOf(zim), '127.0.0.1', () => {
    client.write(established);
    client.pipe(upstream).pipe(client);
  });
  upstream.on('error', () => client.destroy());
  client.on('close', () => upstream.destroy());
}

beforeEach(async () => {
  [tunnels, requests, sockets] = [0, 0, new Set()];
  [answer, tunnel] = [() => success, openTunnel];
  const certificate = untrustedCertificate();
  zim = await listen(
    createHttpsServer(certificate, (request, response) => {
      requests++;
      const text = answer(request);
      if (text !== undefined) response.end(text);
    }),
  );
  proxy = await listen(createServer());
  proxy.on('connect', (_request, socket: Socket) => {
    tunnels++;
    tunnel(socket);
  });
  agent = new HttpsProxyAgent(`http://127.0.0.1:${portOf(proxy)}`, { keepAlive: true });
  Object.assign(agent.options, { ca: certificate.cert, checkServerIdentity: () => undefined });
  const options = { httpsAgent: agent, retry: noRetry };
  client = await createClient(`https://127.0.0.1:${portOf(zim)}`, options);
});
afterEach(async () => {
  await client.module.close();
  agent.destroy();
  for (const socket of sockets) socket.destroy();
  for (const server of [zim, proxy]) {
    server.close();
    await once(server, 'close');
  }
});

const ring = () => client.service.invite(invite);

describe('a call through a proxy', () => {
  it('succeeds, and the next one uses the same tunnel', async () => {
    expect((await ring()).invited).toEqual(['bob']);
    expect((await ring()).invited).toEqual(['bob']);
    expect([tunnels, requests]).toEqual([1, 2]);
  });

  it('is not sent if the proxy refuses, whatever the proxy replies', async () => {
    tunnel = (socket) =>
      socket.end(`HTTP/1.1 407 No\r\nContent-Length: ${success.length}\r\n\r\n${success}`);
    expect(await failureOf(ring())).toMatchObject({ kind: 'connection', outcome: 'not-sent' });
  });

  it('is not sent if the tunnel breaks during the TLS handshake', async () => {
    tunnel = (socket) => {
      socket.write(established);
      socket.once('data', () => socket.destroy());
    };
    expect(await failureOf(ring())).toMatchObject({ kind: 'connection', outcome: 'not-sent' });
    expect([tunnels, requests]).toEqual([1, 0]);
  });

  it('is unknown if the tunnel breaks after it was sent', async () => {
    answer = ({ socket }) => void socket.destroy();
    expect(await failureOf(ring())).toMatchObject({ kind: 'connection', outcome: 'unknown' });
    expect(requests).toBe(1);
  });

  it('is unknown if a reused tunnel breaks', async () => {
    await ring();
    answer = ({ socket }) => void socket.destroy();
    expect(await failureOf(ring())).toMatchObject({ kind: 'connection', outcome: 'unknown' });
    expect([tunnels, requests]).toEqual([1, 2]);
  });
});
