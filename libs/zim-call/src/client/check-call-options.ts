import { invalidRequest } from '../errors/errors.js';
import type { CallOptions } from '../options/call-options.js';

const known = ['signal', 'deadlineMs'];

/**
 * Refuses options that would not do what they say.
 * @throws ZimInvalidRequestError
 */
export function checkCallOptions(action: string, options: CallOptions): void {
  const errors = [
    ...Object.keys(options)
      .filter((key) => !known.includes(key))
      .map((key) => ({ path: key, message: `${key} is not a known option` })),
  ];
  const { deadlineMs, signal } = options;
  if (deadlineMs !== undefined && !(Number.isFinite(deadlineMs) && deadlineMs > 0)) {
    errors.push({ path: 'deadlineMs', message: 'deadlineMs must be a number above 0' });
  }
  if (signal !== undefined && !isAbortSignal(signal)) {
    errors.push({ path: 'signal', message: 'signal must be an AbortSignal' });
  }
  if (errors.length > 0) throw invalidRequest(errors, action);
}

/** By its shape: users may bring a polyfill's. */
function isAbortSignal(value: object): boolean {
  return typeof Reflect.get(value, 'aborted') === 'boolean' && 'addEventListener' in value;
}
