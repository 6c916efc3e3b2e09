import { type ArgumentMetadata, Injectable, type PipeTransform } from '@nestjs/common';
import { hasRules, validateInput } from './validate-input.js';

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
    if (metatype === undefined || !hasRules(metatype) || type === 'custom') return value;
    return validateInput(metatype, value);
  }
}
