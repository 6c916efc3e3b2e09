/**
 * The documented limits of the call and user operations. Bytes are UTF-8 bytes.
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
  /** Callees per invite; ZEGO's support can raise it. */
  callees: 9,
  /** Longest timeout of an invite; 0 or absent means {@link zimLimits.defaultTimeoutSeconds}. */
  timeoutSeconds: 600,
  defaultTimeoutSeconds: 90,
  /** "2 KB" in the page's prose, 2048 characters in its schema: counted as bytes, which satisfies both. */
  extendedDataBytes: 2048,
  /** UserRegister: users per request. */
  usersPerRequest: 100,
  userNameBytes: 256,
  userAvatarBytes: 500,
  badgeIncrement: 99,
  pushStrategyIdCharacters: 32,
  /** Maximum difference between a request's Timestamp and ZIM's clock, in either direction. */
  signatureWindowSeconds: 600,
} as const;
