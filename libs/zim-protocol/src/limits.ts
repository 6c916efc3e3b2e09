/**
 * Every documented limit of the call and user operations. Bytes are UTF-8 bytes.
 *
 * Sources: https://www.zegocloud.com/docs/zim-server/call-invitation/send-a-call-invitation and
 * https://www.zegocloud.com/docs/zim-server/user/batch-register-users
 */
export const zimLimits = {
  /** AppID is an unsigned 32-bit number. */
  maxAppId: 4_294_967_295,
  userIdBytes: 32,
  /** CallId: text, counted in characters. */
  callIdCharacters: 32,
  /** Callees of one invite; ZEGO's support can raise it. */
  callees: 9,
  /** Longest ring; 0 or absent means {@link zimLimits.defaultTimeoutSeconds}. */
  timeoutSeconds: 600,
  defaultTimeoutSeconds: 90,
  /** "2 KB" in the prose, 2048 characters in the schema: counted as bytes, which satisfies both. */
  extendedDataBytes: 2048,
  /** UserRegister: users in one request. */
  usersPerRequest: 100,
  userNameBytes: 256,
  userAvatarBytes: 500,
  badgeIncrement: 99,
  pushStrategyIdCharacters: 32,
  /** How far a request's Timestamp may be from ZIM's clock, either way. */
  signatureWindowSeconds: 600,
} as const;
