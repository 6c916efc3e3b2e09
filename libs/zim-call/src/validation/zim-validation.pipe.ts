import { type ArgumentMetadata, Injectable, type PipeTransform } from '@nestjs/common';
import { plainToInstance, type ClassConstructor } from 'class-transformer';
import { type ValidationError, type ValidatorOptions, validateSync } from 'class-validator';
import { invalidRequest, type ZimFieldError } from '../errors/errors.js';
import { rulesOf } from './openapi.js';

const maxDepth = 8;

/** Unknown properties are refused, each field reports its first broken rule, and no value is echoed. */
const validatorOptions = {
  whitelist: true,
  forbidNonWhitelisted: true,
  forbidUnknownValues: true,
  stopAtFirstError: true,
  validationError: { target: false, value: false },
} as const satisfies ValidatorOptions;

/**
 * Turns a plain object into an instance of a DTO class and checks it.
 * @throws ZimInvalidRequestError with each invalid field and the rule it breaks
 */
export function validateInput<T extends object>(
  type: ClassConstructor<T>,
  input: unknown,
  action?: string,
): T {
  if (typeof input !== 'object' || input === null || Array.isArray(input)) {
    throw invalidRequest([{ path: '', message: 'the request must be an object' }], action);
  }
  const problem = findNonPlainData(input);
  if (problem !== undefined) throw invalidRequest([problem], action);
  const instance = plainToInstance(type, input);
  const errors = toFieldErrors(validateSync(instance, validatorOptions));
  if (errors.length > 0) throw invalidRequest(errors, action);
  return instance;
}

/** class-validator's tree of errors as a list: one entry for each field, with its first broken rule. */
function toFieldErrors(errors: readonly ValidationError[], parent = ''): ZimFieldError[] {
  return errors.flatMap((error) => {
    const path = joinPath(parent, error.property);
    const messages = Object.entries(error.constraints ?? {}).map(([rule, message]) =>
      rule === 'whitelistValidation' ? `${path} is not a known property` : message,
    );
    return [
      ...messages.map((message) => ({ path, message })),
      ...toFieldErrors(error.children ?? [], path),
    ];
  });
}

function joinPath(parent: string, key: string): string {
  if (parent === '') return key;
  return /^\d+$/.test(key) ? `${parent}[${key}]` : `${parent}.${key}`;
}

/**
 * Finds the first part of an input that is not plain data. It runs before class-transformer, which calls the
 * constructor of any object it meets, follows any depth, and silently drops keys that every object inherits, such as
 * `__proto__` and `toString`.
 */
function findNonPlainData(
  value: unknown,
  path = '',
  parents: readonly object[] = [],
  seen = new WeakSet(),
): ZimFieldError | undefined {
  const problem = (rule: string) => ({ path, message: `${path || 'the request'} ${rule}` });
  if (typeof value === 'function') return problem('must be plain data');
  if (typeof value !== 'object' || value === null) return undefined;
  if (parents.includes(value)) return problem('must not hold itself');
  if (parents.length > maxDepth) {
    return problem(`must not be nested deeper than ${maxDepth} levels`);
  }
  // Each object is read once: references to shared objects could multiply without limit.
  if (seen.has(value)) return undefined;
  seen.add(value);
  const isList = Array.isArray(value);
  if (!isList && !isPlain(value)) return problem('must be plain data');
  const parentsOfItems = [...parents, value];
  for (const key of isList ? value.keys() : Object.keys(value)) {
    const keyPath = isList ? `${path}[${key}]` : path === '' ? `${key}` : `${path}.${key}`;
    if (isList && !(key in value)) return { path: keyPath, message: `${keyPath} is missing` };
    if (!isList && key in Object.prototype) {
      return { path: keyPath, message: `${keyPath} is not a known property` };
    }
    const found = findNonPlainData(Reflect.get(value, key), keyPath, parentsOfItems, seen);
    if (found !== undefined) return found;
  }
  return undefined;
}

function isPlain(value: object): boolean {
  const prototype: unknown = Object.getPrototypeOf(value);
  return (
    prototype === null || prototype === Object.prototype || rulesOf(value.constructor).length > 0
  );
}

/**
 * Validates a controller's parameters whose class has rules of class-validator. Unknown properties are refused,
 * `__proto__` and `constructor` among them, and each field reports the first rule it breaks. Throws
 * {@link ZimInvalidRequestError}, which `ZimExceptionFilter` turns into an HTTP 400.
 *
 * Use it as `@Body(ZimValidationPipe)` or `app.useGlobalPipes(new ZimValidationPipe())`.
 */
@Injectable()
export class ZimValidationPipe implements PipeTransform {
  transform(value: unknown, { metatype, type }: ArgumentMetadata): unknown {
    if (metatype === undefined || rulesOf(metatype).length === 0 || type === 'custom') return value;
    return validateInput(metatype, value);
  }
}
