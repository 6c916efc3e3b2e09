import { type ArgumentMetadata, Injectable, type PipeTransform } from '@nestjs/common';
import { hasRules } from './plain-data.js';
import { validateInput } from './validate-input.js';

/**
 * Checks what a controller takes by the class of the parameter, if that has rules of class-validator: unknown
 * properties are refused, `__proto__` and `constructor` among them, and each field reports the first rule
 * it breaks. Throws a {@link ZimInvalidRequestError}, so that a `ZimExceptionFilter` answers it like any
 * other invalid request.
 *
 * Use it as `@Body(ZimValidationPipe)` or `app.useGlobalPipes(new ZimValidationPipe())`.
 */
@Injectable()
export class ZimValidationPipe implements PipeTransform {
  transform(value: unknown, { metatype, type }: ArgumentMetadata): unknown {
    if (metatype === undefined || !hasRules(metatype) || type === 'custom') return value;
    return validateInput(metatype, value);
  }
}
