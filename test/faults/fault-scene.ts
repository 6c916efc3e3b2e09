import type { RequestOptions, ZimCallError, ZimCallOptions } from 'nestjs-zim-call';
import {
  createClient,
  failureOf,
  invite,
  ManualRuntime,
  type TestClient,
  testSecret,
} from 'nestjs-zim-call/testing';
import { SandboxClock, ZimSandbox } from 'zim-sandbox';
import { WireTap } from '../support/wire-tap.js';
import type { FaultRow, TimeLimit } from './fault-row.js';
import { places } from './places.js';

/** The limits of the client in each row. */
export const limits: Readonly<Record<TimeLimit, number>> = {
  requestTimeoutMs: 5_000,
  deadlineMs: 10_000,
  drainMs: 3_000,
};
const appId = 12345;
const startMs = new ManualRuntime().nowMs;
/** Longer than anything that the sandbox may have left to do, shorter than phones ring. */
const aftermathMs = 60_000;

/** What became of a row's call. */
export interface Played {
  /** Absent if it ended well. */
  readonly error?: ZimCallError;
  readonly seen: number;
  readonly executed: number;
  readonly elapsedMs: number;
  readonly timersLeft: number;
  /** Connections it used, before and after the module was closed. */
  readonly connections: number;
  readonly openAfterwards: number;
  readonly openAtTheEnd: number;
}

/** What else somebody wants of a row. */
export interface Onlooker {
  readonly serverSecret?: string;
  begin?(parts: { readonly client: TestClient; readonly sandbox: ZimSandbox }): void;
  end?(sandbox: ZimSandbox, tap: WireTap): Promise<void>;
}

/** Plays a row on real sockets; what time does, the scene decides. */
export async function playRow(row: FaultRow, onlooker: Onlooker = {}): Promise<Played> {
  const scene = await FaultScene.open(row, onlooker);
  try {
    return await scene.play();
  } finally {
    await scene.close();
  }
}

class FaultScene {
  private settled = false;
  private startedAtMs = 0;
  private callId = '';
  /** Requests that are no part of what the row tells of. */
  private others = 0;

  private constructor(
    private readonly row: FaultRow,
    private readonly onlooker: Onlooker,
    private readonly sandbox: ZimSandbox,
    private readonly place: { close(): Promise<void> },
    private readonly client: TestClient,
    private readonly tap: WireTap,
  ) {}

  static async open(row: FaultRow, onlooker: Onlooker): Promise<FaultScene> {
    const { place: placeName, aheadSeconds = 0, step } = row.doing;
    const { serverSecret = testSecret } = onlooker;
    const sandbox = await ZimSandbox.start({
      apps: [{ appId, serverSecret }],
      users: ['alice', 'bob'],
      clock: new SandboxClock(() => startMs + aheadSeconds * 1000),
    });
    const place =
      placeName === undefined
        ? { options: {}, close: () => Promise.resolve() }
        : await places[placeName]();
    const options: Partial<ZimCallOptions> = {
      serverSecret,
      requestTimeoutMs: limits.requestTimeoutMs,
      deadlineMs: limits.deadlineMs,
      rateLimit: { drainMs: limits.drainMs, ...quotaFor(step) },
      ...place.options,
    };
    const runtime = new ManualRuntime();
    runtime.randomValue = 0.999_999;
    const client = await createClient(sandbox.url, options, runtime);
    onlooker.begin?.({ client, sandbox });
    return new FaultScene(row, onlooker, sandbox, place, client, WireTap.start());
  }

  async play(): Promise<Played> {
    await this.before();
    this.others = this.sandbox.journal.entries().length;
    this.startedAtMs = this.client.runtime.nowMs;
    const error = await this.call();
    const elapsedMs = this.elapsedMs;
    await this.sandbox.clock.advance(aftermathMs);
    const openAfterwards = this.tap.openConnections;
    const timersLeft = this.client.runtime.pendingTimers;
    await this.client.module.close();
    const entries = this.sandbox.journal.entries().slice(this.others);
    return {
      error,
      seen: this.tap.signatures.size - this.others,
      executed: entries.filter(({ executed }) => executed).length,
      elapsedMs,
      timersLeft,
      connections: this.tap.connections,
      openAfterwards,
      openAtTheEnd: this.tap.openConnections,
    };
  }

  async close(): Promise<void> {
    await this.onlooker.end?.(this.sandbox, this.tap);
    this.tap.stop();
    await this.client.module.close();
    await this.place.close();
    await this.sandbox.stop();
  }

  private get elapsedMs(): number {
    return this.client.runtime.nowMs - this.startedAtMs;
  }

  /** All that comes before the call that the row is about. */
  private async before(): Promise<void> {
    const { fault, times, reused, step } = this.row.doing;
    const isAccept = this.row.call === 'accept';
    if (step === 'stays idle too long') {
      this.sandbox.faults.add({ times: 1, fault: { kind: 'close-idle', afterMs: 1_000 } });
      await this.invite();
      await this.sandbox.clock.advance(1_000);
      await this.tap.deserted();
    }
    const needsQuotaUsed = quotaFor(step) !== undefined;
    if (isAccept || reused === true || needsQuotaUsed) await this.invite();
    if (fault !== undefined) this.sandbox.faults.add({ times, fault });
    if (step === 'closes before') await this.client.module.close();
  }

  private async call(): Promise<ZimCallError | undefined> {
    const { step } = this.row.doing;
    const controller = new AbortController();
    if (step === 'aborts before') controller.abort();
    const made = this.make({ signal: controller.signal });
    const ending = this.row.error === undefined ? made.then(() => undefined) : failureOf(made);
    const ended = ending.finally(() => {
      this.settled = true;
    });
    await this.during(controller, ended);
    return ended;
  }

  private async make(options: RequestOptions): Promise<unknown> {
    const { service } = this.client;
    const { fromUserId = invite.fromUserId, userIds = invite.userIds } = this.row.doing;
    return this.row.call === 'accept'
      ? service.accept({ callId: this.callId, userId: 'bob' }, options)
      : service.invite({ fromUserId, userIds: [...userIds] }, options);
  }

  private async invite(): Promise<void> {
    const { callId } = await this.client.service.invite(invite);
    this.callId = callId;
  }

  /** What happens while the call is under way. */
  private async during(controller: AbortController, ended: Promise<unknown>): Promise<void> {
    const { time, doing } = this.row;
    switch (doing.step) {
      case 'aborts in the queue':
        controller.abort();
        return;
      case 'aborts after':
        await this.judged();
        controller.abort();
        return;
      case 'is overtaken in the queue':
        await this.overtake();
        return;
      case 'closes after': {
        await this.judged();
        const closed = this.client.module.close();
        await this.passTime(limits.drainMs);
        await closed;
        return;
      }
    }
    if (time === 'at once' || 'waitsMs' in time) {
      await this.client.settled(ended);
      return;
    }
    if (doing.place === undefined) await this.arrived();
    await this.passTime(limits['endsAt' in time ? time.endsAt : time.staysBelow]);
  }

  private arrived(): Promise<void> {
    return this.tap.received(this.others + 1);
  }

  /** Resolves once the sandbox has done with the request, as far as it will. */
  private judged(): Promise<void> {
    return new Promise((resolve) => {
      this.sandbox.journal.onEntry(() => {
        resolve();
      });
    });
  }

  private async overtake(): Promise<void> {
    this.others++;
    const urgent = { lane: 'urgent', deadlineMs: 60_000 } as const;
    const overtaking = this.client.service.invite(invite, urgent);
    await this.passTime(limits.deadlineMs);
    await overtaking;
  }

  /** Lets time go by, on both sides, until the call has ended or so much is over. */
  private async passTime(limitMs: number): Promise<void> {
    const stepMs = 50;
    const leftMs = () => (this.settled ? 0 : limitMs - this.elapsedMs);
    while (leftMs() > 0) {
      // The other side has to read what has arrived, and to write.
      for (let turn = 0; turn < 4; turn++) await new Promise(setImmediate);
      const ms = Math.min(stepMs, leftMs());
      if (ms <= 0) return;
      await this.sandbox.clock.advance(ms);
      this.client.runtime.advance(ms);
    }
  }
}

/** One request in so long a time that the next has to wait for a turn, or gets none. */
function quotaFor(step: FaultRow['doing']['step']): ZimCallOptions['rateLimit'] {
  switch (step) {
    case 'calls without quota left':
      return { limit: 1, windowMs: 60_000 };
    case 'aborts in the queue':
    case 'is overtaken in the queue':
      return { limit: 1, windowMs: 6_000 };
    default:
      return undefined;
  }
}
