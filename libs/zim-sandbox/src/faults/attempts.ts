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

/** How a request relates to the earlier ones of its AppID. */
export interface Repetition {
  /** Counts the requests with the same Action and content, this one included: from 1. */
  readonly attempt: number;
  /** Whether an earlier request had the same SignatureNonce. */
  readonly reusesNonce: boolean;
  /** Whether one with the same Action and content has not ended yet. */
  readonly overlaps: boolean;
}

export interface Arrival extends Repetition {
  /** Call it when the request has been handled and its connection no longer waits for a reply. */
  readonly end: () => void;
}

interface Content {
  attempts: number;
  open: number;
}

interface Space {
  readonly contents: Map<string, Content>;
  readonly nonces: Map<string, true>;
}

/**
 * Relates each request to the earlier ones with the same AppID, Action and content, whoever signed them when. The
 * newest 10,000 contents and nonces of each app are remembered, as hashes.
 */
export class Attempts {
  readonly #spaces = new Map<number | undefined, Space>();

  arrive(request: CountedRequest): Arrival {
    const { contents, nonces } = this.#spaceOf(request.appId);
    const key = keyOf(request);
    const content = contents.get(key) ?? { attempts: 0, open: 0 };
    const nonce = request.query.get('SignatureNonce') ?? '';
    const nonceKey = hash(nonce);
    const arrival = {
      attempt: ++content.attempts,
      reusesNonce: nonce !== '' && nonces.has(nonceKey),
      overlaps: content.open > 0,
      end: () => {
        content.open--;
      },
    };
    content.open++;
    rememberNewest(contents, key, content);
    rememberNewest(nonces, nonceKey, true);
    return arrival;
  }

  reset(): void {
    this.#spaces.clear();
  }

  #spaceOf(appId: number | undefined): Space {
    const space = this.#spaces.get(appId) ?? { contents: new Map(), nonces: new Map() };
    this.#spaces.set(appId, space);
    return space;
  }
}

function rememberNewest<Value>(map: Map<string, Value>, key: string, value: Value): void {
  // Inserted again at the end: the first key is the one that has not come for the longest time.
  map.delete(key);
  map.set(key, value);
  const [oldest] = map.keys();
  if (map.size > maxRemembered && oldest !== undefined) map.delete(oldest);
}

function keyOf({ action, query, json }: CountedRequest): string {
  const fields = [...query].filter(([name]) => !publicParameters.has(name)).sort(byName);
  return hash(JSON.stringify([action, fields, json]));
}

function hash(text: string): string {
  return createHash('sha256').update(text).digest('base64');
}

/** The order of the values of one name stays: it may mean something. */
function byName([a]: [string, string], [b]: [string, string]): number {
  return a < b ? -1 : Number(a > b);
}
