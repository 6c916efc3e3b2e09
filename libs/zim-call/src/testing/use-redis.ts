import { RedisConnection } from '../redis/redis-connection.js';
import { RedisServer } from '../../../../test/support/redis-server.js';
import { TcpProxy } from '../../../../test/support/tcp-proxy.js';

/** A Redis for a spec file, and the connections of one test: directly, or through a proxy that can cut them. */
export class RedisScene {
  readonly links: RedisConnection[] = [];
  private parts?: { readonly server: RedisServer; readonly proxy?: TcpProxy };

  get server(): RedisServer {
    return this.started.server;
  }

  get proxy(): TcpProxy {
    const { proxy } = this.started;
    if (proxy === undefined) throw new Error('no test runs');
    return proxy;
  }

  get proxyUrl(): string {
    return `redis://127.0.0.1:${this.proxy.port}`;
  }

  /** Opens a connection that ends with the test. */
  async open(url = this.server.url): Promise<RedisConnection> {
    const link = await RedisConnection.open(url);
    this.links.push(link);
    return link;
  }

  async start(): Promise<void> {
    this.parts = { server: await RedisServer.start() };
  }

  async begin(): Promise<void> {
    const { server } = this;
    this.parts = { server, proxy: await TcpProxy.start(server.port) };
  }

  async end(): Promise<void> {
    for (const link of this.links.splice(0)) link.close();
    await this.proxy.stop();
  }

  private get started() {
    if (this.parts === undefined) throw new Error('Redis is not started');
    return this.parts;
  }
}

/** Starts a Redis for the spec file, and ends the connections of each test. */
export function useRedis(): RedisScene {
  const scene = new RedisScene();
  beforeAll(() => scene.start());
  beforeEach(() => scene.begin());
  afterEach(() => scene.end());
  afterAll(() => scene.server.kill());
  return scene;
}
