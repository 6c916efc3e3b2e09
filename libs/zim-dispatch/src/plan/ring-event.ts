import type { ZimUserFailure } from 'nestjs-zim-call';

/** How a callee stands in a call. */
export type RingCalleeState =
  'ringing' | 'accepted' | 'rejected' | 'timed-out' | 'cancelled' | 'withdrawn' | 'unknown';

/** What has reported an answer: a callback of ZIM, one of the application's clients, or the result of a withdrawal. */
export type RingReportSource = 'callback' | 'client' | 'withdrawal';

/** A callee of a call. */
export interface RingCallee {
  readonly userId: string;
  readonly state: RingCalleeState;
  readonly reportedBy?: RingReportSource;
}

/** A call that a plan has made, or tried to make. */
export interface RingCall {
  /** The index of the step, from 0. */
  readonly step: number;
  /** Absent if no phone rang, or if the outcome of the invite is unknown. */
  readonly callId?: string;
  /**
   * `ringing`: phones ring, or the call is being made. `not-rung`: it certainly rang no phone. `unknown`: nothing
   * reported how it ended.
   */
  readonly outcome: 'ringing' | 'accepted' | 'no-answer' | 'not-rung' | 'unknown';
  readonly callees: readonly RingCallee[];
  /** The callees whom ZIM could not invite, and why. */
  readonly failed: readonly ZimUserFailure[];
  /** Why no phone rang, or why the outcome of the invite is unknown. */
  readonly reason?: string;
}

/** How a plan ended. */
export interface RingResult {
  /**
   * `accepted`: at least one callee. `no-answer`: all steps are over and no callee accepted. `cancelled` by `cancel()`,
   * `expired` at the plan's deadline; in both, no callee accepted. `unknown`: of at least one call nothing reported how
   * it ended, and no callee is known to have accepted.
   */
  readonly result: 'accepted' | 'no-answer' | 'cancelled' | 'expired' | 'unknown';
  /** The callees who accepted: several phones of one step may. */
  readonly acceptedBy: readonly string[];
  /** The index of the step in which they accepted, from 0. */
  readonly step?: number;
  /** The call that they accepted. */
  readonly callId?: string;
  readonly calls: readonly RingCall[];
}

/** What a withdrawal found for a callee: see `CallInviteService.withdraw()`. */
export type WithdrawnState =
  'withdrawn' | 'already-answered' | 'timed-out' | 'not-invited' | 'failed';

/** One attempt to invite or to withdraw: the index of its step, from 0, and its number, from 1. */
export interface RingAttempt {
  readonly step: number;
  readonly attempt: number;
}

/** What the events of a plan contain, by their types. */
export interface RingEventFields {
  /** An invite is about to be sent. Stored before it is. */
  readonly 'step-started': RingAttempt;
  /** Phones ring. `confirmedBy: 'callback'`: the reply was lost, so it is unknown whether ZIM could invite all of them. */
  readonly ringing: RingAttempt & {
    readonly callId: string;
    readonly userIds: readonly string[];
    readonly failed: readonly ZimUserFailure[];
    readonly confirmedBy: 'reply' | 'callback';
  };
  /** The invite certainly rang no phone. With `retryAfterMs` it is sent again, else the step is skipped. */
  readonly 'not-rung': RingAttempt & {
    readonly outcome: 'not-sent' | 'refused' | 'rejected';
    readonly reason: string;
    readonly failed: readonly ZimUserFailure[];
    readonly retryAfterMs?: number;
  };
  /** It is unknown whether the invite rings phones. */
  readonly unclear: RingAttempt & { readonly reason: string };
  /** How a callee stands, as it was reported. */
  readonly answer: {
    readonly step: number;
    readonly callId: string;
    readonly userId: string;
    readonly state: Exclude<RingCalleeState, 'ringing' | 'unknown'>;
    readonly reportedBy: RingReportSource;
  };
  /** A withdrawal is about to be sent. */
  readonly withdrawing: RingAttempt;
  readonly withdrawn: RingAttempt & {
    readonly users: readonly { readonly userId: string; readonly result: WithdrawnState }[];
  };
  /** `cancel()` was called. */
  readonly cancelling: object;
  readonly ended: { readonly result: RingResult };
}

/** The events of a plan by their types. `atMs` is Unix time in milliseconds, by the instance that stored the event. */
export type RingEvents = {
  readonly [T in keyof RingEventFields]: RingEventFields[T] & {
    readonly type: T;
    readonly atMs: number;
  };
};

/** An event of a plan. */
export type RingEvent = RingEvents[keyof RingEvents];

/** What is stored of a plan. Only `reported` comes after its end: its handlers have run, or one of them has failed. */
export type PlanEvent =
  RingEvent | { readonly type: 'reported'; readonly isDone: boolean; readonly atMs: number };

const eventTypes: ReadonlySet<unknown> = new Set<PlanEvent['type']>([
  ...(['step-started', 'ringing', 'not-rung', 'unclear', 'answer'] as const),
  ...(['withdrawing', 'withdrawn', 'cancelling', 'ended', 'reported'] as const),
]);

/** Reads a stored event; returns `undefined` for one of an unknown type, which a later version may have stored. */
export function readEvent(json: string): PlanEvent | undefined {
  const value: unknown = JSON.parse(json);
  return isEvent(value) ? value : undefined;
}

function isEvent(value: unknown): value is PlanEvent {
  return (
    typeof value === 'object' && value !== null && 'type' in value && eventTypes.has(value.type)
  );
}

type Unstored<E> = E extends PlanEvent ? Omit<E, 'atMs'> & { readonly atMs?: number } : never;
/** An event to be stored, by default as of now. */
export type NewEvent = Unstored<PlanEvent>;

export function eventsOf<T extends PlanEvent['type']>(
  history: readonly PlanEvent[],
  type: T,
): Extract<PlanEvent, { readonly type: T }>[] {
  return history.filter((event): event is Extract<PlanEvent, { type: T }> => event.type === type);
}

/** Of repeated reports, the first counts, in whatever order they are stored. */
export function earliest<T extends { readonly atMs: number }>(events: readonly T[]): T | undefined {
  return events.toSorted((a, b) => a.atMs - b.atMs)[0];
}
