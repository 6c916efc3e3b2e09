import type { PlanEvent, RingEvents } from '../plan/ring-event.js';

type StepEventType = Exclude<keyof RingEvents, 'cancelling' | 'ended'>;

/** The events of one step. */
export class StepEvents {
  constructor(
    private readonly history: readonly PlanEvent[],
    private readonly step: number,
  ) {}

  all<T extends StepEventType>(type: T): readonly RingEvents[T][] {
    const { step } = this;
    return this.history.filter(
      (event): event is RingEvents[T] =>
        event.type === type && 'step' in event && event.step === step,
    );
  }

  /** Returns the event of the last attempt. */
  latest<T extends 'step-started' | 'withdrawing'>(type: T): RingEvents[T] | undefined {
    return this.all(type).reduce<RingEvents[T] | undefined>(
      (latest, event) => (latest && latest.attempt >= event.attempt ? latest : event),
      undefined,
    );
  }
}

/** Of repeated reports, the first counts, in whatever order they are stored. */
export function earliest<T extends { readonly atMs: number }>(events: readonly T[]): T | undefined {
  return events.reduce<T | undefined>(
    (first, event) => (first && first.atMs <= event.atMs ? first : event),
    undefined,
  );
}
