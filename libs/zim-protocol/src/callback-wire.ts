/**
 * The fields of every callback of ZIM. `signature` covers only `timestamp` and `nonce`.
 * See https://www.zegocloud.com/docs/zim-server/callbacks/authenticating-server-to-server-callbacks
 */
export interface ZimCallbackCommon {
  /** The AppID, as text. */
  readonly appid: string;
  readonly event: string;
  readonly nonce: string;
  readonly signature: string;
  /** Unix time in seconds. */
  readonly timestamp: number;
}

/** A user invites. See https://www.zegocloud.com/docs/zim-server/callbacks/call-invitation-sent */
export interface ZimCallCreateCallback extends ZimCallbackCommon {
  readonly event: 'call_create';
  readonly call_id: string;
  readonly caller: string;
  /** Without callees who are logged out. */
  readonly user_ids: readonly string[];
  /** Unix time; the page's sample is in seconds, no unit is stated. */
  readonly create_time: number;
  /** Seconds. */
  readonly timeout: number;
  /** The invite's ExtendedData. */
  readonly payload: string;
}

/**
 * A user in a call of the advanced mode invites more users.
 * See https://www.zegocloud.com/docs/zim-server/callbacks/call-invitation-during-a-call
 */
export interface ZimCallInviteCallback extends ZimCallbackCommon {
  readonly event: 'call_invite';
  readonly call_id: string;
  readonly inviter: string;
  readonly user_ids: readonly string[];
  /** Unix time in milliseconds. */
  readonly invite_time: number;
}

/** The documented reasons of `call_cancel`. */
export type ZimCancelReason = 'caller_cancel' | 'timeout_cancel';

/**
 * The caller cancels, or leaves before a callee has accepted (`caller_cancel`), or **no callee answers before the
 * timeout while the caller is online** (`timeout_cancel`).
 * See https://www.zegocloud.com/docs/zim-server/callbacks/call-invitation-canceled
 */
export interface ZimCallCancelCallback extends ZimCallbackCommon {
  readonly event: 'call_cancel';
  readonly call_id: string;
  /** With callees who are logged out. */
  readonly user_ids: readonly string[];
  readonly reason: string;
  readonly payload: string;
}

/** A callee accepts. See https://www.zegocloud.com/docs/zim-server/callbacks/call-invitation-accepted */
export interface ZimCallAcceptCallback extends ZimCallbackCommon {
  readonly event: 'call_accept';
  readonly call_id: string;
  readonly user_id: string;
  readonly extend_data: string;
}

/** A callee rejects. See https://www.zegocloud.com/docs/zim-server/callbacks/call-invitation-rejected */
export interface ZimCallRejectCallback extends ZimCallbackCommon {
  readonly event: 'call_reject';
  readonly call_id: string;
  readonly user_id: string;
  readonly extend_data: string;
}

/**
 * The timeout has passed: some callees have not answered while the caller is online, or none has while the caller is
 * offline.
 * See https://www.zegocloud.com/docs/zim-server/callbacks/call-invitation-timed-out
 */
export interface ZimCallTimeoutCallback extends ZimCallbackCommon {
  readonly event: 'call_timeout';
  readonly call_id: string;
  /** The callees who have not answered. */
  readonly user_ids: readonly string[];
}

/** The documented values of `os`. The page's sample has a trailing space after one of them. */
export type ZimUserOs =
  'PC' | 'IOS_PHONE' | 'ANDROID' | 'MAC' | 'LINUX' | 'WEB' | 'MINIPROGRAM' | 'ANDROID_TV';

/**
 * A user logs in (0), logs out (1) or goes offline (2). The page declares no field optional, but its sample of a
 * logout has no `offline_time`: fields about an event that has not happened may be absent.
 * See https://www.zegocloud.com/docs/zim-server/callbacks/login-and-logout
 */
export interface ZimUserActionCallback extends ZimCallbackCommon {
  readonly event: 'user_action';
  readonly user_id: string;
  readonly user_name: string;
  /** One of {@link ZimUserOs}, by the page. */
  readonly os: string;
  readonly action: number;
  /** Text of digits in the page's sample. A user on several devices has several sessions. */
  readonly session_id: string;
  /** Unix time in seconds. */
  readonly login_time: number;
  /** `0`: the first login; `1`: a later one. */
  readonly relogin: string;
  /** Unix time in seconds. */
  readonly logout_time?: number;
  /** No page lists its values. */
  readonly logout_reason?: string;
  /** Unix time in seconds. */
  readonly offline_time?: number;
}

/** Any documented callback about calls and users. */
export type ZimCallback =
  | ZimCallCreateCallback
  | ZimCallInviteCallback
  | ZimCallCancelCallback
  | ZimCallAcceptCallback
  | ZimCallRejectCallback
  | ZimCallTimeoutCallback
  | ZimUserActionCallback;

/** The name of a documented callback. */
export type ZimCallbackEvent =
  | 'call_create'
  | 'call_invite'
  | 'call_cancel'
  | 'call_accept'
  | 'call_reject'
  | 'call_timeout'
  | 'user_action';

/** Delays in seconds before ZIM sends a callback again that got no 2xx response. */
export const zimCallbackRetryDelaysSeconds: readonly number[] = [2, 4, 8, 16, 32];
