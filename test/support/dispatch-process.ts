import type { RingPlanInput } from 'nestjs-zim-dispatch';
import { type ChildProcessByStdio, spawn } from 'node:child_process';
import { once } from 'node:events';
import { resolve } from 'node:path';
import { createInterface } from 'node:readline';
import type { Readable, Writable } from 'node:stream';
import { pathToFileURL } from 'node:url';
import type { ZimSandbox } from 'zim-sandbox';

const script = resolve(__dirname, 'dispatch-worker.ts');
const typescript = pathToFileURL(resolve(__dirname, '../../tools/typescript.mjs')).href;

/** Runs an instance of a backend that rings plans from Redis. */
export class DispatchProcess {
  private readonly lines: Readonly<Record<string, unknown>>[] = [];
  private readonly waiters = new Set<() => void>();

  private constructor(private readonly child: ChildProcessByStdio<Writable, Readable, null>) {
    createInterface({ input: child.stdout }).on('line', (line) => {
      this.lines.push(JSON.parse(line) as Record<string, unknown>);
      for (const wake of [...this.waiters]) wake();
    });
  }

  static async start({ app, url }: ZimSandbox, redisUrl: string): Promise<DispatchProcess> {
    const { PATH = '' } = process.env;
    const { appId, serverSecret, callbackSecret = serverSecret } = app;
    const env = {
      ...{ PATH, NODE_ENV: 'test', APP_ID: String(appId), SECRET: serverSecret },
      ...{ CALLBACK_SECRET: callbackSecret, BASE_URL: url, REDIS_URL: redisUrl },
    };
    const child = spawn(process.execPath, ['--import', typescript, script], {
      env,
      stdio: ['pipe', 'pipe', 'inherit'],
    });
    const started = new DispatchProcess(child);
    await started.read('url');
    return started;
  }

  /** Starts a plan; resolves with its id. */
  async ring(plan: RingPlanInput): Promise<string> {
    this.child.stdin.write(`${JSON.stringify(plan)}\n`);
    return this.read('id');
  }

  /** Resolves when a phone of the plan rings. */
  async rings(): Promise<void> {
    await this.read('ringing');
  }

  /** As a crash does it. */
  async kill(): Promise<void> {
    await this.end('SIGKILL');
  }

  async stop(): Promise<void> {
    await this.end('SIGTERM');
  }

  private async end(signal: NodeJS.Signals): Promise<void> {
    if (this.child.exitCode !== null || this.child.signalCode !== null) return;
    this.child.kill(signal);
    await once(this.child, 'close');
  }

  /** Resolves with the latest value that the process has printed under a name. */
  private async read(name: string): Promise<string> {
    for (;;) {
      const line = this.lines.findLast((one) => name in one);
      if (line !== undefined) return String(line[name]);
      await new Promise<void>((wake) => {
        const waiter = () => {
          this.waiters.delete(waiter);
          wake();
        };
        this.waiters.add(waiter);
      });
    }
  }
}
