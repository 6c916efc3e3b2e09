import { isRecord, isTexts } from '../config/option-rules.js';
import { badBody } from './callback-error.js';

export type CallbackBody = Readonly<Record<string, unknown>>;

export type ParsedBody = ReturnType<typeof parseBody>;

/**
 * Parses a callback's body: JSON or, as the vendor's pages show it, percent-encoded JSON. Skips a byte order
 * mark. Does no more than that, for anyone may send a body: {@link checkStructure} is for those with a signature.
 *
 * @throws CallbackError with the cause
 */
export function parseBody(raw: Uint8Array) {
  const text = orBadBody('the body is not UTF-8', () => utf8.decode(raw)).trimStart();
  const json = text.startsWith('{') ? text : orBadBody(unreadable, () => decodePercent(text));
  const body = orBadBody(unreadable, (): unknown => JSON.parse(json));
  if (!isRecord(body)) throw badBody('the body must be a JSON object');
  return { body, json };
}

const utf8 = new TextDecoder('utf-8', { fatal: true });
const unreadable = 'the body is neither JSON nor encoded JSON';

/** Forms write a space as a plus; an encoder that writes it as `%20` leaves a plus as it is. */
function decodePercent(text: string): string {
  return decodeURIComponent(text.includes('%20') ? text : text.replaceAll('+', ' '));
}

function orBadBody<T>(rule: string, decode: () => T): T {
  try {
    return decode();
  } catch {
    throw badBody(rule);
  }
}

const jsonTokens = /"(?:[^"\\]|\\.)*"|[{}[\]:,]/g;

/** Far deeper than any documented callback. `JSON.parse` has no bound, but `JSON.stringify` and handlers do. */
const maxDepth = 32;

/**
 * Refuses what `JSON.parse` accepts: a key that comes twice, of which it silently keeps the last; `__proto__`, which
 * would set the prototype of a copy; and depth without a bound.
 *
 * @throws CallbackError with the cause
 */
export function checkStructure(json: string): void {
  const open: (Set<unknown> | undefined)[] = [];
  let last = '';
  for (const [token] of json.matchAll(jsonTokens)) {
    if (token === '{') open.push(new Set());
    else if (token === '[') open.push(undefined);
    else if (token === '}' || token === ']') open.pop();
    else if (token === ':') {
      const keys = open.at(-1);
      const key: unknown = JSON.parse(last);
      if (keys?.has(key) === true) throw badBody(`${last} comes twice`);
      if (key === '__proto__') throw badBody(`${last} is no name of a field`);
      keys?.add(key);
    } else if (token !== ',') last = token;
    if (open.length > maxDepth) throw badBody(`the body is nested deeper than ${maxDepth}`);
  }
}

export function textField(body: CallbackBody, name: string): string {
  const value = body[name];
  if (typeof value !== 'string' || value === '') throw badBody(`${name} must be text`);
  return value;
}

export function optionalText(body: CallbackBody, name: string): string | undefined {
  const value = body[name];
  if (value === undefined || value === null) return undefined;
  if (typeof value !== 'string') throw badBody(`${name} must be text`);
  return value;
}

export function textsField(body: CallbackBody, name: string): readonly string[] {
  const value = body[name];
  if (!isTexts(value)) throw badBody(`${name} must be a list of texts`);
  return value;
}

/** Reads a whole number, which some senders write as text; it may be missing. */
export function optionalNumber(body: CallbackBody, name: string): number | undefined {
  const value = body[name];
  if (value === undefined || value === null) return undefined;
  const number = typeof value === 'string' && /^\d{1,16}$/.test(value) ? Number(value) : value;
  if (typeof number !== 'number' || !Number.isSafeInteger(number) || number < 0) {
    throw badBody(`${name} must be a whole number`);
  }
  return number;
}

export function numberField(body: CallbackBody, name: string): number {
  const value = optionalNumber(body, name);
  if (value === undefined) throw badBody(`${name} must be a whole number`);
  return value;
}

/** ZIM's pages mix seconds and milliseconds; a number below this is a time in seconds (until the year 5138). */
const firstMillisecondTime = 1e11;

export function toDate(unixTime: number): Date {
  return new Date(unixTime < firstMillisecondTime ? unixTime * 1000 : unixTime);
}

/** Reads a moment that may be missing; 0 and empty text mean the same. */
export function optionalDate(body: CallbackBody, name: string): Date | undefined {
  if (body[name] === '') return undefined;
  const unixTime = optionalNumber(body, name);
  return unixTime === undefined || unixTime === 0 ? undefined : toDate(unixTime);
}
