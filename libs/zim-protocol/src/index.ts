export { findZimAction, zimActions, type ZimActionFacts, type ZimActionName } from './actions.js';
export { signZimCallback, type ZimCallbackSignatureInput } from './callback-signature.js';
export {
  zimCallbackRetryDelaysSeconds,
  type ZimCallAcceptCallback,
  type ZimCallback,
  type ZimCallbackCommon,
  type ZimCallbackEvent,
  type ZimCallCancelCallback,
  type ZimCallCreateCallback,
  type ZimCallInviteCallback,
  type ZimCallRejectCallback,
  type ZimCallTimeoutCallback,
  type ZimCancelReason,
  type ZimUserActionCallback,
  type ZimUserOs,
} from './callback-wire.js';
export {
  correlationOverheadBytes,
  readCorrelation,
  writeCorrelation,
  type CorrelatedData,
} from './correlation.js';
export { explainZimUserId, isZimCallId, isZimUserId, zimUserIdSymbols } from './ids.js';
export { zimLimits } from './limits.js';
export { isZimRegion, zimRegionHosts, zimRegionUrl, type ZimRegion } from './regions.js';
export {
  findZimRequestSigner,
  signZimRequest,
  type ZimRequestSigner,
  type ZimRequestSigners,
  type ZimSignatureInput,
} from './request-signature.js';
export type { ZimCodeCategory } from './return-code-table.js';
export {
  findZimReturnCode,
  zimReturnCodes,
  type ZimCodeOutcome,
  type ZimReturnCode,
} from './return-codes.js';
export { isWellFormedText, utf8ByteLength } from './text.js';
export type {
  ZimCallInviteBody,
  ZimCallInviteReply,
  ZimErrorListEntry,
  ZimErrorUser,
  ZimOfflinePushWire,
  ZimPublicParameters,
  ZimPushSwitch,
  ZimReply,
  ZimUserInfo,
  ZimUserRegisterBody,
} from './wire.js';
