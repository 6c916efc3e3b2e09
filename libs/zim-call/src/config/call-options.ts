/** Which of a backend's calls go first. */
export type ZimCallLane = 'urgent' | 'normal' | 'bulk';

/** From the most urgent on. */
export const zimCallLanes: readonly ZimCallLane[] = ['urgent', 'normal', 'bulk'];

/** Whether a request that may have taken effect is sent again. */
export type ZimOnUnknown = 'throw' | 'retry';

/** All of them. */
export const zimOnUnknowns: readonly ZimOnUnknown[] = ['throw', 'retry'];

/** What may be said about a single call. */
export interface RequestOptions {
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
  /**
   * What follows when nobody knows whether the request took effect. `throw`: an error with the outcome
   * `unknown`. `retry`: it is sent again, and **phones may ring twice**, in two calls of which this backend
   * knows one. Default: the module's.
   */
  readonly onUnknown?: ZimOnUnknown;
}

/** What may be said about a single invite. */
export interface InviteOptions extends RequestOptions {
  /**
   * A name of your own for this invite, 1 to 255 visible ASCII characters, such as one that your client has made up:
   * another invite with it gets the result of the first, with `replayed: true`, and rings nobody. With the module's
   * `redisUrl` on whatever instance; without it only in this process, until it ends.
   */
  readonly idempotencyKey?: string;
}
