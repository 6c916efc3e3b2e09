import type { AxiosResponse, InternalAxiosRequestConfig } from 'axios';
import type { OutgoingHttpHeaders } from 'node:http';
import type { Deadline, StopReason } from '../time/deadline.js';
import { isRecord } from '../config/option-rules.js';
import { SecretError } from '../config/secrets.js';
import type { Permit } from '../rate-limit/permit.js';
import {
  codeOf,
  type Delivery,
  type HttpMessage,
  type HttpReply,
  type HttpTarget,
  NodeRequest,
} from './node-request.js';

/** Signing adds the public parameters behind those of the operation, in the order of the vendor's pages. */
export const firstPublicParameter = 'AppId';

/** Signing sets these parameters, whatever values the request had for them. */
export const publicParameters: ReadonlySet<string> = new Set([
  firstPublicParameter,
  'SignatureNonce',
  'Timestamp',
  'SignatureVersion',
  'Signature',
]);

export interface PlannedRequest {
  readonly method: 'GET' | 'POST';
  readonly baseURL: string;
  readonly url: string;
  readonly params: Readonly<Record<string, unknown>>;
  readonly data?: string;
  readonly headers: Readonly<Record<string, string>>;
  /** In milliseconds, the reply's body included. */
  readonly timeout: number;
}

export class HttpFailure {
  constructor(
    readonly delivery: Delivery,
    /** A code of Node, such as `ECONNRESET`, or of this folder, such as `REPLY_CUT`. */
    readonly code: string,
    readonly stopped: StopReason | undefined,
    /** Whether the server could not be reached, so that the next one should be tried. */
    readonly unreachable: boolean,
    /** What the application has to change before any request can be sent. */
    readonly configProblem?: string,
  ) {}
}

/** A server that did not answer within less time than this does not count as unreachable. */
const fairMs = 1_000;

/** The application has to change its options or its interceptors before the request can be sent. Holds no secret. */
export class UnsendableError extends Error {}

export const foreignRequest =
  "this HttpService sends this module's requests to ZIM only, by its own adapter";

const adaptersOfAttempts = new WeakSet<object>();

/** Whether this is a request of this module that still has its own adapter. */
export function isAttempt({ adapter }: InternalAxiosRequestConfig): boolean {
  return typeof adapter === 'function' && adaptersOfAttempts.has(adapter);
}

/** Headers that frame the request or decide how the reply is read: an interceptor must not change them. */
const fixedHeaders = new Set([
  'accept-encoding',
  'connection',
  'content-length',
  'content-type',
  'expect',
  'host',
  'transfer-encoding',
]);

/**
 * One request to ZIM. Its axios adapter sends what the config says, at most once. The attempt then knows how far the
 * request got, whatever interceptors did with the result.
 */
export class HttpAttempt {
  private sending?: NodeRequest;
  private reply?: HttpReply;
  private failure: unknown;

  /**
   * @param planned - the config before any interceptor has seen it
   * @param query - its parameters, encoded
   */
  constructor(
    readonly planned: PlannedRequest,
    readonly query: string,
    private readonly target: HttpTarget,
    private readonly permit: Pick<Permit, 'sent'>,
    private readonly limit: Deadline,
  ) {
    adaptersOfAttempts.add(this.adapter);
  }

  /** @throws UnsendableError if an interceptor changed more than headers, or sends a second time */
  readonly adapter = async (config: InternalAxiosRequestConfig): Promise<AxiosResponse<string>> => {
    if (this.sending !== undefined) {
      throw new UnsendableError(
        'an axios interceptor sends a request again; that could ring the phones twice, so leave retries to this module',
      );
    }
    const message = toMessage(config);
    const change = changeIn(config, message, this);
    if (change !== undefined) {
      throw new UnsendableError(
        `an axios interceptor has changed ${change}; of a request to ZIM it may add or change other headers only`,
      );
    }
    // Signing may have waited for the secret.
    if (this.limit.stopped !== undefined) throw new Error('out of time');
    this.sending = new NodeRequest(this.target, this.permit);
    try {
      this.reply = await this.sending.run(message, this.limit);
    } catch (error) {
      this.failure = error;
      throw error;
    }
    const { status, headers, text } = this.reply;
    return { data: text, status, statusText: '', headers: { ...headers }, config };
  };

  /**
   * The result of the attempt. Interceptors cannot change it once the request was sent.
   * @param error - thrown by an interceptor or by axios
   */
  end(error: unknown): HttpReply | HttpFailure {
    if (this.reply !== undefined) return this.reply;
    const { stopped } = this.limit;
    if (this.sending === undefined) {
      const isConfigProblem = error instanceof UnsendableError || error instanceof SecretError;
      const configProblem = isConfigProblem ? error.message : undefined;
      return new HttpFailure('not-sent', codeOf(error), stopped, false, configProblem);
    }
    const { delivery } = this.sending;
    const unreachable = delivery === 'not-sent' && this.hadFairTime();
    return new HttpFailure(delivery, codeOf(this.failure), stopped, unreachable);
  }

  private hadFairTime(): boolean {
    const { stopped, limitMs, remainingMs } = this.limit;
    if (stopped === undefined) return true;
    return stopped === 'out-of-time' && limitMs - remainingMs >= Math.min(fairMs, limitMs);
  }
}

type PlannedAttempt = Pick<HttpAttempt, 'planned' | 'query'>;

function toMessage({
  method = '',
  url = '',
  params,
  headers,
  data,
}: InternalAxiosRequestConfig): HttpMessage {
  const body: unknown = data;
  return {
    method: method.toUpperCase(),
    path: `${url}?${toQueryString(isRecord(params) ? params : {})}`,
    headers: headers.toJSON(),
    body: typeof body === 'string' ? body : undefined,
  };
}

function changeIn(
  { baseURL, url, data }: InternalAxiosRequestConfig,
  { method, path, headers }: HttpMessage,
  { planned, query }: PlannedAttempt,
): string | undefined {
  if (method !== planned.method) return 'method';
  if (baseURL !== planned.baseURL) return 'baseURL';
  if (url !== planned.url) return 'url';
  if (data !== planned.data) return 'data';
  // Signing adds its parameters behind the planned ones.
  const signedPrefix = `${planned.url}?${query}&${firstPublicParameter}=`;
  if (!path.startsWith(signedPrefix)) return 'params';
  const header = changedHeader(headers, planned.headers);
  return header && `the header ${header}`;
}

function changedHeader(
  actual: OutgoingHttpHeaders,
  planned: PlannedRequest['headers'],
): string | undefined {
  const names = [...Object.keys(actual), ...Object.keys(planned)];
  return names
    .filter((name) => actual[name] !== planned[name])
    .map((name) => name.toLowerCase())
    .find((header) => fixedHeaders.has(header));
}

/**
 * Encodes the query of a request, every reserved character percent-encoded: ids may hold `+ & # % = ?` and spaces,
 * and axios leaves some of them bare. Lists become `Name[]=a&Name[]=b`, as ZIM's GET operations expect.
 * @throws URIError for text with a lone surrogate
 */
export function toQueryString(params: Readonly<Record<string, unknown>>): string {
  let query = '';
  for (const [name, value] of Object.entries(params)) {
    if (!Array.isArray(value)) query += pair(name, value);
    else for (const item of value) query += pair(`${name}[]`, item);
  }
  return query.slice(1);
}

function pair(name: string, value: unknown): string {
  return `&${encodeURIComponent(name)}=${encodeURIComponent(String(value))}`;
}
