import { badBody, type CallbackError } from './callback-error.js';
import type { CallbackBody } from './fields.js';

/** The object in a callback's body, and the JSON that it was parsed from. */
export interface ParsedBody {
  readonly body: CallbackBody;
  readonly json: string;
}

/**
 * Parses a callback's body: JSON or, as the pages want it understood, percent-encoded JSON. Skips a byte order
 * mark. Does no more than that, for anybody may send a body: {@link checkStructure} is for those with a signature.
 *
 * @throws CallbackError with the cause
 */
export function parseBody(raw: Uint8Array): ParsedBody {
  const text = decodeUtf8(raw).trimStart();
  const json = text.startsWith('{') ? text : decodePercent(text);
  const body = parseJson(json);
  if (!isRecord(body)) throw badBody('the body must be a JSON object');
  return { body, json };
}

function decodeUtf8(raw: Uint8Array): string {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(raw);
  } catch {
    throw badBody('the body is not UTF-8');
  }
}

function parseJson(json: string): unknown {
  try {
    return JSON.parse(json);
  } catch {
    throw unreadable();
  }
}

/** Forms write a space as a plus; an encoder that writes it as `%20` leaves a plus as it is. */
function decodePercent(text: string): string {
  try {
    return decodeURIComponent(text.includes('%20') ? text : text.replaceAll('+', ' '));
  } catch {
    throw unreadable();
  }
}

function unreadable(): CallbackError {
  return badBody('the body is neither JSON nor encoded JSON');
}

const jsonTokens = /"(?:[^"\\]|\\.)*"|[{}[\]:,]/g;

/** Far deeper than any documented callback. `JSON.parse` knows no bound, but `JSON.stringify` and handlers do. */
const maxDepth = 32;

/**
 * Refuses what `JSON.parse` takes: a key that comes twice, of which it silently keeps the last, `__proto__`, which
 * whoever copies the object would set its prototype by, and endless depth.
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
    if (open.length > maxDepth) {
      throw badBody(`the body is nested deeper than ${maxDepth}`);
    }
  }
}

function isRecord(value: unknown): value is CallbackBody {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
