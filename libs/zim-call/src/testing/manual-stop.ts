import type { Deadline, StopReason } from '../time/deadline.js';

/** Stops when the test says so. */
export class ManualStop implements Pick<Deadline, 'stopped' | 'onStop'> {
  stopped: StopReason | undefined;
  private readonly listeners = new Set<(reason: StopReason) => void>();

  onStop(listener: (reason: StopReason) => void): () => void {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  }

  now(): this {
    this.stopped = 'aborted';
    for (const listener of [...this.listeners]) listener('aborted');
    return this;
  }
}
