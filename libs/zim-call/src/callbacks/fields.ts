import { badField } from './callback-error.js';

/** The body of a callback: an object of unknown fields. */
export type CallbackBody = Readonly<Record<string, unknown>>;

/** Text that must be there. */
export function textField(body: CallbackBody, name: string): string {
  const value = body[name];
  if (typeof value !== 'string' || value === '') throw badField(name, 'must be text');
  return value;
}

/** Text that may be missing. */
export function optionalText(body: CallbackBody, name: string): string | undefined {
  const value = body[name];
  if (value === undefined || value === null) return undefined;
  if (typeof value !== 'string') throw badField(name, 'must be text');
  return value;
}

/** A list of texts that must be there. */
export function textsField(body: CallbackBody, name: string): readonly string[] {
  const value = body[name];
  if (!Array.isArray(value) || !value.every((item) => typeof item === 'string')) {
    throw badField(name, 'must be a list of texts');
  }
  return value;
}

/** A whole number, which some senders write as text; it may be missing. */
export function optionalNumber(body: CallbackBody, name: string): number | undefined {
  const value = body[name];
  if (value === undefined || value === null) return undefined;
  const number = typeof value === 'string' && /^\d{1,16}$/.test(value) ? Number(value) : value;
  if (typeof number !== 'number' || !Number.isSafeInteger(number) || number < 0) {
    throw badField(name, 'must be a whole number');
  }
  return number;
}

/** A whole number that must be there. */
export function numberField(body: CallbackBody, name: string): number {
  const value = optionalNumber(body, name);
  if (value === undefined) throw badField(name, 'must be a whole number');
  return value;
}
