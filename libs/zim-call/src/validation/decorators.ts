import { buildMessage, ValidateBy, type ValidationOptions } from 'class-validator';
import {
  explainZimUserId,
  isWellFormedText,
  isZimCallId,
  isZimUserId,
  utf8ByteLength,
  zimLimits,
  zimUserIdSymbols,
} from 'zim-protocol';

/** The schema of a ZIM user id, for DTOs of your own: `@ApiProperty(zimUserIdSchema)`. */
export const zimUserIdSchema = {
  type: 'string',
  minLength: 1,
  maxLength: zimLimits.userIdBytes,
  pattern: '^[A-Za-z0-9 !#$%&()+\\-:;<=.>?@[\\]^_{}|~]+$',
  description: `1 to ${zimLimits.userIdBytes} bytes: ASCII letters, digits, space and ${zimUserIdSymbols}`,
  example: 'alice',
} as const;

/** The schema of text that may be absent. */
export const optionalText = { required: false, type: 'string' } as const;

/**
 * A ZIM user id: 1 to 32 bytes of ASCII letters, digits, space and the marks ZIM allows. With
 * `{ each: true }` every element of an array must be one; the message says which is not, and why.
 */
export function IsZimUserId(options?: ValidationOptions): PropertyDecorator {
  return ValidateBy(
    {
      name: 'isZimUserId',
      validator: {
        validate: (value: unknown) => typeof value === 'string' && isZimUserId(value),
        defaultMessage: (args) => explain(args?.property ?? 'it', args?.value),
      },
    },
    options,
  );
}

function explain(property: string, value: unknown): string {
  if (!Array.isArray(value)) return `${property} ${explainOne(value)}`;
  const items: unknown[] = value;
  const index = items.findIndex((item) => typeof item !== 'string' || !isZimUserId(item));
  return `${property}[${index}] ${explainOne(items[index])}`;
}

function explainOne(value: unknown): string {
  if (value === undefined || value === null) return 'is missing: it must be a ZIM user id';
  if (typeof value !== 'string') return 'must be text: a ZIM user id';
  return explainZimUserId(value) ?? 'must be a ZIM user id';
}

/** ZIM's id of a call: text of 1 to 32 characters. */
export function IsCallId(options?: ValidationOptions): PropertyDecorator {
  return ValidateBy(
    {
      name: 'isCallId',
      validator: {
        validate: (value: unknown) => typeof value === 'string' && isZimCallId(value),
        defaultMessage: buildMessage(
          () =>
            `$property must be ZIM's id of a call: 1 to ${zimLimits.callIdCharacters} characters, as text`,
        ),
      },
    },
    options,
  );
}

/** Text of at most so many bytes in UTF-8, and without half a surrogate pair. */
export function MaxUtf8Bytes(maxBytes: number, options?: ValidationOptions): PropertyDecorator {
  return ValidateBy(
    {
      name: 'maxUtf8Bytes',
      constraints: [maxBytes],
      validator: {
        validate: (value: unknown) =>
          typeof value === 'string' && isWellFormedText(value) && utf8ByteLength(value) <= maxBytes,
        defaultMessage: (args) => `${args?.property ?? 'it'} ${explainText(args?.value, maxBytes)}`,
      },
    },
    options,
  );
}

/** Text that has a UTF-8 form: no half of a surrogate pair. */
export function IsWellFormedText(options?: ValidationOptions): PropertyDecorator {
  return ValidateBy(
    {
      name: 'isWellFormedText',
      validator: {
        validate: (value: unknown) => typeof value === 'string' && isWellFormedText(value),
        defaultMessage: buildMessage(() => '$property must be text without broken characters'),
      },
    },
    options,
  );
}

function explainText(value: unknown, maxBytes: number): string {
  if (typeof value !== 'string') return 'must be text';
  if (!isWellFormedText(value)) return 'must be text without broken characters';
  return `must be at most ${maxBytes} bytes of UTF-8 long, is ${utf8ByteLength(value)}`;
}
