import { HttpService } from '@nestjs/axios';
import { Inject, Injectable, type OnApplicationShutdown } from '@nestjs/common';
import { Agent as HttpAgent } from 'node:http';
import { Agent as HttpsAgent } from 'node:https';
import type { Deadline } from '../time/deadline.js';
import { RESOLVED_OPTIONS, type ResolvedOptions } from '../config/zim-call-options.js';
import { callLog } from '../errors/call-log.js';
import type { Permit } from '../rate-limit/permit.js';
import { foreignRequest, HttpAttempt, HttpFailure, type PlannedRequest } from './http-attempt.js';
import { type HttpReply, type HttpTarget, toHttpTarget } from './node-request.js';

/** Load balancers commonly close idle connections after five seconds; a request on one would end as `unknown`. */
const idleSocketMs = 4_000;

export interface ZimHttpRequest {
  readonly method: 'GET' | 'POST';
  readonly params: Readonly<Record<string, unknown>>;
  /** The params, encoded. */
  readonly query: string;
  readonly body?: string;
}

/**
 * Sends single requests through the module's own `HttpService`, whose interceptors see the request that leaves,
 * by an adapter on Node's client: axios's own would follow redirects and hide whether a request left.
 */
@Injectable()
export class ZimHttpService implements OnApplicationShutdown {
  /** Whether any reply so far came from zim-sandbox. */
  callsSandbox = false;
  private readonly agents = {
    http: new HttpAgent({ keepAlive: true, timeout: idleSocketMs }),
    https: new HttpsAgent({ keepAlive: true, timeout: idleSocketMs }),
  };
  private readonly requestTimeoutMs: number;
  private readonly targets: ReadonlyMap<string, HttpTarget>;

  constructor(
    private readonly http: HttpService,
    @Inject(RESOLVED_OPTIONS)
    { baseUrls, httpsAgent, requestTimeoutMs }: ResolvedOptions,
  ) {
    this.requestTimeoutMs = requestTimeoutMs;
    // Every request brings all its headers. To merge axios's default sets, one for each method, into each of them
    // would take about a third of the time that axios needs for a request.
    Object.assign(http.axiosRef.defaults, { headers: {} });
    const agents = { http: this.agents.http, https: httpsAgent ?? this.agents.https };
    this.targets = new Map(baseUrls.map((origin) => [origin, toHttpTarget(origin, agents)]));
  }

  onApplicationShutdown(): void {
    this.agents.http.destroy();
    this.agents.https.destroy();
  }

  /**
   * Sends a request once, signed, and reads the whole reply within the request's time limit. Reports the
   * result to the permit.
   */
  async send(
    { method, params, query, body }: ZimHttpRequest,
    { origin, deadline, permit }: { origin: string; deadline: Deadline; permit: Permit },
  ): Promise<HttpReply | HttpFailure> {
    const target = this.targets.get(origin);
    if (target === undefined)
      throw new Error('This origin is none of the base URLs of this module.');
    const limit = deadline.atMost(this.requestTimeoutMs);
    const planned = {
      method,
      baseURL: origin,
      url: '/',
      params,
      data: body,
      headers: body === undefined ? commonHeaders : jsonHeaders,
      timeout: Math.ceil(Math.min(limit.remainingMs, deadline.remainingMs)),
    };
    const attempt = new HttpAttempt(planned, query, target, permit, limit);
    try {
      // An interceptor may wait for a secret as long as it likes; the caller does not.
      const error = await limit.orStop(this.request(planned, attempt));
      const end = attempt.end(error);
      if (isFromSandbox(end)) this.noticeSandbox();
      settle(permit, end);
      return end;
    } finally {
      limit.dispose();
    }
  }

  private noticeSandbox(): void {
    if (this.callsSandbox) return;
    this.callsSandbox = true;
    callLog(
      'warn',
      'Calls go to zim-sandbox, not to ZIM: no real phone rings. To call ZIM, remove baseUrl and set the appId and serverSecret of your project.',
    );
  }

  /** @returns the error, if there was one */
  private async request(planned: PlannedRequest, { adapter }: HttpAttempt): Promise<unknown> {
    try {
      await this.http.axiosRef.request({ ...planned, adapter });
      return undefined;
    } catch (error) {
      return error;
    }
  }
}

/** ZIM never sends this header. */
function isFromSandbox(end: HttpReply | HttpFailure): boolean {
  return !(end instanceof HttpFailure) && end.headers['x-zim-sandbox'] !== undefined;
}

function settle(permit: Permit, end: HttpReply | HttpFailure): void {
  if (!(end instanceof HttpFailure)) {
    permit.answered();
    return;
  }
  if (end.delivery !== 'not-sent') permit.sent();
  permit.ended();
}

const commonHeaders = {
  Accept: 'application/json',
  'Accept-Encoding': 'identity',
  'User-Agent': 'nestjs-zim-call',
};
const jsonHeaders = { ...commonHeaders, 'Content-Type': 'application/json' };

/**
 * Defaults of the module's axios instance, which refuses other requests of the application: signed, they would hand
 * a credential for ZIM to another server.
 */
export const zimHttpDefaults = {
  adapter: () => Promise.reject(new Error(foreignRequest)),
  transformRequest: [],
  transformResponse: [],
};
