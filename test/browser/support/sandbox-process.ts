import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { join, resolve } from 'node:path';
import { createInterface } from 'node:readline';

const repository = resolve(__dirname, '../../..');
const bin = join(repository, 'libs/zim-sandbox/dist/esm/bin.js');

/** A sandbox as its users start it. */
export class SandboxProcess {
  private constructor(
    private readonly child: ChildProcess,
    readonly url: string,
    /** Unix time in milliseconds at which the command was given. */
    readonly startedAt: number,
  ) {}

  /** The command of the package. */
  static start(...options: string[]): Promise<SandboxProcess> {
    return this.#run([process.execPath, bin, '--port', '0', '--quiet', ...options]);
  }

  /** The one within the sample, by the command of the README. */
  static startSample(): Promise<SandboxProcess> {
    return this.#run(['npm', 'start']);
  }

  static async #run([command = '', ...options]: string[]): Promise<SandboxProcess> {
    const startedAt = Date.now();
    const child = spawn(command, options, {
      cwd: repository,
      env: { PATH: process.env['PATH'], HOME: process.env['HOME'], PORT: '0' },
      stdio: ['ignore', 'pipe', 'inherit'],
      // A group of its own, as in a terminal: npm does not pass a signal on to what it started.
      detached: true,
    });
    const lines = createInterface({ input: child.stdout });
    for await (const line of lines) {
      const url = /(http:\S+)\/__\/console/.exec(line)?.[1];
      if (url !== undefined) return new SandboxProcess(child, url, startedAt);
    }
    throw new Error(`"${command} ${options.join(' ')}" told no address.`);
  }

  async stop(): Promise<void> {
    const { pid, stdout } = this.child;
    stdout?.resume();
    const ended = once(this.child, 'exit');
    if (pid !== undefined) process.kill(-pid, 'SIGTERM');
    await ended;
  }
}
