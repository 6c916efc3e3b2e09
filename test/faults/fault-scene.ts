import type { ZimRequestOptions, ZimCallError, ZimCallOptions } from 'nestjs-zim-call';
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
import type { FaultCase, TimeLimit } from './fault-case.js';
import { destinations } from './destinations.js';

/** The limits of the client in each case. */
export const limits: Readonly<Record<TimeLimit, number>> = {
  requestTimeoutMs: 5_000,
  deadlineMs: 10_000,
  drainMs: 3_000,
};
const appId = 12345;
const startMs = new ManualRuntime().nowMs;
/** Longer than everything that the sandbox may still have to do, shorter than phones ring. */
const settleMs = 60_000;

/** What a case's call did. */
export interface CaseResult {
  /** Absent if the call succeeded. */
  readonly error?: ZimCallError;
  /** Requests that arrived. */
  readonly arrived: number;
  readonly executed: number;
  readonly elapsedMs: number;
  readonly timersLeft: number;
  /** Connections that it used. */
  readonly connections: number;
  /** Those that were open after the call. */
  readonly openAfterCall: number;
  /** Those that were open after the module was closed. */
  readonly openAfterClose: number;
}

/** What a test does with the parts of a case. */
export interface SceneHooks {
  readonly serverSecret?: string;
  begin?(parts: { readonly client: TestClient; readonly sandbox: ZimSandbox }): void;
  end?(sandbox: ZimSandbox, tap: WireTap): Promise<void>;
}

/** Runs a case on real sockets, and moves the clocks of both sides. */
export async function playCase(faultCase: FaultCase, hooks: SceneHooks = {}): Promise<CaseResult> {
  const scene = await FaultScene.open(faultCase, hooks);
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
  /** Requests of other calls than the case's. */
  private others = 0;

  private constructor(
    private readonly faultCase: FaultCase,
    private readonly hooks: SceneHooks,
    private readonly sandbox: ZimSandbox,
    private readonly destination: { close(): Promise<void> },
    private readonly client: TestClient,
    private readonly tap: WireTap,
  ) {}

  static async open(faultCase: FaultCase, hooks: SceneHooks): Promise<FaultScene> {
    const { destination: destinationName, aheadSeconds = 0, step } = faultCase.setup;
    const { serverSecret = testSecret } = hooks;
    const sandbox = await ZimSandbox.start({
      apps: [{ appId, serverSecret }],
      users: ['alice', 'bob'],
      clock: new SandboxClock(() => startMs + aheadSeconds * 1000),
    });
    const destination =
      destinationName === undefined
        ? { options: {}, close: () => Promise.resolve() }
        : await destinations[destinationName]();
    const options: Partial<ZimCallOptions> = {
      serverSecret,
      requestTimeoutMs: limits.requestTimeoutMs,
      deadlineMs: limits.deadlineMs,
      rateLimit: { drainMs: limits.drainMs, ...quotaFor(step) },
      ...destination.options,
    };
    const runtime = new ManualRuntime();
    runtime.randomValue = 0.999_999;
    const client = await createClient(sandbox.url, options, runtime);
    hooks.begin?.({ client, sandbox });
    return new FaultScene(faultCase, hooks, sandbox, destination, client, WireTap.start());
  }

  async play(): Promise<CaseResult> {
    await this.before();
    this.others = this.sandbox.journal.entries().length;
    this.startedAtMs = this.client.runtime.nowMs;
    const error = await this.call();
    const elapsedMs = this.elapsedMs;
    await this.sandbox.clock.advance(settleMs);
    const openAfterCall = this.tap.openConnections;
    const timersLeft = this.client.runtime.pendingTimers;
    await this.client.module.close();
    const entries = this.sandbox.journal.entries().slice(this.others);
    return {
      error,
      arrived: this.tap.signatures.size - this.others,
      executed: entries.filter(({ executed }) => executed).length,
      elapsedMs,
      timersLeft,
      connections: this.tap.connections,
      openAfterCall,
      openAfterClose: this.tap.openConnections,
    };
  }

  async close(): Promise<void> {
    await this.hooks.end?.(this.sandbox, this.tap);
    this.tap.stop();
    await this.client.module.close();
    await this.destination.close();
    await this.sandbox.stop();
  }

  private get elapsedMs(): number {
    return this.client.runtime.nowMs - this.startedAtMs;
  }

  /** Makes the calls and faults that come before the case's call. */
  private async before(): Promise<void> {
    const { fault, times, reused, step } = this.faultCase.setup;
    const isAccept = this.faultCase.call === 'accept';
    if (step === 'stays idle too long') {
      this.sandbox.faults.add({ times: 1, fault: { kind: 'close-idle', afterMs: 1_000 } });
      await this.invite();
      await this.sandbox.clock.advance(1_000);
      await this.tap.abandoned();
    }
    const needsQuotaUsed = quotaFor(step) !== undefined;
    if (isAccept || reused === true || needsQuotaUsed) await this.invite();
    if (fault !== undefined) this.sandbox.faults.add({ times, fault });
    if (step === 'closes before') await this.client.module.close();
  }

  private async call(): Promise<ZimCallError | undefined> {
    const { step } = this.faultCase.setup;
    const controller = new AbortController();
    if (step === 'aborts before') controller.abort();
    const made = this.make({ signal: controller.signal });
    const ending =
      this.faultCase.error === undefined ? made.then(() => undefined) : failureOf(made);
    const ended = ending.finally(() => {
      this.settled = true;
    });
    await this.during(controller, ended);
    return ended;
  }

  private async make(options: ZimRequestOptions): Promise<unknown> {
    const { service } = this.client;
    const { fromUserId = invite.fromUserId, userIds = invite.userIds } = this.faultCase.setup;
    return this.faultCase.call === 'accept'
      ? service.accept({ callId: this.callId, userId: 'bob' }, options)
      : service.invite({ fromUserId, userIds: [...userIds] }, options);
  }

  private async invite(): Promise<void> {
    const { callId } = await this.client.service.invite(invite);
    this.callId = callId;
  }

  /** Does what the case says while the call is in progress. */
  private async during(controller: AbortController, ended: Promise<unknown>): Promise<void> {
    const { time, setup } = this.faultCase;
    switch (setup.step) {
      case 'aborts in the queue':
        controller.abort();
        return;
      case 'aborts after':
        await this.handled();
        controller.abort();
        return;
      case 'is overtaken in the queue':
        await this.overtake();
        return;
      case 'closes after': {
        await this.handled();
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
    if (setup.destination === undefined) await this.arrived();
    await this.passTime(limits['endsAt' in time ? time.endsAt : time.staysBelow]);
  }

  private arrived(): Promise<void> {
    return this.tap.received(this.others + 1);
  }

  /** Resolves when the sandbox has written the request into its journal. */
  private handled(): Promise<void> {
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

  /** Lets time pass on both sides until the call has settled, at most so long. */
  private async passTime(limitMs: number): Promise<void> {
    const stepMs = 50;
    const leftMs = () => (this.settled ? 0 : limitMs - this.elapsedMs);
    while (leftMs() > 0) {
      // The sandbox must read what has arrived, and reply.
      for (let round = 0; round < 4; round++) await new Promise(setImmediate);
      const ms = Math.min(stepMs, leftMs());
      if (ms <= 0) return;
      await this.sandbox.clock.advance(ms);
      this.client.runtime.advance(ms);
    }
  }
}

/** A quota of one request in so long a window that the next call must wait, or gets no slot. */
function quotaFor(step: FaultCase['setup']['step']): ZimCallOptions['rateLimit'] {
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
