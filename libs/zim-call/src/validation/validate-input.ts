import { plainToInstance, type ClassConstructor } from 'class-transformer';
import { type ValidationError, type ValidatorOptions, validateSync } from 'class-validator';
import { invalidRequest, type ZimFieldError } from '../errors/errors.js';
import { findForeignData } from './plain-data.js';

/** Unknown properties are refused, each field reports its first broken rule, and no value is echoed. */
const validatorOptions = {
  whitelist: true,
  forbidNonWhitelisted: true,
  forbidUnknownValues: true,
  stopAtFirstError: true,
  validationError: { target: false, value: false },
} as const satisfies ValidatorOptions;

/**
 * Makes an instance of a DTO class out of a plain object and checks it.
 * @throws ZimInvalidRequestError with each field and the rule it breaks
 */
export function validateInput<T extends object>(
  type: ClassConstructor<T>,
  input: unknown,
  action?: string,
): T {
  if (typeof input !== 'object' || input === null || Array.isArray(input)) {
    throw invalidRequest([{ path: '', message: 'the request must be an object' }], action);
  }
  const foreign = findForeignData(input);
  if (foreign !== undefined) throw invalidRequest([foreign], action);
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
