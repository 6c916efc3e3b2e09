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

/** Pages mix seconds and milliseconds; a number below this is a time in seconds (until the year 5138). */
const firstMillisecondTime = 1e11;

/** The moment that a Unix time in seconds or milliseconds means. */
export function toDate(unixTime: number): Date {
  return new Date(unixTime < firstMillisecondTime ? unixTime * 1000 : unixTime);
}

/** A moment that may be missing; 0 and empty text say the same. */
export function optionalDate(body: CallbackBody, name: string): Date | undefined {
  if (body[name] === '') return undefined;
  const unixTime = optionalNumber(body, name);
  return unixTime === undefined || unixTime === 0 ? undefined : toDate(unixTime);
}
