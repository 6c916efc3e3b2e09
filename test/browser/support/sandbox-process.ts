import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { createInterface } from 'node:readline';

const bin = join(__dirname, '../../../libs/zim-sandbox/dist/esm/bin.js');

/** The sandbox as its users start it. */
export class SandboxProcess {
  private constructor(
    private readonly child: ChildProcess,
    readonly url: string,
    /** Unix time in milliseconds at which the command was given. */
    readonly startedAt: number,
  ) {}

  static async start(...options: string[]): Promise<SandboxProcess> {
    const startedAt = Date.now();
    const child = spawn(process.execPath, [bin, '--port', '0', '--quiet', ...options], {
      env: { PATH: process.env['PATH'] },
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    const lines = createInterface({ input: child.stdout });
    for await (const line of lines) {
      const url = /listens on (http:\S+)/.exec(line)?.[1];
      if (url !== undefined) return new SandboxProcess(child, url, startedAt);
    }
    throw new Error('The sandbox has not started.');
  }

  async stop(): Promise<void> {
    this.child.kill('SIGTERM');
    await once(this.child, 'exit');
  }
}
