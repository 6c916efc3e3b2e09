import { noProblem, type OptionRule, problem } from './option-rules.js';
import type { ZimSecretSource } from './zim-call-options.js';

/** A secret could not be read. The message says why and does not contain it. */
export class SecretError extends Error {}

export const secretText: OptionRule = (value) => {
  if (typeof value !== 'string' || value === '') {
    return problem("must be the text that ZEGO's console shows");
  }
  return value.trim() === value ? noProblem : problem('must not begin or end with white space');
};

/**
 * Returns the current value of a secret.
 * @throws SecretError if its function fails or returns anything else
 */
export async function readSecret(source: ZimSecretSource, path: string): Promise<string> {
  let value: unknown;
  try {
    value = await source();
  } catch (error) {
    throw new SecretError(`${path}: the function that returns it failed (${errorName(error)})`);
  }
  if (typeof value === 'string' && secretText(value, {}).length === 0) return value;
  throw new SecretError(
    `${path}: its function must return the text that ZEGO's console shows, without white space around it`,
  );
}

/** The name of an error, if it is a usual one: code that handles secrets may put them into messages and names. */
export function errorName(error: unknown): string {
  const name = error instanceof Error ? error.name : '';
  return /^[A-Z][A-Za-z]{0,30}Error$/.test(name) ? name : 'an error';
}
