import { createHash } from 'node:crypto';

const maxRemembered = 10_000;
const publicParameters = new Set([
  'Action',
  'AppId',
  'Signature',
  'SignatureNonce',
  'SignatureVersion',
  'Timestamp',
]);

/** A request as its repetitions are told by: all but the public parameters. */
export interface CountedRequest {
  /** Absent for one that names no app of the sandbox. */
  readonly appId?: number;
  readonly action: string;
  readonly query: URLSearchParams;
  /** The parsed body; `undefined` if there was none that could be read. */
  readonly json: unknown;
}

/**
 * How often the same call was asked for: the same AppID, Action and content, whoever signed it when. The
 * newest 10,000 contents of each app are remembered, as hashes.
 */
export class Attempts {
  readonly #spaces = new Map<number | undefined, Map<string, number>>();

  /** @returns the how-manieth this is, from 1 */
  count(request: CountedRequest): number {
    const space = this.#spaces.get(request.appId) ?? new Map<string, number>();
    this.#spaces.set(request.appId, space);
    const key = keyOf(request);
    const attempt = (space.get(key) ?? 0) + 1;
    // Anew at the end: the first key is the one that has not come for the longest time.
    space.delete(key);
    space.set(key, attempt);
    const [oldest] = space.keys();
    if (space.size > maxRemembered && oldest !== undefined) space.delete(oldest);
    return attempt;
  }

  reset(): void {
    this.#spaces.clear();
  }
}

function keyOf({ action, query, json }: CountedRequest): string {
  const fields = [...query].filter(([name]) => !publicParameters.has(name)).sort(byName);
  return createHash('sha256')
    .update(JSON.stringify([action, fields, json]))
    .digest('base64');
}

/** The order of the values of one name stays: it may mean something. */
function byName([a]: [string, string], [b]: [string, string]): number {
  return a < b ? -1 : Number(a > b);
}
