import { getMetadataStorage } from 'class-validator';
import type { ZimFieldError } from '../errors/errors.js';

const deepest = 8;

/**
 * What keeps an input from being plain data, or `undefined`. It must be known before class-transformer runs:
 * that calls the constructor of whatever it meets, follows any depth, and drops keys that every object
 * inherits, such as `__proto__` and `toString`, without a word.
 */
export function findForeignData(input: object): ZimFieldError | undefined {
  return new Search().visit(input, '', 0);
}

/** Whether class-validator knows rules for a class. */
export function hasRules(type: unknown): boolean {
  return (
    typeof type === 'function' &&
    getMetadataStorage().getTargetValidationMetadatas(type, '', false, false).length > 0
  );
}

class Search {
  /** Visited once is enough: an object that is referred to often would cost time without end. */
  private readonly seen = new WeakSet();
  private readonly ancestors = new Set<object>();

  visit(value: unknown, path: string, depth: number): ZimFieldError | undefined {
    const problem = (rule: string) => ({ path, message: `${path || 'the request'} ${rule}` });
    if (typeof value === 'function') return problem('must be plain data');
    if (typeof value !== 'object' || value === null) return undefined;
    if (this.ancestors.has(value)) return problem('must not hold itself');
    if (depth > deepest) return problem(`must not be nested deeper than ${deepest} levels`);
    if (this.seen.has(value)) return undefined;
    if (!Array.isArray(value) && !isPlain(value)) return problem('must be plain data');
    this.seen.add(value);
    this.ancestors.add(value);
    const found = Array.isArray(value)
      ? this.visitList(value, path, depth)
      : this.visitFields(value, path, depth);
    this.ancestors.delete(value);
    return found;
  }

  private visitFields(value: object, path: string, depth: number): ZimFieldError | undefined {
    for (const key of Object.keys(value)) {
      const keyPath = path === '' ? key : `${path}.${key}`;
      if (key in Object.prototype) {
        return { path: keyPath, message: `${keyPath} is not a known property` };
      }
      const found = this.visit(Reflect.get(value, key), keyPath, depth + 1);
      if (found !== undefined) return found;
    }
    return undefined;
  }

  private visitList(
    list: readonly unknown[],
    path: string,
    depth: number,
  ): ZimFieldError | undefined {
    for (let index = 0; index < list.length; index++) {
      const itemPath = `${path}[${index}]`;
      if (!(index in list)) return { path: itemPath, message: `${itemPath} is missing` };
      const found = this.visit(list[index], itemPath, depth + 1);
      if (found !== undefined) return found;
    }
    return undefined;
  }
}

function isPlain(value: object): boolean {
  const prototype: unknown = Object.getPrototypeOf(value);
  return prototype === null || prototype === Object.prototype || hasRules(value.constructor);
}
