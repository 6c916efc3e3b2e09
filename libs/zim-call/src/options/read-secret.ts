import { checkSecret } from './resolve-options.js';
import type { ZimServerSecret } from './zim-call-options.js';

/** A secret could not be had. Says why, without it. */
export class SecretError extends Error {}

/**
 * The current value of a secret.
 * @throws SecretError if its function fails or gives something else
 */
export async function readSecret(secret: ZimServerSecret, path: string): Promise<string> {
  if (typeof secret === 'string') return secret;
  let value: unknown;
  try {
    value = await secret();
  } catch (error) {
    throw new SecretError(`${path}: the function that gives it failed (${errorName(error)})`);
  }
  const problem = checkSecret(value, path);
  if (problem === undefined && typeof value === 'string') return value;
  throw new SecretError(`${problem ?? path}, but its function gave something else`);
}

/** An error of code that handles secrets may quote them: its name is all that is told. */
export function errorName(error: unknown): string {
  return error instanceof Error ? error.name : typeof error;
}
