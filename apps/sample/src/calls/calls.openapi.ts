import { applyDecorators } from '@nestjs/common';
import { type ApiBodyOptions, type ApiHeaderOptions, ApiResponse } from '@nestjs/swagger';
import { zimLimits, zimUserIdSymbols } from 'zim-protocol';

/** A schema of the API description. */
export type Schema = Extract<ApiBodyOptions, { schema: object }>['schema'];

export const userId: Schema = {
  type: 'string',
  minLength: 1,
  maxLength: zimLimits.userIdBytes,
  pattern: '^[A-Za-z0-9 !#$%&()+\\-:;<=.>?@[\\]^_{}|~]+$',
  description: `1 to ${zimLimits.userIdBytes} bytes: ASCII letters, digits, space and ${zimUserIdSymbols}`,
  example: 'alice',
};
export const text: Schema = { type: 'string' };

/** An object with these fields and no others. */
export function object(properties: Record<string, Schema>): Schema {
  return { type: 'object', additionalProperties: false, properties };
}

const offlinePushSchema: Schema = {
  type: 'object',
  nullable: true,
  additionalProperties: false,
  description: "What offline callees' devices show. Absent: they are not pushed",
  properties: {
    enable: { type: 'integer', enum: [0, 1], default: 1 },
    title: text,
    content: text,
    payload: text,
    pushStrategyId: { type: 'string', maxLength: zimLimits.pushStrategyIdCharacters },
    pushImageInfo: object({
      apns: object({ image: text }),
      android: object({
        huaWei: object({ image: text, icon: text }),
        fcm: object({ image: text, icon: text }),
      }),
    }),
    enableBadge: { type: 'boolean' },
    badgeIncrement: { type: 'integer', minimum: 0, maximum: zimLimits.badgeIncrement },
    privateMessageTemplate: object({
      templateId: text,
      titleParameters: text,
      contentParameters: text,
    }),
    threadId: text,
  },
};

/** For clients that cannot know whether their request arrived. */
export const idempotencyKeyHeader: ApiHeaderOptions = {
  name: 'Idempotency-Key',
  required: false,
  schema: { type: 'string', minLength: 1, maxLength: 255, pattern: '^[\\x21-\\x7e]+$' },
  description:
    'A name of your own for this call. Sent again with the same body within a day it gives the same answer with Idempotency-Replayed: true and rings nobody; with another body, 409. Without a Redis (ZIM_REDIS_URL) it is forgotten when this process ends',
};

/** On a response to an `Idempotency-Key` that was used before. */
export const replayedHeaderName = 'Idempotency-Replayed';

export const replayedHeader: Record<string, { description: string; schema: Schema }> = {
  [replayedHeaderName]: {
    description:
      'true: this is the answer to an earlier request with the same Idempotency-Key, and no phone rang; else absent',
    schema: { type: 'string', enum: ['true'] },
  },
};

/** The body of `POST /calls`, as the library's CallInviteDto checks it. */
export const inviteSchema: Schema = {
  type: 'object',
  additionalProperties: false,
  required: ['fromUserId', 'userIds'],
  properties: {
    fromUserId: userId,
    userIds: {
      type: 'array',
      items: userId,
      minItems: 1,
      maxItems: zimLimits.callees,
      uniqueItems: true,
    },
    timeoutSeconds: {
      type: 'integer',
      minimum: 0,
      maximum: zimLimits.timeoutSeconds,
      description: `How long the phones ring; 0 or absent: ${zimLimits.defaultTimeoutSeconds}`,
    },
    extendedData: {
      type: 'string',
      description: `Text for the callees' apps: at most ${zimLimits.extendedDataBytes} bytes of UTF-8`,
    },
    offlinePush: offlinePushSchema,
  },
};

export const inviteExamples = {
  short: {
    summary: 'alice calls bob',
    value: { fromUserId: 'alice', userIds: ['bob'] },
  },
  whole: {
    summary: 'With a push for offline callees',
    value: {
      fromUserId: 'alice',
      userIds: ['bob', 'carol'],
      timeoutSeconds: 30,
      extendedData: '{"room":"42"}',
      offlinePush: { title: 'alice', content: 'is calling you' },
    },
  },
};

export const failedSchema: Schema = {
  type: 'array',
  items: {
    type: 'object',
    required: ['userId', 'reason'],
    properties: {
      userId,
      vendorCode: {
        type: 'integer',
        description: "ZIM's code; absent if ZIM gave none that is readable",
      },
      reason: text,
    },
  },
};

export const inviteResultSchema: Schema = {
  type: 'object',
  required: [
    'callId',
    'createdAt',
    'createdAtFrom',
    'requestId',
    'invited',
    'failed',
    'confirmedBy',
  ],
  properties: {
    callId: {
      type: 'string',
      minLength: 1,
      maxLength: zimLimits.callIdCharacters,
      description: "ZIM's id of the call: text",
      example: '12261423186766631832',
    },
    createdAt: { type: 'string', format: 'date-time' },
    createdAtFrom: {
      type: 'string',
      enum: ['zim', 'date-header', 'local-clock'],
      description: "What createdAt rests on: ZIM's own words, the Date of its reply, or our clock",
    },
    requestId: { type: 'string', description: "ZIM's id of the request" },
    invited: { type: 'array', items: userId, description: 'Whose phones ring' },
    failed: failedSchema,
    confirmedBy: {
      type: 'string',
      enum: ['reply', 'callback'],
      description:
        'callback: the reply was lost; of callees who are not in invited nothing is known',
    },
  },
};

export const answerSchema: Schema = {
  type: 'object',
  required: ['userId'],
  additionalProperties: false,
  properties: {
    userId,
    extendedData: {
      type: 'string',
      description: `Text for the others in the call: at most ${zimLimits.extendedDataBytes} bytes of UTF-8`,
    },
  },
};

export const answerResultSchema: Schema = object({
  requestId: text,
  confirmedBy: {
    type: 'string',
    enum: ['callback', 'assumption'],
    description: 'Only if the reply was lost: what says that the answer was given all the same',
  },
});

const problemSchema: Schema = {
  type: 'object',
  required: ['type', 'title', 'status', 'detail'],
  properties: {
    type: { type: 'string', format: 'uri' },
    title: text,
    status: { type: 'integer' },
    detail: text,
    instance: { type: 'string', description: 'The id of this request in our logs' },
    kind: text,
    outcome: {
      type: 'string',
      enum: ['not-sent', 'refused', 'rejected', 'unknown'],
      description: 'What happened to the call; unknown: phones may be ringing',
    },
    vendorCode: { type: 'integer', description: "ZIM's return code" },
    requestId: { type: 'string', description: "ZIM's id of the request" },
    correlationId: {
      type: 'string',
      description: 'The mark of an invite that may be ringing, if this backend sends marks',
    },
    errorUsers: failedSchema,
    errors: {
      type: 'array',
      items: { type: 'object', properties: { path: text, message: text } },
    },
  },
};

const problems: Record<number, string> = {
  400: 'A field breaks a rule; errors says which and how',
  401: 'No API key, or an unknown one',
  403: 'The user was not invited to this call',
  404: 'ZIM could not read the call, which may not exist',
  409: 'The call has ended or timed out, or the Idempotency-Key stands for another call',
  413: 'The body is too large',
  415: 'The body is not application/json',
  422: 'The caller or all callees are not registered with ZIM',
  429: 'This caller sends too many requests; see Retry-After',
  502: 'ZIM refused this backend, failed, or the reply was lost; see outcome',
  500: 'A fault of this backend',
  503: 'ZIM throttles (see Retry-After) or cannot be reached',
  504: 'ZIM did not answer in time; see outcome',
};

/** Describes every problem a route can answer. */
export function problemResponses(): MethodDecorator {
  return applyDecorators(
    ...Object.entries(problems).map(([status, description]) =>
      ApiResponse({
        status: Number(status),
        description,
        content: { 'application/problem+json': { schema: problemSchema } },
      }),
    ),
  );
}
