import type { ZimCallOptions } from 'nestjs-zim-call';
import { once } from 'node:events';
import { Agent, createServer as createHttpsServer } from 'node:https';
import { type AddressInfo, createServer, type Server, type Socket } from 'node:net';
import type { CaseSetup } from './fault-case.js';
import { untrustedCertificate } from '../support/untrusted-certificate.js';

/** What a call reaches instead of a sandbox. */
export interface Destination {
  readonly options: Partial<ZimCallOptions>;
  close(): Promise<void>;
}

type DestinationName = NonNullable<CaseSetup['destination']>;

const nothing = (): Promise<void> => Promise.resolve();

export const destinations: Readonly<Record<DestinationName, () => Promise<Destination>>> = {
  'unknown name': () => {
    // Fails as every resolver does for names under .invalid, but at once and without a network.
    const httpsAgent = new Agent({
      lookup: (hostname, _, done) => {
        const error = new Error(`getaddrinfo ENOTFOUND ${hostname}`);
        done(Object.assign(error, { code: 'ENOTFOUND' }), '');
      },
    });
    return Promise.resolve({
      options: { baseUrl: 'https://zim.invalid', httpsAgent },
      close: () => {
        httpsAgent.destroy();
        return nothing();
      },
    });
  },
  // A port below 1024 that no service has used for decades.
  'closed port': () =>
    Promise.resolve({ options: { baseUrl: 'http://127.0.0.1:1' }, close: nothing }),
  'no TLS': () => listen(createServer((socket) => socket.end('no TLS here'))),
  'untrusted certificate': () =>
    listen(createHttpsServer(untrustedCertificate(), (_, response) => response.end())),
  'silent server': () => listen(createServer()),
};

async function listen(server: Server): Promise<Destination> {
  const sockets = new Set<Socket>();
  server.on('connection', (socket: Socket) => {
    sockets.add(socket);
    // The client may break its connection.
    socket.on('error', () => undefined);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  return {
    options: { baseUrl: `https://127.0.0.1:${port}` },
    close: async () => {
      for (const socket of sockets) socket.destroy();
      server.close();
      await once(server, 'close');
    },
  };
}
