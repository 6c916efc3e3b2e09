import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { join, resolve } from 'node:path';
import { createInterface } from 'node:readline';

const repository = resolve(__dirname, '../../..');
const bin = join(repository, 'libs/zim-sandbox/dist/esm/bin.js');

/** A sandbox in a process of its own. */
export class SandboxProcess {
  private constructor(
    private readonly child: ChildProcess,
    readonly url: string,
    /** Unix time in milliseconds at which the process was started. */
    readonly startedAt: number,
    private readonly lines: AsyncIterableIterator<string>,
  ) {}

  /** Runs the command `zim-sandbox`. */
  static start(...options: string[]): Promise<SandboxProcess> {
    return this.run([process.execPath, bin, '--port', '0', '--quiet', ...options]);
  }

  /** Runs `npm start`, which starts the sample with a sandbox. */
  static startSample(): Promise<SandboxProcess> {
    return this.run(['npm', 'start']);
  }

  /** Resolves with the address of the sample's backend when it takes the sandbox's callbacks. */
  async backendUrl(): Promise<string> {
    let url = '';
    for await (const line of this.lines) {
      url ||= /^Backend +(\S+)/.exec(line)?.[1] ?? '';
      if (line.startsWith('Ring a phone')) return url;
    }
    throw new Error('The sample ended before its backend was ready.');
  }

  private static async run([command = '', ...options]: string[]): Promise<SandboxProcess> {
    const startedAt = Date.now();
    const child = spawn(command, options, {
      cwd: repository,
      env: { PATH: process.env['PATH'], HOME: process.env['HOME'], PORT: '0' },
      stdio: ['ignore', 'pipe', 'inherit'],
      // A process group, because npm does not forward signals to its child.
      detached: true,
    });
    const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
    for (;;) {
      const { done, value: line = '' } = await lines.next();
      const url = /(http:\S+)\/__\/console/.exec(line)?.[1];
      if (url !== undefined) return new SandboxProcess(child, url, startedAt, lines);
      if (done === true) break;
    }
    throw new Error(`"${command} ${options.join(' ')}" printed no address.`);
  }

  async stop(): Promise<void> {
    const { pid, stdout } = this.child;
    stdout?.resume();
    const ended = once(this.child, 'exit');
    if (pid !== undefined) process.kill(-pid, 'SIGTERM');
    await ended;
  }
}
