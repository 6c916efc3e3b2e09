import { type BeforeApplicationShutdown, Inject, Injectable } from '@nestjs/common';
import { createHash } from 'node:crypto';
import type { Deadline } from '../client/deadline.js';
import { OpenDeadlines } from '../client/open-deadlines.js';
import { ZIM_RUNTIME, type ZimRuntime } from '../client/runtime.js';
import { ZimConnectionError, ZimIdempotencyError, ZimTimeoutError } from '../errors/errors.js';
import type { ZimCallError } from '../errors/zim-call-error.js';
import {
  RESOLVED_ZIM_CALL_OPTIONS,
  type ResolvedZimCallOptions,
} from '../options/zim-call-options.js';
import {
  IDEMPOTENCY_MEMORY,
  type IdempotencyClaim,
  type IdempotencyMemory,
  type WantedKey,
} from './idempotency-memory.js';
import { readDone, revivedError, storedFailure, type StoredEnd } from './stored-end.js';

/** How often another instance is asked whether it is done. */
const askAgainMs = 100;
/** A call ends at its deadline; what it takes to write that down comes on top. */
const leaseMarginMs = 5_000;

/** A call that must not be made twice. */
export interface IdempotentCall<T> {
  readonly action: string;
  readonly key: string;
  /** What is called for, as it goes to the wire. */
  readonly body: object;
  readonly deadlineMs?: number;
  readonly signal?: AbortSignal | null;
  /** Makes the call, within so many milliseconds. */
  readonly make: (deadlineMs: number) => Promise<T>;
  /** A result as it was before it was written down as JSON; `undefined` if that is none. */
  readonly revive: (stored: unknown) => T | undefined;
}

/** Lets the first of the calls with one key happen, and tells the others what came of it. */
@Injectable()
export class IdempotentCalls implements BeforeApplicationShutdown {
  private readonly deadlines: OpenDeadlines;

  constructor(
    @Inject(IDEMPOTENCY_MEMORY) private readonly memory: IdempotencyMemory,
    @Inject(RESOLVED_ZIM_CALL_OPTIONS) private readonly options: ResolvedZimCallOptions,
    @Inject(ZIM_RUNTIME) private readonly runtime: ZimRuntime,
  ) {
    this.deadlines = new OpenDeadlines(runtime);
  }

  /**
   * What the first call with this key came to.
   * @throws ZimIdempotencyError if the key was given for another call
   * @throws ZimCallError of the first call; or, where it is not known, with the outcome `unknown`
   */
  run<T>(call: IdempotentCall<T>): Promise<T> {
    const { deadlineMs = this.options.deadlineMs, signal } = call;
    // Hashed, for a key may say more of a person than the memory has to know.
    const key = digest(call.key);
    const fingerprint = digest(JSON.stringify([call.action, call.body]));
    return this.deadlines.run(deadlineMs, signal, async (deadline) => {
      for (let claims = 0; ; claims++) {
        const wanted = { key, fingerprint, token: this.runtime.nonce() };
        const claim = await this.claim(call.action, wanted, deadline, claims > 0);
        if (claim === undefined) throw stopped(call.action, claims > 0, deadline);
        if (claim.state === 'new') return this.lead(call, wanted, deadline);
        if (claim.state === 'ended') return tell(call, claim.end);
        if (claim.state === 'other') throw otherCall(call.action);
        if (claim.state === 'lost') throw lost(call.action);
        await deadline.sleep(askAgainMs);
        if (deadline.stopped !== undefined) throw stopped(call.action, true, deadline);
      }
    });
  }

  /** Whoever waits for the call of somebody else waits no longer. */
  beforeApplicationShutdown(): void {
    this.deadlines.close();
  }

  /** @returns `undefined` if the deadline stops before there is an answer; then the key is set free, if it was new */
  private async claim(
    action: string,
    wanted: WantedKey,
    deadline: Deadline,
    isKnown: boolean,
  ): Promise<IdempotencyClaim | undefined> {
    const claiming = this.memory.claim(wanted, deadline.remainingMs + leaseMarginMs);
    try {
      const claim = await deadline.orStop(claiming);
      if (claim === undefined) void this.releaseUnused(wanted, claiming);
      return claim;
    } catch {
      // To whoever knows that the first is under way, `not-sent` would be a lie.
      if (isKnown) return { state: 'running' };
      throw new ZimConnectionError(
        `${action}: the Redis that remembers idempotency keys is away, so nobody knows whether this one is new; nothing was sent`,
        { outcome: 'not-sent', action },
      );
    }
  }

  private async releaseUnused(
    wanted: WantedKey,
    claiming: Promise<IdempotencyClaim>,
  ): Promise<void> {
    const claim = await claiming.catch(() => undefined);
    if (claim?.state === 'new') await this.memory.release(wanted);
  }

  private async lead<T>(
    { make }: IdempotentCall<T>,
    claimed: WantedKey,
    deadline: Deadline,
  ): Promise<T> {
    const settle = (end: StoredEnd<T>) => this.memory.settle(claimed, JSON.stringify(end));
    try {
      const done = await make(Math.max(1, deadline.remainingMs));
      await deadline.orStop(settle({ done }));
      return done;
    } catch (error) {
      const end = storedFailure(error);
      await deadline.orStop(end === undefined ? this.memory.release(claimed) : settle(end));
      throw error;
    }
  }
}

function tell<T>({ revive }: IdempotentCall<T>, end: string): T {
  const stored: unknown = JSON.parse(end);
  const done = revive(readDone(stored));
  if (done === undefined) throw revivedError(stored);
  return done;
}

function digest(text: string): string {
  return createHash('sha256').update(text).digest('base64url');
}

function otherCall(action: string): ZimCallError {
  return new ZimIdempotencyError(
    `${action}: idempotencyKey was given for a call with other contents before; give each call a key of its own`,
    { outcome: 'not-sent', action },
  );
}

function lost(action: string): ZimCallError {
  return new ZimConnectionError(
    `${action}: the instance that made the call with this idempotencyKey is gone and has told nobody what came of it; it may have taken effect`,
    { outcome: 'unknown', action },
  );
}

function stopped(action: string, isRunning: boolean, { stopped }: Deadline): ZimCallError {
  const error = stopped === 'out-of-time' ? ZimTimeoutError : ZimConnectionError;
  const words = isRunning
    ? 'the call with this idempotencyKey is still under way elsewhere; it may have taken effect'
    : 'nobody has told in time whether this idempotencyKey is new; nothing was sent';
  return new error(`${action}: ${words}`, { outcome: isRunning ? 'unknown' : 'not-sent', action });
}
