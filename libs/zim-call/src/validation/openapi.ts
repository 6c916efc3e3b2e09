import { getMetadataStorage } from 'class-validator';
import { zimLimits, zimUserIdSymbols } from 'zim-protocol';

type Schema = Readonly<Record<string, unknown>>;

/** The schema of a ZIM user id, for DTOs of your own: `@ApiProperty(zimUserIdSchema)`. */
export const zimUserIdSchema = {
  type: 'string',
  minLength: 1,
  maxLength: zimLimits.userIdBytes,
  pattern: '^[A-Za-z0-9 !#$%&()+\\-:;<=.>?@[\\]^_{}|~]+$',
  description: `1 to ${zimLimits.userIdBytes} bytes: ASCII letters, digits, space and ${zimUserIdSymbols}`,
  example: 'alice',
} as const;

/** The part of a property's schema that a rule of class-validator stands for. Other rules change no schema. */
const schemaOfRule: Readonly<Record<string, (constraint: unknown) => Schema>> = {
  isOptional: () => ({ required: false }),
  isZimUserId: () => zimUserIdSchema,
  isCallId: () => ({ type: 'string', minLength: 1, maxLength: zimLimits.callIdCharacters }),
  maxUtf8Bytes: (bytes) => ({
    type: 'string',
    description: `At most ${String(bytes)} bytes of UTF-8`,
  }),
  maxLength: (maxLength) => ({ maxLength }),
  isWellFormedText: () => ({ type: 'string' }),
  isUrl: () => ({ type: 'string' }),
  isBoolean: () => ({ type: 'boolean' }),
  isInt: () => ({ type: 'integer' }),
  isIn: (values) => ({ type: isTextList(values) ? 'string' : 'integer', enum: values }),
  min: (minimum) => ({ minimum }),
  max: (maximum) => ({ maximum }),
  isArray: () => ({ type: 'array' }),
  arrayMinSize: (minItems) => ({ minItems }),
  arrayMaxSize: (maxItems) => ({ maxItems }),
  arrayUnique: () => ({ uniqueItems: true }),
};

/**
 * Lets `@nestjs/swagger` show the rules of a DTO class, without a plugin or a dependency on it.
 * @param additions - what no rule says, by property
 */
export function DescribedByRules(additions: Readonly<Record<string, Schema>> = {}): ClassDecorator {
  return (type) => {
    Object.defineProperty(type, '_OPENAPI_METADATA_FACTORY', {
      // A subclass inherits the method and has rules of its own.
      value(this: typeof type) {
        const schemas: Record<string, Schema> = {};
        for (const { propertyName, name = '', each, constraints = [] } of rulesOf(this)) {
          const part = schemaOfRule[name]?.(constraints[0]);
          const schema = part && each ? { items: part } : part;
          schemas[propertyName] = {
            ...schemas[propertyName],
            ...schema,
            ...additions[propertyName],
          };
        }
        return schemas;
      },
    });
  };
}

function isTextList(values: unknown): boolean {
  return Array.isArray(values) && values.every((value) => typeof value === 'string');
}

type Rules = ReturnType<ReturnType<typeof getMetadataStorage>['getTargetValidationMetadatas']>;

export function rulesOf(type: unknown): Rules {
  if (typeof type !== 'function') return [];
  return getMetadataStorage().getTargetValidationMetadatas(type, '', false, false);
}
