import 'reflect-metadata';
import { applyDecorators } from '@nestjs/common';
import { type ClassConstructor, Type } from 'class-transformer';
import {
  IsInt,
  IsObject,
  IsOptional,
  Max,
  Min,
  ValidateBy,
  ValidateNested,
  type ValidationArguments,
  type ValidationOptions,
} from 'class-validator';
import {
  explainZimUserId,
  isWellFormedText,
  isZimCallId,
  isZimUserId,
  utf8ByteLength,
  zimLimits,
} from 'zim-protocol';

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

/** A whole number within these limits, or nothing. */
export function IsOptionalWholeNumber(min: number, max: number): PropertyDecorator {
  const message = `$property must be a whole number from ${min} to ${max}`;
  return applyDecorators(
    IsOptional(),
    IsInt({ message }),
    Min(min, { message }),
    Max(max, { message }),
  );
}

/** Text that can be encoded in UTF-8, without half a surrogate pair; or nothing. */
export function IsOptionalText(): PropertyDecorator {
  const message = 'must be text without broken characters';
  return applyDecorators(
    textRule('isWellFormedText', isWellFormedText, () => message),
    IsOptional(),
  );
}

/** An object that keeps the rules of a class; or nothing. */
export function IsOptionalObject(type: ClassConstructor<object>): PropertyDecorator {
  // Not every compiler emits the class of a field whose type is `T | undefined`.
  const designType = Reflect.metadata('design:type', type);
  return applyDecorators(
    designType,
    ValidateNested(),
    Type(() => type),
    IsObject(),
    IsOptional(),
  );
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
