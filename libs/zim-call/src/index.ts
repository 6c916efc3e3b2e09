export { ZimApiClient, type ZimApiRequest } from './client/zim-api.client.js';
export {
  ZimAuthError,
  ZimCallNotFoundError,
  ZimCallStateError,
  ZimConfigError,
  ZimConnectionError,
  ZimInvalidRequestError,
  ZimProtocolError,
  ZimRateLimitError,
  ZimServiceError,
  ZimTimeoutError,
  ZimUserNotRegisteredError,
  type ZimFieldError,
} from './errors/errors.js';
export { toZimProblem, type ZimProblem } from './errors/problem.js';
export {
  isZimCallError,
  ZimCallError,
  type ZimCallOutcome,
  type ZimErrorDetails,
  type ZimErrorKind,
  type ZimUserFailure,
} from './errors/zim-call-error.js';
export { ZimExceptionFilter } from './errors/zim-exception.filter.js';
export {
  CallInviteDto,
  createCallInviteDto,
  type CallInviteInput,
} from './invite/call-invite.dto.js';
export type { CallInviteResult } from './invite/call-invite.result.js';
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
export type { CallOptions } from './options/call-options.js';
export type {
  ZimCallOptions,
  ZimProxyOptions,
  ZimServerSecret,
} from './options/zim-call-options.js';
export { IsZimUserId, MaxUtf8Bytes } from './validation/decorators.js';
export { ZimValidationPipe } from './validation/zim-validation.pipe.js';
export type {
  ZimCallModuleAsyncOptions,
  ZimCallModuleExtras,
  ZimCallModuleOptions,
  ZimCallOptionsFactory,
} from './zim-call.module-definition.js';
export { ZimCallModule } from './zim-call.module.js';
export {
  getCallInviteServiceToken,
  getZimApiClientToken,
  InjectCallInvite,
  InjectZimApiClient,
} from './zim-call.tokens.js';
