import { inspect } from 'node:util';
import { textsWithin } from './reachable.js';

/** Text that must appear nowhere: the secret, and the signatures made with it. */
export class Canary {
  readonly secret = 'canary5ec2e7c0ffee5ec2e7c0ffee42';
  readonly signatures = new Set<string>();
  /** Everything that can be read afterwards. */
  private readonly seen: string[] = [];

  see(...things: readonly unknown[]): void {
    for (const thing of things) {
      this.seen.push(
        typeof thing === 'string' ? thing : inspect(thing, { depth: null, showHidden: true }),
      );
      if (thing instanceof Error) this.seeError(thing);
    }
  }

  /** Captures what is written to the terminal, until `jest.restoreAllMocks()`. */
  captureOutput(): void {
    const capture = (chunk: string | Uint8Array) => {
      this.seen.push(String(chunk));
      return true;
    };
    jest.spyOn(process.stdout, 'write').mockImplementation(capture);
    jest.spyOn(process.stderr, 'write').mockImplementation(capture);
  }

  get text(): string {
    return this.seen.join('\n');
  }

  /** Returns the secrets, signatures and names of signature parameters that were seen. */
  hits(...moreSecrets: readonly string[]): string[] {
    const { text } = this;
    const searched = [this.secret, ...moreSecrets, ...this.signatures, 'Signature='];
    return searched.filter((secret) => text.includes(secret));
  }

  private seeError(error: Error): void {
    this.seen.push(error.stack ?? '', JSON.stringify(error), String(error), ...textsWithin(error));
    if (error.cause !== undefined) this.see(error.cause);
  }
}
