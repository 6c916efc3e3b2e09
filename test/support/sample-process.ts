import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { resolve } from 'node:path';
import { createInterface } from 'node:readline';

type LogLine = Readonly<Record<string, unknown>>;

/** The built sample as a process of its own. */
export class SampleProcess {
  readonly lines: LogLine[] = [];
  url = '';
  private readonly waiters = new Set<() => void>();

  private constructor(private readonly child: ChildProcess) {}

  static async start(variables: Record<string, string>): Promise<SampleProcess> {
    const main = resolve(__dirname, '../../dist/apps/sample/main.js');
    const { PATH = '' } = process.env;
    const env = { PATH, NODE_ENV: 'test', PORT: '0', ...variables };
    const child = spawn(process.execPath, [main], { env });
    const sample = new SampleProcess(child);
    for (const input of [child.stdout, child.stderr]) {
      createInterface({ input }).on('line', (line) => {
        sample.take(line);
      });
    }
    await sample.until(() => sample.url !== '');
    return sample;
  }

  /** Resolves with the first log line that fits, past or to come. */
  async line(fits: (line: LogLine) => boolean): Promise<LogLine> {
    await this.until(() => this.lines.some(fits));
    return this.lines.find(fits) ?? {};
  }

  count(words: string): number {
    return this.lines.filter(({ message }) => String(message).includes(words)).length;
  }

  async stop(): Promise<void> {
    this.child.kill('SIGTERM');
    await once(this.child, 'exit');
  }

  private async until(done: () => boolean): Promise<void> {
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

  private take(line: string): void {
    if (line.startsWith('{')) this.lines.push(JSON.parse(line) as LogLine);
    this.url ||= /^Backend +(\S+)/.exec(line)?.[1] ?? '';
    for (const waiter of [...this.waiters]) waiter();
  }
}
