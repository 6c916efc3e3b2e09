import { HttpService } from '@nestjs/axios';
import { Inject, Injectable, type OnApplicationShutdown } from '@nestjs/common';
import type { AxiosRequestConfig } from 'axios';
import { Agent as HttpAgent } from 'node:http';
import { Agent as HttpsAgent } from 'node:https';
import {
  RESOLVED_ZIM_CALL_OPTIONS,
  type ResolvedZimCallOptions,
} from '../options/zim-call-options.js';
import { SecretError } from '../options/read-secret.js';
import { toQueryString } from './query-string.js';
import { SendProbe } from './send-probe.js';
import { SigningError } from './signing.interceptor.js';

const maxReplyBytes = 1024 * 1024;
// Below the idle time after which load balancers commonly close: a connection that is closed while a
// request travels leaves the call unknown.
const idleSocketMs = 4_000;

/** One request, not yet signed. */
export interface TransportRequest {
  readonly method: 'GET' | 'POST';
  readonly params: Readonly<Record<string, unknown>>;
  readonly body?: string;
}

/** Whatever came back, read to its end. */
export interface TransportReply {
  readonly status: number;
  readonly contentType: string;
  readonly date?: string;
  /** The time with which the request was signed. */
  readonly signedAtSeconds: number;
  readonly text: string;
}

/** No reply came. Made anew, for axios's own error carries the signed URL. */
export class TransportError extends Error {
  constructor(
    readonly mayHaveLeft: boolean,
    readonly code: string,
  ) {
    super(code);
  }
}

/** Sends single requests, with every comfort of axios that could leak, follow or repeat switched off. */
@Injectable()
export class HttpTransport implements OnApplicationShutdown {
  private readonly agents = {
    httpAgent: new HttpAgent({ keepAlive: true, timeout: idleSocketMs }),
    httpsAgent: new HttpsAgent({ keepAlive: true, timeout: idleSocketMs }),
  };

  constructor(
    private readonly http: HttpService,
    @Inject(RESOLVED_ZIM_CALL_OPTIONS) private readonly options: ResolvedZimCallOptions,
  ) {}

  onApplicationShutdown(): void {
    this.agents.httpAgent.destroy();
    this.agents.httpsAgent.destroy();
  }

  /**
   * Sends one request and reads the whole reply. The signal covers both.
   * @param onWritten told when the whole request has been handed to a connection
   * @throws TransportError, SigningError or SecretError, and nothing else
   */
  async send(
    request: TransportRequest,
    signal: AbortSignal,
    onWritten: () => void,
  ): Promise<TransportReply> {
    const probe = new SendProbe(onWritten);
    try {
      signal.throwIfAborted();
      const response = await unlessAborted(
        this.http.axiosRef.request<string>(this.configure(request, probe, signal)),
        signal,
      );
      return {
        status: response.status,
        contentType: String(response.headers['content-type'] ?? ''),
        date: readText(response.headers['date']),
        signedAtSeconds: readTimestamp(response.config.params),
        text: response.data,
      };
    } catch (error) {
      if (error instanceof SigningError || error instanceof SecretError) throw error;
      throw new TransportError(probe.mayHaveLeft, codeOf(error));
    }
  }

  private configure(
    request: TransportRequest,
    probe: SendProbe,
    signal: AbortSignal,
  ): AxiosRequestConfig<string> {
    return {
      httpAgent: this.agents.httpAgent,
      httpsAgent: this.options.httpsAgent ?? this.agents.httpsAgent,
      adapter: 'http',
      method: request.method,
      baseURL: this.options.baseUrls[0],
      url: '/',
      allowAbsoluteUrls: false,
      params: request.params,
      paramsSerializer: { serialize: toQueryString },
      data: request.body,
      headers: {
        Accept: 'application/json',
        'Accept-Encoding': 'identity',
        'User-Agent': 'nestjs-zim-call',
        ...(request.body === undefined ? {} : { 'Content-Type': 'application/json' }),
      },
      signal,
      proxy: false,
      maxRedirects: 0,
      maxContentLength: maxReplyBytes,
      decompress: false,
      responseType: 'text',
      transformRequest: [],
      transformResponse: [],
      validateStatus: null,
      transport: probe.transport,
    };
  }
}

/** An interceptor may wait for a secret as long as it likes; the caller does not. */
async function unlessAborted<T>(work: Promise<T>, signal: AbortSignal): Promise<T> {
  let stop: (() => void) | undefined;
  const aborted = new Promise<never>((_, reject) => {
    stop = () => {
      reject(new Error('aborted'));
    };
    signal.addEventListener('abort', stop, { once: true });
  });
  try {
    return await Promise.race([work, aborted]);
  } finally {
    if (stop !== undefined) signal.removeEventListener('abort', stop);
  }
}

function codeOf(error: unknown): string {
  const code: unknown =
    typeof error === 'object' && error !== null ? Reflect.get(error, 'code') : undefined;
  return readText(code) ?? 'UNKNOWN';
}

function readTimestamp(params: unknown): number {
  return typeof params === 'object' && params !== null
    ? Number(Reflect.get(params, 'Timestamp'))
    : Number.NaN;
}

function readText(value: unknown): string | undefined {
  return typeof value === 'string' ? value : undefined;
}
