import type { Stop } from '../rate-limit/quota-pacer.js';

/** Gives up when a test says so. */
export class ManualStop implements Stop {
  stopped: string | undefined;
  private readonly listeners = new Set<() => void>();

  onStop(listener: () => void): () => void {
    this.listeners.add(listener);
    return () => {
      this.listeners.delete(listener);
    };
  }

  now(): this {
    this.stopped = 'aborted';
    for (const listener of [...this.listeners]) listener();
    return this;
  }
}
