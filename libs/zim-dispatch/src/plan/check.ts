import { applyDecorators } from '@nestjs/common';
import { IsInt, IsOptional, Max, Min } from 'class-validator';
import { ZimValidationPipe } from 'nestjs-zim-call';

const pipe = new ZimValidationPipe();

/**
 * Checks an object by the rules of a class.
 * @throws ZimInvalidRequestError with each invalid field
 */
export function check<T>(type: new () => T, input: unknown): T {
  const checked: unknown = pipe.transform(input, { type: 'body', metatype: type });
  if (checked instanceof type) return checked;
  throw new TypeError(`${type.name} has no rules`);
}

/** A whole number in these limits, or nothing. */
export function WholeNumber(min: number, max: number): PropertyDecorator {
  const message = `$property must be a whole number from ${min} to ${max}`;
  const rules = [IsInt({ message }), Min(min, { message }), Max(max, { message })];
  return applyDecorators(IsOptional(), ...rules);
}
