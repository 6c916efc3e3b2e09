import { Logger } from '@nestjs/common';
import { Timer, type ZimTimers } from '../time/runtime.js';

/** `shared`: Redis answers within its time limits. */
export type RedisState = 'shared' | 'unavailable';

const probeAfterMs = 250;

/** Whether Redis is available; probes it while it is not and slots are wanted. */
export class RedisHealth {
  unavailableSinceMs?: number;
  /** When the last command or probe was sent that Redis has not answered. */
  lastProbeMs = Number.NEGATIVE_INFINITY;
  private readonly listeners: ((state: RedisState, reason: string) => void)[] = [];
  private readonly nextProbe: Timer;
  private isProbing = false;
  private isClosed = false;

  constructor(
    private readonly timers: ZimTimers,
    private readonly sendProbe: () => Promise<unknown>,
  ) {
    this.nextProbe = new Timer(timers, () => void this.probe());
  }

  get state(): RedisState {
    return this.unavailableSinceMs === undefined ? 'shared' : 'unavailable';
  }

  onState(listener: (state: RedisState, reason: string) => void): void {
    this.listeners.push(listener);
  }

  failed(reason: string, sentAtMs: number): void {
    if (this.isClosed) return;
    this.lastProbeMs = Math.max(this.lastProbeMs, sentAtMs);
    if (this.unavailableSinceMs !== undefined) return;
    this.unavailableSinceMs = this.timers.monotonicMs();
    this.notify(reason);
  }

  probeSoon(): void {
    if (this.canProbe) this.nextProbe.setFor(this.timers.monotonicMs() + probeAfterMs);
  }

  async probe(): Promise<void> {
    if (!this.canProbe) return;
    this.isProbing = true;
    const sentAtMs = this.timers.monotonicMs();
    try {
      await this.sendProbe();
      this.unavailableSinceMs = undefined;
      this.notify('it answers');
    } catch {
      this.lastProbeMs = Math.max(this.lastProbeMs, sentAtMs);
    } finally {
      this.isProbing = false;
    }
  }

  close(): void {
    this.isClosed = true;
    this.nextProbe.clear();
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
const refusals = /^(WRONGPASS|NOAUTH|NOPERM)\b/;

export class RedisLog {
  private readonly logger = new Logger('ZimRedis');
  private nextAtMs = Number.NEGATIVE_INFINITY;
  private isLogged = true;
  private loggedFault = '';

  /** @param consequence - what holds for calls while Redis is unavailable */
  constructor(
    private readonly timers: ZimTimers,
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
