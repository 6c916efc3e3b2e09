/** The fields of every event. */
export interface ZimEventCommon {
  /** The AppID it came for. */
  readonly appId: number;
  /** When ZIM signed it, in whole seconds. */
  readonly sentAt: Date;
  /**
   * The body as it came, frozen, with the fields that have no type here. Without its signature: a reader of your logs
   * could send forged callbacks with it.
   */
  readonly raw: Readonly<Record<string, unknown>>;
}

/** A user has called others. ZIM leaves out callees that are logged out. */
export interface CallCreateEvent extends ZimEventCommon {
  readonly event: 'call_create';
  readonly callId: string;
  readonly caller?: string;
  readonly userIds: readonly string[];
  readonly createdAt?: Date;
  readonly timeoutSeconds?: number;
  /** The invite's extended data; without its correlation id if the module has `correlation`. */
  readonly extendedData: string;
  /** The correlation id of an invite that a module with `correlation` has sent; only such a module reads it. */
  readonly correlationId?: string;
}

/** A user in a call of the advanced mode has invited more users. */
export interface CallInviteEvent extends ZimEventCommon {
  readonly event: 'call_invite';
  readonly callId: string;
  readonly inviter?: string;
  readonly userIds: readonly string[];
  readonly invitedAt?: Date;
}

/**
 * The call was cancelled: by the caller (`caller_cancel`), or because no callee answered in time while the
 * caller was online (`timeout_cancel`).
 */
export interface CallCancelEvent extends ZimEventCommon {
  readonly event: 'call_cancel';
  readonly callId: string;
  readonly userIds: readonly string[];
  /** `caller_cancel`, `timeout_cancel`, or what ZIM may add. */
  readonly reason: string;
  readonly extendedData: string;
}

/** A callee has accepted. */
export interface CallAcceptEvent extends ZimEventCommon {
  readonly event: 'call_accept';
  readonly callId: string;
  readonly userId: string;
  readonly extendedData: string;
}

/** A callee has rejected. */
export interface CallRejectEvent extends ZimEventCommon {
  readonly event: 'call_reject';
  readonly callId: string;
  readonly userId: string;
  readonly extendedData: string;
}

/** These callees did not answer in time. */
export interface CallTimeoutEvent extends ZimEventCommon {
  readonly event: 'call_timeout';
  readonly callId: string;
  readonly userIds: readonly string[];
}

/** A user has logged in, logged out or been lost. */
export interface ZimUserActionEvent extends ZimEventCommon {
  readonly event: 'user_action';
  readonly userId: string;
  readonly userName: string;
  readonly action: 'login' | 'logout' | 'lost';
  /** Such as `IOS_PHONE`, `ANDROID` or `WEB`; ZIM's page lists them. */
  readonly os: string;
  /** A user who is online on several devices has several sessions. */
  readonly sessionId: string;
  readonly loginAt?: Date;
  /** Whether the user had logged in before. */
  readonly isRelogin?: boolean;
  readonly logoutAt?: Date;
  /** ZIM's own text: no page lists the values. */
  readonly logoutReason?: string;
  readonly offlineAt?: Date;
}

/** An event that this package has no type for; only `'*'` handlers see it. */
export interface UnknownZimEvent extends ZimEventCommon {
  readonly event: 'unknown';
  /** ZIM's name of it; its fields are in `raw`. */
  readonly name: string;
}

/** The typed events by ZIM's names. */
export interface ZimCallEvents {
  call_create: CallCreateEvent;
  call_invite: CallInviteEvent;
  call_cancel: CallCancelEvent;
  call_accept: CallAcceptEvent;
  call_reject: CallRejectEvent;
  call_timeout: CallTimeoutEvent;
  user_action: ZimUserActionEvent;
}

/** Any event with a type of its own. */
export type ZimCallbackEvent = ZimCallEvents[keyof ZimCallEvents];

/** What a `'*'` handler gets. */
export type AnyZimEvent = ZimCallbackEvent | UnknownZimEvent;
