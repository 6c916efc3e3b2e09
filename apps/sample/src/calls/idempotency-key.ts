import { createParamDecorator, type ExecutionContext } from '@nestjs/common';
import { createHash } from 'node:crypto';
import { sentApiKey } from '../security/api-key.guard.js';

const rule = /^[\x21-\x7e]{1,255}$/;

/**
 * The `Idempotency-Key` header, as the library takes it. Two callers may make up the same key: each API key has its
 * own. What breaks the rule is passed on, for the library to refuse.
 */
export const IdempotencyKey = createParamDecorator(
  (_: unknown, context: ExecutionContext): string | undefined => {
    const { headers }: { headers: Record<string, string | undefined> } = context
      .switchToHttp()
      .getRequest();
    const key = headers['idempotency-key'];
    if (key === undefined || !rule.test(key)) return key;
    const caller = sentApiKey(headers['authorization']) ?? '';
    return createHash('sha256').update(`${caller}\n${key}`).digest('base64url');
  },
);
