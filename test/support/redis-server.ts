import { Redis } from 'ioredis';
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { type AddressInfo, createServer } from 'node:net';
import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';

/** For a node of a cluster that other nodes need not know. */
export function clusterOptions(): string[] {
  return ['--cluster-enabled', 'yes', '--cluster-announce-ip', '127.0.0.1', ...ownDirectory()];
}

/** For a server that writes files: a node of a cluster, or a replica. */
export function ownDirectory(): string[] {
  return ['--dir', mkdtempSync(join(tmpdir(), 'zim-call-redis-'))];
}

/** A redis-server of this test's own, on a free port, checked to be the very process that was started. */
export class RedisServer {
  private process?: ChildProcess;

  private constructor(
    readonly port: number,
    private readonly options: readonly string[],
  ) {}

  static async start(options: readonly string[] = []): Promise<RedisServer> {
    const server = new RedisServer(await freePort(), options);
    await server.boot();
    return server;
  }

  get url(): string {
    return `redis://127.0.0.1:${this.port}`;
  }

  /** Starts it, empty. */
  async boot(): Promise<void> {
    const options = ['--port', String(this.port), '--bind', '127.0.0.1', '--save', ''];
    const child = spawn('redis-server', [...options, '--appendonly', 'no', ...this.options]);
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

  /** Makes it, started as {@link clusterOptions} say, a cluster of one node that holds all slots. Gives the node's address. */
  async formCluster(): Promise<string> {
    const redis = new Redis(this.url);
    await redis.cluster('ADDSLOTSRANGE', '0', '16383');
    while (!(await redis.cluster('INFO')).includes('cluster_state:ok'));
    redis.disconnect();
    return this.url;
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
