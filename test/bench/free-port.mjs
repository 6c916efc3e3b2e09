import { createServer } from 'node:net';

/** A port below those that systems give to outgoing connections, one of which could otherwise meet itself there. */
export async function freePort() {
  for (let port = 20_000; port < 30_000; port++) {
    const server = createServer();
    const listening = await new Promise((resolve) => {
      server.once('error', () => resolve(false));
      server.listen(port, '127.0.0.1', () => resolve(true));
    });
    if (!listening) continue;
    await new Promise((resolve) => server.close(resolve));
    return port;
  }
  throw new Error('no port is free');
}
