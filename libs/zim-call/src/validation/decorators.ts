import { ValidateBy, type ValidationArguments, type ValidationOptions } from 'class-validator';
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
 * A ZIM user id: 1 to 32 bytes of ASCII letters, digits, space and the symbols that ZIM allows. With `{ each: true }`,
 * every element of an array must be one; the message says which is not, and why.
 */
export function IsZimUserId(options?: ValidationOptions): PropertyDecorator {
  return textRule('isZimUserId', isZimUserId, explainUserId, options);
}

/** ZIM's id of a call: text of 1 to 32 characters. */
export function IsCallId(options?: ValidationOptions): PropertyDecorator {
  const message = `must be ZIM's id of a call: 1 to ${zimLimits.callIdCharacters} characters, as text`;
  return textRule('isCallId', isZimCallId, () => message, options);
}

/** Text of at most `maxBytes` bytes in UTF-8, without half a surrogate pair. */
export function MaxUtf8Bytes(maxBytes: number, options?: ValidationOptions): PropertyDecorator {
  return textRule(
    'maxUtf8Bytes',
    (text) => isWellFormedText(text) && utf8ByteLength(text) <= maxBytes,
    (value) => explainText(value, maxBytes),
    options,
    [maxBytes],
  );
}

/** Text that can be encoded in UTF-8: without half a surrogate pair. */
export function IsWellFormedText(options?: ValidationOptions): PropertyDecorator {
  const message = 'must be text without broken characters';
  return textRule('isWellFormedText', isWellFormedText, () => message, options);
}

function textRule(
  name: string,
  isValid: (text: string) => boolean,
  explain: (value: unknown) => string,
  options?: ValidationOptions,
  constraints?: unknown[],
): PropertyDecorator {
  const validate = (value: unknown) => typeof value === 'string' && isValid(value);
  const defaultMessage = (args?: ValidationArguments) => {
    const property = args?.property ?? 'it';
    const value: unknown = args?.value;
    if (options?.each !== true || !Array.isArray(value)) return `${property} ${explain(value)}`;
    const index = value.findIndex((item) => !validate(item));
    return `${property}[${index}] ${explain(value[index])}`;
  };
  return ValidateBy({ name, constraints, validator: { validate, defaultMessage } }, options);
}

function explainUserId(value: unknown): string {
  if (value === undefined || value === null) return 'is missing: it must be a ZIM user id';
  if (typeof value !== 'string') return 'must be text: a ZIM user id';
  return explainZimUserId(value) ?? 'must be a ZIM user id';
}

function explainText(value: unknown, maxBytes: number): string {
  if (typeof value !== 'string') return 'must be text';
  if (!isWellFormedText(value)) return 'must be text without broken characters';
  return `must be at most ${maxBytes} bytes of UTF-8 long, is ${utf8ByteLength(value)}`;
}
