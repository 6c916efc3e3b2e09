import { CallbackError } from './callback-error.js';
import type { CallbackBody } from './fields.js';

/**
 * The object in a callback's body: JSON or, as the pages want it understood, percent-encoded JSON. A byte
 * order mark is skipped; a key that comes twice is refused, for nobody knows which of the two was meant.
 *
 * @throws CallbackError with the cause
 */
export function parseBody(raw: Uint8Array): CallbackBody {
  const text = decodeUtf8(raw);
  const json = parseJson(text) ?? parseJson(decodePercent(text) ?? '');
  if (json === undefined) throw new CallbackError(400, 'the body is neither JSON nor encoded JSON');
  if (!isRecord(json.value)) throw new CallbackError(400, 'the body must be a JSON object');
  checkStructure(json.text);
  return json.value;
}

function decodeUtf8(raw: Uint8Array): string {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(raw);
  } catch {
    throw new CallbackError(400, 'the body is not UTF-8');
  }
}

function parseJson(text: string): { readonly value: unknown; readonly text: string } | undefined {
  try {
    return { value: JSON.parse(text), text };
  } catch {
    return undefined;
  }
}

/** As forms are encoded: a plus means a space. */
function decodePercent(text: string): string | undefined {
  try {
    return decodeURIComponent(text.replaceAll('+', ' '));
  } catch {
    return undefined;
  }
}

const jsonTokens = /"(?:[^"\\]|\\.)*"|[{}[\]:,]/g;

/** Far deeper than any documented callback. `JSON.parse` knows no bound, but `JSON.stringify` and handlers do. */
const maxDepth = 32;

/** Refuses what `JSON.parse` takes: a key that comes twice, of which it silently keeps the last, and endless depth. */
function checkStructure(text: string): void {
  const open: (Set<unknown> | undefined)[] = [];
  let last = '';
  for (const [token] of text.matchAll(jsonTokens)) {
    if (token === '{') open.push(new Set());
    else if (token === '[') open.push(undefined);
    else if (token === '}' || token === ']') open.pop();
    else if (token === ':') {
      const keys = open.at(-1);
      const key: unknown = JSON.parse(last);
      if (keys?.has(key) === true) throw new CallbackError(400, `${last} comes twice`);
      keys?.add(key);
    } else if (token !== ',') last = token;
    if (open.length > maxDepth) {
      throw new CallbackError(400, `the body is nested deeper than ${maxDepth}`);
    }
  }
}

function isRecord(value: unknown): value is CallbackBody {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
