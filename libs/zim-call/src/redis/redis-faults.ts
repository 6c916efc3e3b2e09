import type { Timers } from '../time/runtime.js';

/**
 * What a Redis answers that has become a replica, that lost its primary, or that reads its data. Behind the same
 * address there may be another one by now.
 */
const wrongServer = /\b(READONLY|MASTERDOWN|LOADING)\b/;
/** As long as the address leads to such a server, the connection is given up no more often than this. */
const reconnectMs = 500;

/** Why a Redis is unavailable, in words that hold no password. */
export class RedisFaults {
  readonly #passwords: readonly string[];
  readonly #timers: Timers;
  #leftAtMs = Number.NEGATIVE_INFINITY;
  #last?: string;

  constructor(url: string | readonly string[], timers: Timers) {
    this.#passwords = [url].flat().flatMap(passwordsIn);
    this.#timers = timers;
  }

  /** The last fault since the connection was usable. */
  get last(): string | undefined {
    return this.#last;
  }

  add(error: Error): void {
    this.#last = this.describe(error);
  }

  clear(): void {
    this.#last = undefined;
  }

  /** Whether an answer shows that this connection leads to the wrong server and is worth giving up now. */
  isWrongServer(error: Error): boolean {
    const nowMs = this.#timers.monotonicMs();
    if (!wrongServer.test(error.message) || nowMs - this.#leftAtMs < reconnectMs) return false;
    this.#leftAtMs = nowMs;
    this.add(error);
    return true;
  }

  /** Only the message: ioredis keeps a failed command's arguments in its error, the password of AUTH among them. */
  describe(error: unknown): string {
    const { message, code } = innermost(error);
    const text = message === '' ? (code ?? 'the connection failed') : message;
    return this.#passwords.reduce((told, password) => told.replaceAll(password, '***'), text);
  }
}

function innermost(error: unknown): { readonly message: string; readonly code?: string } {
  if (!(error instanceof Error)) return { message: '' };
  // A cluster says only that every node failed.
  if ('lastNodeError' in error && error.lastNodeError instanceof Error) return error.lastNodeError;
  return 'code' in error ? { message: error.message, code: String(error.code) } : error;
}

/** As they stand in the URL, and as they are sent. */
function passwordsIn(url: string): string[] {
  const { password, searchParams } = new URL(url);
  const given = [password, decodeURIComponent(password), searchParams.get('password') ?? ''];
  return given.filter((text) => text !== '');
}
