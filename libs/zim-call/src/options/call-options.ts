/** Which of a backend's calls go first. */
export type ZimCallLane = 'urgent' | 'normal' | 'bulk';

/** From the most urgent on. */
export const zimCallLanes: readonly ZimCallLane[] = ['urgent', 'normal', 'bulk'];

/** What may be said about a single call. */
export interface CallOptions {
  /** Gives the call up. What had been sent by then is `unknown`. */
  readonly signal?: AbortSignal | null;
  /**
   * How long this call may take, its wait for a turn, other waits and repeated requests included. Default: the
   * module's.
   */
  readonly deadlineMs?: number;
  /**
   * Where calls wait for ZIM's quota: `urgent` ones are sure of 80 % of it, `normal` ones of 16 % and `bulk`
   * ones of 4 %; what one leaves goes to the others, the most urgent first. Default: `normal`.
   */
  readonly lane?: ZimCallLane;
  /**
   * For whom this call is made, up to 200 characters: where calls wait for ZIM's quota, tenants take turns,
   * however many calls each has waiting. Default: all calls are of one tenant.
   */
  readonly tenant?: string;
}
