import {
  type CanActivate,
  type ExecutionContext,
  Injectable,
  UnauthorizedException,
} from '@nestjs/common';
import { ConfigService } from '@nestjs/config';
import { createHash, timingSafeEqual } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import type { Environment } from '../config/environment.js';

/**
 * Accepts callers that send one of `API_KEYS` as `Authorization: Bearer …`. Without keys it accepts every caller:
 * only in development and test, because the configuration requires keys elsewhere.
 */
@Injectable()
export class ApiKeyGuard implements CanActivate {
  private readonly digests: readonly Buffer[];

  constructor(config: ConfigService<Environment, true>) {
    this.digests = config.get('API_KEYS', { infer: true }).map(digest);
  }

  canActivate(context: ExecutionContext): boolean {
    if (this.digests.length === 0) return true;
    const { headers } = context.switchToHttp().getRequest<IncomingMessage>();
    const sent = digest(sentApiKey(headers.authorization) ?? '');
    // Compares with every key in constant time, so that the response time reveals nothing about the keys.
    if (this.digests.map((known) => timingSafeEqual(known, sent)).includes(true)) return true;
    throw new UnauthorizedException('send one of the API keys as Authorization: Bearer …');
  }
}

/** Returns the key of an `Authorization` header; the scheme may be in any case. */
export function sentApiKey(authorization = ''): string | undefined {
  return /^Bearer +(\S+)$/i.exec(authorization)?.[1];
}

function digest(key: string): Buffer {
  return createHash('sha256').update(key).digest();
}
