import { HttpService } from '@nestjs/axios';
import { Inject, Injectable, type OnApplicationShutdown } from '@nestjs/common';
import type { InternalAxiosRequestConfig } from 'axios';
import {
  findZimAction,
  findZimRequestSigner,
  type ZimRequestSigner,
  type ZimSignatureInput,
} from 'zim-protocol';
import { isRecord } from '../config/option-rules.js';
import { errorName, readSecret } from '../config/secrets.js';
import { RESOLVED_OPTIONS, type ResolvedOptions } from '../config/zim-call-options.js';
import { ZIM_RUNTIME, type ZimRuntime } from '../time/runtime.js';
import { foreignRequest, isAttempt, UnsendableError } from './http-attempt.js';
import { ZimClock } from '../time/zim-clock.js';

const usualVersion = '2.0';

/**
 * Adds the signed public parameters to every request that leaves: an axios request interceptor on the module's own
 * `HttpService`, because a `NestInterceptor` never sees outgoing requests. Every attempt passes through it, so no
 * nonce and no signature is ever used twice.
 */
@Injectable()
export class SigningInterceptor implements OnApplicationShutdown {
  private readonly interceptorId: number;

  constructor(
    private readonly http: HttpService,
    @Inject(RESOLVED_OPTIONS) private readonly options: ResolvedOptions,
    private readonly clock: ZimClock,
    @Inject(ZIM_RUNTIME) private readonly runtime: ZimRuntime,
  ) {
    this.interceptorId = http.axiosRef.interceptors.request.use((config) => this.sign(config));
  }

  onApplicationShutdown(): void {
    this.http.axiosRef.interceptors.request.eject(this.interceptorId);
  }

  private async sign(config: InternalAxiosRequestConfig): Promise<InternalAxiosRequestConfig> {
    // A signature on any other request would hand a credential for ZIM's server API to another server or adapter.
    if (!isAttempt(config)) throw new UnsendableError(foreignRequest);
    const params = isRecord(config.params) ? config.params : {};
    config.params = { ...params, ...(await this.publicParameters(String(params['Action']))) };
    return config;
  }

  private async publicParameters(action: string): Promise<Record<string, string | number>> {
    const signatureVersion = this.versionFor(action);
    const signer = findZimRequestSigner(signatureVersion, this.options.signers);
    if (signer === undefined) {
      throw new UnsendableError(
        `${action} is published with SignatureVersion ${signatureVersion}, whose algorithm no public page states: supply it as signers['${signatureVersion}']`,
      );
    }
    const serverSecret = await readSecret(this.options.serverSecret, 'serverSecret');
    const { appId } = this.options;
    const signatureNonce = this.runtime.nonce();
    const timestampSeconds = this.clock.timestampSeconds();
    return {
      AppId: appId,
      SignatureNonce: signatureNonce,
      Timestamp: timestampSeconds,
      SignatureVersion: signatureVersion,
      Signature: sign(signer, { appId, signatureNonce, serverSecret, timestampSeconds }),
    };
  }

  /** ZIM publishes some operations with a version of their own. */
  private versionFor(action: string): string {
    const published = findZimAction(action)?.signatureVersion ?? usualVersion;
    return published === usualVersion ? this.options.signatureVersion : published;
  }
}

function sign(signer: ZimRequestSigner, input: ZimSignatureInput): string {
  try {
    const signature: unknown = signer(input);
    if (typeof signature === 'string' && signature !== '') return signature;
  } catch (error) {
    throw new UnsendableError(`signers: the function that signs failed (${errorName(error)})`);
  }
  throw new UnsendableError('signers: the function that signs must return text');
}
