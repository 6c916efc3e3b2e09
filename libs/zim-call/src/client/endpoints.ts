import { HttpFailure } from '../http/http-attempt.js';
import type { HttpReply } from '../http/node-request.js';
import type { ZimRuntime } from '../time/runtime.js';

/** How long another endpoint stands in for the preferred one before that is tried again. */
const standInMs = 60_000;

/** The origins of a client, in the order of preference. The first is called; while it is unreachable, the next. */
export class Endpoints {
  private index = 0;
  private movedAtMs = 0;

  constructor(
    private readonly origins: readonly [string, ...string[]],
    private readonly runtime: ZimRuntime,
  ) {}

  get current(): string {
    const isOver = this.runtime.monotonicMs() - this.movedAtMs >= standInMs;
    if (this.index !== 0 && isOver) this.index = 0;
    return this.origins[this.index] ?? this.origins[0];
  }

  /** Moves on if the origin could not be reached. Of calls that find out together, one moves. */
  learn(origin: string, reply: HttpReply | HttpFailure): void {
    if (!(reply instanceof HttpFailure) || !reply.unreachable || origin !== this.current) return;
    this.index = (this.index + 1) % this.origins.length;
    this.movedAtMs = this.runtime.monotonicMs();
  }
}
