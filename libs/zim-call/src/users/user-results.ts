import type { ZimUserFailure } from '../errors/zim-call-error.js';

/** What became of users that were to be registered. */
export interface RegisterUsersResult {
  readonly registered: readonly string[];
  /** Code 660700002 tells a user who was registered before: repeating a registration does no harm. */
  readonly failed: readonly ZimUserFailure[];
}

/** Who is online. */
export interface UserOnlineStates {
  readonly users: readonly { readonly userId: string; readonly online: boolean }[];
  /** Users who are unknown, logged out, or registered but never logged in (660200001). */
  readonly failed: readonly ZimUserFailure[];
}

/** What ZIM knows about users. */
export interface UserInfos {
  readonly users: readonly {
    readonly userId: string;
    readonly userName: string;
    readonly userAvatar: string;
    /** Text that `ModifyUserInfo` has set. */
    readonly extra: string;
  }[];
  /** Users whom ZIM does not know. */
  readonly failed: readonly ZimUserFailure[];
}
