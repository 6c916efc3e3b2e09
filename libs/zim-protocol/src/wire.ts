/** The six public parameters in the query of every request. */
export interface ZimPublicParameters {
  readonly Action: string;
  readonly AppId: number;
  readonly SignatureNonce: string;
  /** Unix time in seconds. */
  readonly Timestamp: number;
  readonly SignatureVersion: string;
  readonly Signature: string;
}

/** The fields of every reply of ZIM, beside those of the operation. */
export interface ZimReply {
  /** 0 is success, whatever the HTTP status says. */
  readonly Code: number;
  readonly Message: string;
  /** Up to 19 decimal digits: text, never a number. */
  readonly RequestId: string;
  readonly [field: string]: unknown;
}

/** 0: no push, 1: push. */
export type ZimPushSwitch = 0 | 1;

/**
 * The offline push of a message or an invite.
 * See https://www.zegocloud.com/docs/zim-server/messaging/messagebody-introduction
 */
export interface ZimOfflinePushWire {
  Enable?: ZimPushSwitch;
  Title?: string;
  Content?: string;
  /** Data for the app that receives the push. */
  Payload?: string;
  PushStrategyId?: string;
  PushImageInfo?: {
    Apns?: { Image?: string };
    Android?: {
      HuaWei?: { Image?: string; Icon?: string };
      FCM?: { Image?: string; Icon?: string };
    };
  };
  EnableBadge?: boolean;
  BadgeIncrement?: number;
  PrivateMessageTemplate?: {
    TemplateId?: string;
    TitleParameters?: string;
    ContentParameters?: string;
  };
  ThreadId?: string;
}

/**
 * The body of CallInvite.
 * See https://www.zegocloud.com/docs/zim-server/call-invitation/send-a-call-invitation
 */
export interface ZimCallInviteBody {
  FromUserId: string;
  UserIds: string[];
  /** Seconds. */
  Timeout?: number;
  ExtendedData?: string;
  /** Required, though every field in it is optional. */
  OfflinePush: ZimOfflinePushWire;
}

/** A callee who could not be invited. */
export interface ZimErrorUser {
  UserId: string;
  SubCode: number;
}

/** The fields of CallInvite's reply with `Code` 0, beside those of every reply. The schema requires none of them. */
export interface ZimCallInviteReply {
  /** Text of at most 32 characters, never a number: 20 digits in the examples. */
  CallId: string;
  /** Unix time in milliseconds; a number in the current pages, text in older ones. */
  CreateTime?: number | string;
  ErrorUsers?: ZimErrorUser[];
}

/** A user to register. */
export interface ZimUserInfo {
  UserId: string;
  UserName?: string;
  UserAvatar?: string;
}

/**
 * The body of UserRegister.
 * See https://www.zegocloud.com/docs/zim-server/user/batch-register-users
 */
export interface ZimUserRegisterBody {
  UserInfo: ZimUserInfo[];
}

/** A user who could not be registered. */
export interface ZimErrorListEntry extends ZimErrorUser {
  SubMessage: string;
}
