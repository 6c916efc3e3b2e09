import { Redis } from 'ioredis';
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { type AddressInfo, createServer } from 'node:net';
import { createInterface } from 'node:readline';

/** A redis-server of this test's own, on a free port, checked to be the very process that was started. */
export class RedisServer {
  private process?: ChildProcess;

  private constructor(readonly port: number) {}

  static async start(): Promise<RedisServer> {
    const server = new RedisServer(await freePort());
    await server.boot();
    return server;
  }

  get url(): string {
    return `redis://127.0.0.1:${this.port}`;
  }

  /** Starts it, empty. */
  async boot(): Promise<void> {
    const options = ['--port', String(this.port), '--bind', '127.0.0.1', '--save', ''];
    const child = spawn('redis-server', [...options, '--appendonly', 'no']);
    child.on('error', () => undefined);
    let ready = false;
    for await (const line of createInterface({ input: child.stdout })) {
      ready = line.includes('Ready to accept connections');
      if (ready) break;
    }
    if (!ready) throw new Error('these tests need redis-server: apt-get install redis-server');
    child.stdout.resume();
    this.process = child;
    const redis = new Redis(this.url);
    const pid = /process_id:(\d+)/.exec(await redis.info('server'))?.[1];
    redis.disconnect();
    if (Number(pid) !== child.pid) throw new Error('another Redis answers on this port');
  }

  /** As an outage does it. */
  async kill(): Promise<void> {
    const child = this.process;
    if (child === undefined) return;
    this.process = undefined;
    child.kill('SIGKILL');
    await once(child, 'exit');
  }
}

async function freePort(): Promise<number> {
  const probe = createServer().listen(0, '127.0.0.1');
  await once(probe, 'listening');
  const { port } = probe.address() as AddressInfo;
  probe.close();
  await once(probe, 'close');
  return port;
}
