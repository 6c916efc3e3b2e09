import type { ZimCallOptions } from 'nestjs-zim-call';
import { once } from 'node:events';
import { Agent, createServer as createHttpsServer } from 'node:https';
import { type AddressInfo, createServer, type Server, type Socket } from 'node:net';
import type { Doing } from './fault-row.js';
import { strangersCertificate } from './stranger.js';

/** Where a call goes that does not go to a sandbox. */
export interface Place {
  readonly options: Partial<ZimCallOptions>;
  close(): Promise<void>;
}

type PlaceName = NonNullable<Doing['place']>;

const nothing = (): Promise<void> => Promise.resolve();

export const places: Readonly<Record<PlaceName, () => Promise<Place>>> = {
  'unknown name': () => {
    // What every resolver says of names under .invalid, but at once, also where there is no network.
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
  stranger: () =>
    listen(createHttpsServer(strangersCertificate(), (_, response) => response.end())),
  mute: () => listen(createServer()),
};

async function listen(server: Server): Promise<Place> {
  const sockets = new Set<Socket>();
  server.on('connection', (socket: Socket) => {
    sockets.add(socket);
    // What the other side does to its connection is its business.
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
