/** Something to print. */
export interface LogLine {
  /** Unix time in milliseconds on the sandbox's clock. */
  readonly atMs: number;
  readonly text: string;
  /** Of the call it is about. */
  readonly callId?: string;
}

/**
 * Prints lines in the order of their times, causes before effects. The sandbox reports a request once it has been
 * executed, after the changes it made: lines wait until the present turn of the event loop has ended.
 */
export class CliLog {
  readonly #print: (line: LogLine) => void;
  #waiting: LogLine[] = [];

  constructor(print: (line: LogLine) => void) {
    this.#print = print;
  }

  add(line: LogLine): void {
    this.#insert(this.#waiting.length, line);
  }

  /** Adds a line before the first one that it caused. */
  addCause(line: LogLine, isEffect: (other: LogLine) => boolean): void {
    const index = this.#waiting.findIndex(isEffect);
    const effect = this.#waiting[index];
    if (effect === undefined) this.add(line);
    else this.#insert(index, { ...line, atMs: Math.min(line.atMs, effect.atMs) });
  }

  #insert(index: number, line: LogLine): void {
    if (this.#waiting.length === 0)
      queueMicrotask(() => {
        this.#flush();
      });
    this.#waiting.splice(index, 0, line);
  }

  #flush(): void {
    const lines = this.#waiting;
    this.#waiting = [];
    for (const line of lines) this.#print(line);
  }
}
