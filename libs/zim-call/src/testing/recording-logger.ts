import type { LoggerService } from '@nestjs/common';

/** Keeps what is logged: one line per message, as `warn ZimCallbacks: …`. */
export class RecordingLogger implements LoggerService {
  readonly lines: string[] = [];

  log = this.write('log');
  error = this.write('error');
  warn = this.write('warn');

  /** The lines of one logger. */
  of(context: string): string[] {
    return this.lines.filter((line) => line.includes(` ${context}: `));
  }

  private write(level: string) {
    return (message: unknown, ...rest: unknown[]): void => {
      this.lines.push(`${level} ${String(rest.at(-1))}: ${String(message)}`);
    };
  }
}
