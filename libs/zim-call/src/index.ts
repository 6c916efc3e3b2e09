export {
  correlationOverheadBytes,
  readCorrelation,
  signZimCallback,
  type CorrelatedData,
  type ZimCallbackSignatureInput,
  type ZimPushSwitch,
  type ZimRegion,
  type ZimReply,
  type ZimRequestSigner,
  type ZimSignatureInput,
} from 'zim-protocol';
export type {
  AnyZimEvent,
  CallAcceptEvent,
  CallCancelEvent,
  CallCreateEvent,
  CallInviteEvent,
  CallRejectEvent,
  CallTimeoutEvent,
  UnknownZimEvent,
  ZimUserActionEvent,
  ZimCallbackEvent,
  ZimCallEvents,
  ZimEventCommon,
} from './callbacks/events.js';
export { EventDecorator, type EventHandler } from './callbacks/event-decorator.js';
export { OnZimCall, type ZimEventName, type ZimEventOf } from './callbacks/on-zim-call.js';
export { ZimApiClient } from './client/zim-api.client.js';
export {
  type AnyZimCallError,
  isZimCallError,
  ZimAuthError,
  ZimCallError,
  ZimCallNotFoundError,
  ZimCallStateError,
  ZimConfigError,
  ZimConnectionError,
  type ZimErrorDetails,
  type ZimErrorKind,
  type ZimErrorOutcome,
  type ZimFieldError,
  ZimIdempotencyError,
  ZimInvalidRequestError,
  ZimProtocolError,
  ZimRateLimitError,
  ZimServiceError,
  ZimTimeoutError,
  type ZimUserFailure,
  ZimUserNotRegisteredError,
} from './errors/errors.js';
export {
  toZimProblem,
  ZimExceptionFilter,
  type ZimProblem,
} from './errors/zim-exception.filter.js';
export {
  CallAnswerDto,
  type CallAnswerInput,
  type CallAnswerResult,
} from './invite/call-answer.dto.js';
export {
  CallInviteDto,
  Callees,
  createCallInviteDto,
  type CallInviteInput,
} from './invite/call-invite.dto.js';
export {
  CallWithdrawDto,
  type CallWithdrawInput,
  type WithdrawnUser,
  type WithdrawResult,
} from './invite/call-withdraw.dto.js';
export { ZimHealthIndicator, type ZimHealth } from './telemetry/zim-health.indicator.js';
export type {
  ZimLaneFigures,
  ZimRateLimitedCall,
  ZimRateLimitEvent,
  ZimRateLimitFigures,
  ZimRateLimitListener,
  ZimRateLimitRefusalReason,
  ZimRateLimitState,
} from './rate-limit/permit.js';
export { ZimRateLimit } from './rate-limit/rate-limiter.js';
export type { CallInviteResult } from './invite/call-invite.wire.js';
export { CallInviteService } from './invite/call-invite.service.js';
export {
  AndroidPushImageDto,
  ApnsPushImageDto,
  FcmPushImageDto,
  HuaWeiPushImageDto,
  OfflinePushDto,
  PrivateMessageTemplateDto,
  PushImageInfoDto,
} from './invite/offline-push.dto.js';
export {
  ZimOutcomeAbortedError,
  ZimOutcomeTimeoutError,
  type CalleeOutcome,
  type CalleeState,
  type CallOutcome,
  type CallProgress,
  type InviteAndOutcome,
} from './outcome/call-outcome.js';
export { type CallReport, CallReportDto } from './outcome/call-report.dto.js';
export { CallOutcomeService } from './outcome/call-outcome.service.js';
export type {
  CallInviteOptions,
  InviteAndWaitOptions,
  ZimApiRequest,
  ZimRequestOptions,
  ZimCallLane,
  ZimOnUnknown,
} from './config/request-options.js';
export {
  noRetry,
  persistentRetry,
  standardRetry,
  type ZimCallbackOptions,
  type ZimCallOptions,
  type ZimCorrelationOptions,
  type ZimRateLimitMode,
  type ZimRateLimitOptions,
  type ZimRetryBudget,
  type ZimRetryPolicy,
  type ZimSecretSource,
  type ZimServerSecret,
} from './config/zim-call-options.js';
export type { CallEvent } from './stores/call-event-store.js';
export {
  ZimRegisterUserDto,
  type ZimRegisterUserInput,
  ZimRegisterUsersDto,
} from './users/zim-user.dto.js';
export {
  ZimUserService,
  type ZimRegisterUsersResult,
  type ZimUserInfos,
  type ZimUserOnlineStates,
} from './users/zim-user.service.js';
export { systemRuntime, ZIM_RUNTIME, type ZimRuntime, type ZimTimers } from './time/runtime.js';
export {
  IsOptionalObject,
  IsOptionalWholeNumber,
  IsZimUserId,
  MaxUtf8Bytes,
} from './validation/decorators.js';
export { zimUserIdSchema } from './validation/openapi.js';
export { validateInput, ZimValidationPipe } from './validation/zim-validation.pipe.js';
export type {
  ZimCallModuleAsyncOptions,
  ZimCallModuleExtras,
  ZimCallModuleOptions,
  ZimCallOptionsFactory,
} from './zim-call.module-definition.js';
export { ZimCallModule } from './zim-call.module.js';
export {
  getCallInviteServiceToken,
  getCallOutcomeServiceToken,
  getZimApiClientToken,
  getZimHealthIndicatorToken,
  getZimHttpToken,
  getZimRateLimitToken,
  getZimUserServiceToken,
  InjectCallInvite,
  InjectCallOutcome,
  InjectZimApiClient,
  InjectZimHealth,
  InjectZimHttp,
  InjectZimRateLimit,
  InjectZimUsers,
} from './zim-call.tokens.js';
