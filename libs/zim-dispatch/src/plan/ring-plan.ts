import type { OfflinePushDto } from 'nestjs-zim-call';

export const planLimits = {
  steps: 20,
  /** ZIM's 600, less the margin by which ZIM's own timeout may have to come after the withdrawal. */
  ringSeconds: 590,
  pauseSeconds: 3_600,
  deadlineSeconds: 86_400,
  startAheadSeconds: 7 * 86_400,
} as const;

/** A step with its defaults. */
export interface RingStep {
  readonly userIds: readonly string[];
  readonly ringSeconds: number;
  readonly pauseSeconds: number;
}

/** A plan with its defaults. */
export interface RingPlan {
  readonly version: 1;
  readonly fromUserId: string;
  readonly steps: readonly RingStep[];
  readonly startAt?: string;
  readonly extendedData?: string;
  readonly offlinePush?: Readonly<OfflinePushDto>;
  readonly onUnknown: 'end' | 'continue';
  readonly deadlineSeconds: number;
}

/** Which reports a plan uses: stored with it, so that instances with different options decide alike. */
export interface RingPolicy {
  readonly callbacks: boolean;
  readonly clientReports: boolean;
  /** See `ZimDispatchOptions.trustWithdrawal`. */
  readonly trustWithdrawal: boolean;
}

/** The span in which a plan was made, so that its calls become children of it on any instance. */
export interface RingTrace {
  readonly traceId: string;
  readonly spanId: string;
  readonly traceFlags: number;
}

/** A plan as it is stored. It never changes. */
export interface PlanRecord {
  readonly version: 1;
  readonly id: string;
  /** Part of the idempotency keys of its calls: an id may come again when the plan is forgotten. */
  readonly nonce: string;
  /** Distinguishes plans with one idempotency key and other contents. */
  readonly fingerprint: string;
  readonly plan: RingPlan;
  readonly policy: RingPolicy;
  /** Unix times in milliseconds. */
  readonly createdAtMs: number;
  readonly startAtMs: number;
  readonly deadlineAtMs: number;
  readonly trace?: RingTrace;
}

/**
 * Reads a plan that any version of this package has stored as JSON.
 * @throws Error if a later version has stored it, or something else has
 */
export function readRecord(json: string): PlanRecord {
  const value: unknown = JSON.parse(json);
  if (isRecord(value)) return value;
  const version = hasVersion(value) ? String(value.version) : 'none';
  const update = 'and this package reads version 1: update it on all instances';
  throw new Error(`a stored plan has the version ${version}, ${update}`);
}

const hasVersion = (value: unknown): value is { readonly version: unknown } =>
  typeof value === 'object' && value !== null && 'version' in value;
const isRecord = (value: unknown): value is PlanRecord => hasVersion(value) && value.version === 1;
