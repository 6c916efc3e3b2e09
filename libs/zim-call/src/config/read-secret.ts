import { checkSecret } from './resolve-options.js';
import type { ZimSecretSource } from './zim-call-options.js';

/** A secret could not be had. Says why, without it. */
export class SecretError extends Error {}

/**
 * The current value of a secret.
 * @throws SecretError if its function fails or gives something else
 */
export async function readSecret(source: ZimSecretSource, path: string): Promise<string> {
  let value: unknown;
  try {
    value = await source();
  } catch (error) {
    throw new SecretError(`${path}: the function that gives it failed (${errorName(error)})`);
  }
  const problem = checkSecret(value, path);
  if (problem === undefined && typeof value === 'string') return value;
  throw new SecretError(`${problem ?? path}, but its function gave something else`);
}

/** An error of code that handles secrets may quote them, even in its name: only a usual name is told. */
export function errorName(error: unknown): string {
  const name = error instanceof Error ? error.name : '';
  return /^[A-Z][A-Za-z]{0,30}Error$/.test(name) ? name : 'an error';
}
