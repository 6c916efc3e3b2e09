import { type ArgumentMetadata, Injectable, type PipeTransform } from '@nestjs/common';
import { validateInput } from './validate-input.js';

const unchecked = new Set<unknown>([String, Boolean, Number, Array, Object, undefined]);

/**
 * Checks what a controller takes by the class of the parameter, with the rules of this package: unknown
 * properties are refused, `__proto__` and `constructor` among them, and each field reports the first rule
 * it breaks. Throws a {@link ZimInvalidRequestError}, so that a `ZimExceptionFilter` answers it like any
 * other invalid request.
 *
 * Use it as `@Body(ZimValidationPipe)` or `app.useGlobalPipes(new ZimValidationPipe())`.
 */
@Injectable()
export class ZimValidationPipe implements PipeTransform {
  transform(value: unknown, { metatype, type }: ArgumentMetadata): unknown {
    if (metatype === undefined || unchecked.has(metatype) || type === 'custom') return value;
    return validateInput(metatype, value);
  }
}
