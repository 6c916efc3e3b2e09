import { HttpService } from '@nestjs/axios';
import { Inject, Injectable, type OnApplicationShutdown } from '@nestjs/common';
import type { AxiosResponse, InternalAxiosRequestConfig } from 'axios';
import { Agent as HttpAgent } from 'node:http';
import { Agent as HttpsAgent } from 'node:https';
import {
  RESOLVED_ZIM_CALL_OPTIONS,
  type ResolvedZimCallOptions,
} from '../options/zim-call-options.js';
import { SecretError } from '../options/read-secret.js';
import type { Deadline } from './deadline.js';
import {
  codeOf,
  HttpExchange,
  type HttpReply,
  type HttpTarget,
  type HttpMessage,
  TransportError,
} from './http-exchange.js';
import { toQueryString } from './query-string.js';
import { retryAfterMs } from './retry-after.js';
import { SandboxNotice } from './sandbox-notice.js';
import { SigningError } from './signing.interceptor.js';

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
  /** What the server's `Retry-After` asks for. */
  readonly retryAfterMs?: number;
  /** The time with which the request was signed. */
  readonly signedAtSeconds: number;
  readonly text: string;
}

/**
 * Sends single requests through the module's own axios, for its interceptors, but on Node's own client: nothing
 * that could leak, follow, inflate or repeat is in between.
 */
@Injectable()
export class HttpTransport implements OnApplicationShutdown {
  private readonly agents = {
    http: new HttpAgent({ keepAlive: true, timeout: idleSocketMs }),
    https: new HttpsAgent({ keepAlive: true, timeout: idleSocketMs }),
  };
  private readonly targets: ReadonlyMap<string, HttpTarget>;

  constructor(
    private readonly http: HttpService,
    private readonly sandbox: SandboxNotice,
    @Inject(RESOLVED_ZIM_CALL_OPTIONS) { baseUrls, httpsAgent }: ResolvedZimCallOptions,
  ) {
    // Nothing that axios would do by itself is wanted here, and to merge it into each request takes time.
    for (const name of Object.keys(http.axiosRef.defaults)) {
      Reflect.deleteProperty(http.axiosRef.defaults, name);
    }
    const https = httpsAgent ?? this.agents.https;
    this.targets = new Map(
      baseUrls.map((origin) => [origin, toTarget(new URL(origin), this.agents.http, https)]),
    );
  }

  onApplicationShutdown(): void {
    this.agents.http.destroy();
    this.agents.https.destroy();
  }

  /**
   * Sends one request and reads the whole reply. The limit covers both.
   * @param origin one of the module's servers
   * @param onWritten told when the whole request has been handed to a connection
   * @throws TransportError, SigningError or SecretError, and nothing else
   */
  async send(
    request: TransportRequest,
    origin: string,
    limit: Deadline,
    onWritten: () => void,
  ): Promise<TransportReply> {
    const exchange = new HttpExchange(this.targetOf(origin), onWritten);
    try {
      if (limit.stopped !== undefined) throw stoppedBefore();
      const response = await unlessStopped(
        this.http.axiosRef.request<TransportReply>({
          params: request.params,
          adapter: (config) => carryOut(exchange, request, config, limit, this.sandbox),
        }),
        limit,
      );
      return response.data;
    } catch (error) {
      if (error instanceof SigningError || error instanceof SecretError) throw error;
      throw new TransportError(exchange.delivery, codeOf(error), exchange.tried);
    }
  }

  private targetOf(origin: string): HttpTarget {
    const target = this.targets.get(origin);
    if (target === undefined) throw new Error('That is none of the servers of this module.');
    return target;
  }
}

/** What axios's own adapters do; of the config only the signed parameters count. */
async function carryOut(
  exchange: HttpExchange,
  { method, body }: TransportRequest,
  config: InternalAxiosRequestConfig,
  limit: Deadline,
  sandbox: SandboxNotice,
): Promise<AxiosResponse<TransportReply>> {
  // Signing may have waited for the secret.
  if (limit.stopped !== undefined) throw stoppedBefore();
  const params = readParams(config.params);
  const path = `/?${toQueryString(params)}`;
  const message: HttpMessage = { method, path, headers: headersOf(body), body };
  const reply = await exchange.run(message, limit);
  sandbox.observe(reply.headers);
  return {
    data: toTransportReply(reply, Number(params['Timestamp'])),
    status: reply.status,
    statusText: '',
    headers: {},
    config,
  };
}

function headersOf(body: string | undefined): HttpMessage['headers'] {
  const common = {
    Accept: 'application/json',
    'Accept-Encoding': 'identity',
    'User-Agent': 'nestjs-zim-call',
  };
  return body === undefined
    ? common
    : {
        ...common,
        'Content-Type': 'application/json',
        'Content-Length': Buffer.byteLength(body),
      };
}

function toTransportReply(
  { status, headers, text }: HttpReply,
  signedAtSeconds: number,
): TransportReply {
  return {
    status,
    contentType: headers['content-type'] ?? '',
    date: headers.date,
    retryAfterMs: retryAfterMs(headers['retry-after'], headers.date),
    signedAtSeconds,
    text,
  };
}

function toTarget(
  { protocol, hostname, port }: URL,
  httpAgent: HttpAgent,
  httpsAgent: HttpAgent,
): HttpTarget {
  const secure = protocol === 'https:';
  return {
    secure,
    // Node wants an IPv6 address without the brackets of a URL.
    hostname: hostname.replace(/^\[|\]$/g, ''),
    port: port === '' ? (secure ? 443 : 80) : Number(port),
    agent: secure ? httpsAgent : httpAgent,
  };
}

/** An interceptor may wait for a secret as long as it likes; the caller does not. */
async function unlessStopped<T>(work: Promise<T>, limit: Deadline): Promise<T> {
  let leave: () => void = () => undefined;
  const stopped = new Promise<never>((_, reject) => {
    leave = limit.onStop(() => {
      reject(stoppedBefore());
    });
  });
  try {
    return await Promise.race([work, stopped]);
  } finally {
    leave();
  }
}

function stoppedBefore(): TransportError {
  return new TransportError('not-sent', 'STOPPED');
}

function readParams(params: unknown): Readonly<Record<string, unknown>> {
  return typeof params === 'object' && params !== null ? { ...params } : {};
}
