import { type ChildProcessByStdio, spawn } from 'node:child_process';
import { once } from 'node:events';
import { resolve } from 'node:path';
import { createInterface } from 'node:readline';
import type { Readable } from 'node:stream';
import { pathToFileURL } from 'node:url';

/** A variable that is `undefined` is not set. */
type Variables = Readonly<Record<string, string | undefined>>;
type LogLine = Readonly<Record<string, unknown>>;

const repository = resolve(__dirname, '../..');
const built = resolve(repository, 'dist/apps/sample/main.js');
const sourceOf = {
  production: resolve(repository, 'apps/sample/src/main.ts'),
  development: resolve(repository, 'apps/sample/dev/start.ts'),
  demo: resolve(repository, 'apps/sample/dev/demo.ts'),
};
const typescript = pathToFileURL(resolve(repository, 'tools/typescript.mjs')).href;

/** Runs the sample in a process of its own. */
export class SampleProcess {
  readonly lines: LogLine[] = [];
  output = '';
  url = '';
  private readonly waiters = new Set<() => void>();

  private constructor(private readonly child: ChildProcessByStdio<null, Readable, Readable>) {
    for (const input of [child.stdout, child.stderr]) {
      createInterface({ input }).on('line', (line) => {
        this.take(line);
      });
    }
  }

  /** Starts the built sample. Resolves when it listens. */
  static async start(variables: Variables): Promise<SampleProcess> {
    const sample = SampleProcess.run([built], variables);
    await sample.until(() => sample.url !== '');
    return sample;
  }

  /** Starts an entry point from its source, without waiting; `npm start` runs that of development. */
  static startSources(
    variables: Variables,
    entry: keyof typeof sourceOf = 'development',
  ): SampleProcess {
    return SampleProcess.run(['--import', typescript, sourceOf[entry]], variables);
  }

  private static run(program: string[], variables: Variables): SampleProcess {
    const { PATH = '' } = process.env;
    const env = { PATH, NODE_ENV: 'test', PORT: '0', ...variables };
    return new SampleProcess(
      spawn(process.execPath, program, { env, stdio: ['ignore', 'pipe', 'pipe'] }),
    );
  }

  /** Resolves with the first log line that matches, past or future. */
  async line(matches: (line: LogLine) => boolean): Promise<LogLine> {
    await this.until(() => this.lines.some(matches));
    return this.lines.find(matches) ?? {};
  }

  count(words: string): number {
    return this.lines.filter(({ message }) => String(message).includes(words)).length;
  }

  async until(done: () => boolean): Promise<void> {
    while (!done()) {
      await new Promise<void>((wake) => {
        const waiter = () => {
          this.waiters.delete(waiter);
          wake();
        };
        this.waiters.add(waiter);
      });
    }
  }

  /** Resolves with the exit code and the signal when the process has ended and all its output is read. */
  async ended(): Promise<[number | null, string | null]> {
    return (await once(this.child, 'close')) as [number | null, string | null];
  }

  /** Kills the process if it still runs. */
  kill(): void {
    this.child.kill('SIGKILL');
  }

  async stop(): Promise<[number | null, string | null]> {
    this.child.kill('SIGTERM');
    return this.ended();
  }

  private take(line: string): void {
    this.output += `${line}\n`;
    // The demo prints JSON over several lines.
    if (/^\{.+\}$/.test(line)) this.lines.push(JSON.parse(line) as LogLine);
    this.url ||= /^Backend +(\S+)/.exec(line)?.[1] ?? '';
    for (const waiter of [...this.waiters]) waiter();
  }
}
