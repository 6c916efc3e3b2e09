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

/** The parts of a request that repetitions are recognised by. */
export interface TrackedRequest {
  /** Absent for a request that names no app of the sandbox. */
  readonly appId?: number;
  readonly action: string;
  readonly query: URLSearchParams;
  /** The parsed body; `undefined` if it could not be read. */
  readonly json: unknown;
}

/** How a request relates to earlier ones of its AppID. */
export interface Repetition {
  /** 1-based index among the requests with the same Action and content. */
  readonly attempt: number;
  /** Whether an earlier request had the same SignatureNonce. */
  readonly reusesNonce: boolean;
  /** Whether a request with the same Action and content has not ended yet. */
  readonly overlaps: boolean;
}

export interface TrackedRepetition extends Repetition {
  /** To be called when the request has been handled and its client no longer waits for a reply. */
  readonly end: () => void;
}

interface ContentCount {
  attempts: number;
  open: number;
}

interface AppHistory {
  readonly contents: Map<string, ContentCount>;
  readonly nonces: Map<string, true>;
}

/**
 * Counts the requests with the same AppID, Action and content, whatever their signature and time. Keeps hashes of the
 * newest 10,000 contents and nonces of each app.
 */
export class RepetitionTracker {
  private readonly histories = new Map<number | undefined, AppHistory>();

  track(request: TrackedRequest): TrackedRepetition {
    const { contents, nonces } = this.historyOf(request.appId);
    const key = keyOf(request);
    const content = contents.get(key) ?? { attempts: 0, open: 0 };
    const nonce = request.query.get('SignatureNonce') ?? '';
    const nonceKey = hash(nonce);
    const repetition = {
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
    return repetition;
  }

  reset(): void {
    this.histories.clear();
  }

  private historyOf(appId: number | undefined): AppHistory {
    const history = this.histories.get(appId) ?? { contents: new Map(), nonces: new Map() };
    this.histories.set(appId, history);
    return history;
  }
}

function rememberNewest<Value>(map: Map<string, Value>, key: string, value: Value): void {
  // Inserted again at the end, so that the first key is the least recently seen.
  map.delete(key);
  map.set(key, value);
  const [oldest] = map.keys();
  if (map.size > maxRemembered && oldest !== undefined) map.delete(oldest);
}

function keyOf({ action, query, json }: TrackedRequest): string {
  const fields = [...query].filter(([name]) => !publicParameters.has(name)).sort(byName);
  return hash(JSON.stringify([action, fields, json]));
}

function hash(text: string): string {
  return createHash('sha256').update(text).digest('base64');
}

/** Keeps the order of the values of one name, which may matter. */
function byName([a]: [string, string], [b]: [string, string]): number {
  return a < b ? -1 : Number(a > b);
}
