import { Logger } from '@nestjs/common';
import type { Timers } from '../time/runtime.js';

/** `shared`: Redis answers within its time limits. */
export type RedisState = 'shared' | 'unavailable';

/** How long after it is asked for a probe is sent. */
const probeAfterMs = 250;

/** Whether Redis is available; probes it while it is not and slots are wanted. */
export class RedisHealth {
  unavailableSinceMs?: number;
  /** When the last command or probe was sent that Redis has not answered. */
  lastProbeMs = Number.NEGATIVE_INFINITY;
  private readonly listeners: ((state: RedisState, reason: string) => void)[] = [];
  private cancelProbe?: () => void;
  private isProbing = false;
  private isClosed = false;

  constructor(
    private readonly timers: Timers,
    private readonly sendProbe: () => Promise<unknown>,
  ) {}

  get state(): RedisState {
    return this.unavailableSinceMs === undefined ? 'shared' : 'unavailable';
  }

  onState(listener: (state: RedisState, reason: string) => void): void {
    this.listeners.push(listener);
  }

  /** Redis has not answered what was sent to it then. */
  failed(reason: string, sentAtMs: number): void {
    if (this.isClosed) return;
    this.lastProbeMs = Math.max(this.lastProbeMs, sentAtMs);
    if (this.unavailableSinceMs !== undefined) return;
    this.unavailableSinceMs = this.timers.monotonicMs();
    this.notify(reason);
  }

  /** Sends a probe soon, if Redis is unavailable. */
  probeSoon(): void {
    if (!this.canProbe) return;
    this.cancelProbe ??= this.timers.setTimer(probeAfterMs, () => {
      this.cancelProbe = undefined;
      void this.probe();
    });
  }

  /** Sends a probe now, if Redis is unavailable. */
  async probe(): Promise<void> {
    if (!this.canProbe) return;
    this.isProbing = true;
    const sentAtMs = this.timers.monotonicMs();
    try {
      await this.sendProbe();
      this.unavailableSinceMs = undefined;
      this.notify('it answers');
    } catch {
      // It is still unavailable; the next call that wants it sends the next probe.
      this.lastProbeMs = Math.max(this.lastProbeMs, sentAtMs);
    } finally {
      this.isProbing = false;
    }
  }

  close(): void {
    this.isClosed = true;
    this.cancelProbe?.();
  }

  private get canProbe(): boolean {
    return !this.isClosed && !this.isProbing && this.state === 'unavailable';
  }

  private notify(reason: string): void {
    for (const listener of this.listeners) listener(this.state, reason);
  }
}

/** The log of a Redis that comes and goes is written at intervals of this length. */
const logIntervalMs = 10_000;
/** What the errors begin with by which Redis refuses a user. */
const refusals = /^(WRONGPASS|NOAUTH|NOPERM)\b/;

/** Logs whether Redis is available. */
export class RedisLog {
  private readonly logger = new Logger('ZimRedis');
  private nextAtMs = Number.NEGATIVE_INFINITY;
  private isLogged = true;
  private loggedFault = '';

  constructor(
    private readonly timers: Timers,
    /** What holds for calls while Redis is unavailable. */
    private readonly consequence: string,
  ) {}

  /** A closed connection does not say that the password was changed: the next attempt to connect does. */
  fault(fault: string): void {
    if (fault === this.loggedFault || !refusals.test(fault)) return;
    this.loggedFault = fault;
    this.logger.error(`Redis refuses the user or the password of redisUrl (${fault})`);
  }

  state(state: RedisState, reason: string): void {
    const nowMs = this.timers.monotonicMs();
    if (state === 'unavailable') {
      this.isLogged = nowMs >= this.nextAtMs;
      if (!this.isLogged) return;
      this.nextAtMs = nowMs + logIntervalMs;
      this.loggedFault = reason;
      this.logger.warn(
        `Redis is unavailable (${reason}): until it is back, ${this.consequence}, and each instance knows its own callbacks only`,
      );
    } else if (this.isLogged) {
      this.loggedFault = '';
      this.logger.log("Redis is back: instances share ZIM's quota and callbacks again");
    }
  }
}

/**
 * What a Redis answers that has become a replica, that lost its primary, or that loads its data. Another server may
 * have the same address by now.
 */
const wrongServer = /\b(READONLY|MASTERDOWN|LOADING)\b/;
/** How often at most to reconnect while the address leads to such a server. */
const reconnectMs = 500;

/** Why a Redis is unavailable, without the passwords of its URL. */
export class RedisFaults {
  private reconnectedAtMs = Number.NEGATIVE_INFINITY;
  /** The last fault since the connection was usable. */
  last?: string;
  /** A function, so that an object that holds it can be printed without the passwords. */
  private readonly redact: (text: string) => string;

  constructor(
    url: string | readonly string[],
    private readonly timers: Timers,
  ) {
    const passwords = [url].flat().flatMap(passwordsIn);
    this.redact = (text) =>
      passwords.reduce((redacted, password) => redacted.replaceAll(password, '***'), text);
  }

  /** Whether an answer shows that this connection leads to the wrong server, so that it is worth reconnecting now. */
  isWrongServer(error: Error): boolean {
    const nowMs = this.timers.monotonicMs();
    if (!wrongServer.test(error.message) || nowMs - this.reconnectedAtMs < reconnectMs)
      return false;
    this.reconnectedAtMs = nowMs;
    this.last = this.describe(error);
    return true;
  }

  /** Returns only the message: ioredis keeps a failed command's arguments, such as AUTH's password, in its error. */
  describe(error: unknown): string {
    const { message, code } = innermost(error);
    return this.redact(message === '' ? (code ?? 'the connection failed') : message);
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
