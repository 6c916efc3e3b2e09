import { createParamDecorator, type ExecutionContext } from '@nestjs/common';
import type { ApiHeaderOptions } from '@nestjs/swagger';
import { createHash } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import { sentApiKey } from './api-key.guard.js';

const rule = /^[\x21-\x7e]{1,255}$/;

/**
 * The `Idempotency-Key` header, as the library takes it. Two callers may choose the same key, so each API key has
 * keys of its own. What breaks the rule is passed on, for the library to refuse.
 */
export const IdempotencyKey = createParamDecorator((_: unknown, context: ExecutionContext) => {
  const { headers } = context.switchToHttp().getRequest<IncomingMessage>();
  const key = headers['idempotency-key'];
  if (typeof key !== 'string' || !rule.test(key)) return key;
  const caller = sentApiKey(headers.authorization) ?? '';
  return createHash('sha256').update(`${caller}\n${key}`).digest('base64url');
});

export const idempotencyKeyHeader: ApiHeaderOptions = {
  name: 'Idempotency-Key',
  required: false,
  schema: { type: 'string', minLength: 1, maxLength: 255, pattern: '^[\\x21-\\x7e]+$' },
  description:
    'A name of your own for this call. Sent again with the same body within a day, it gives the same answer with Idempotency-Replayed: true and rings no phone; with another body, 409. Without a Redis (ZIM_REDIS_URL) it is forgotten when this process ends',
};

/** The header of a response to an `Idempotency-Key` that was used before. */
export const replayedHeader = {
  'Idempotency-Replayed': {
    description:
      'true: this is the answer to an earlier request with the same Idempotency-Key, and no phone rang; else absent',
    schema: { type: 'string' as const, enum: ['true'] },
  },
};
