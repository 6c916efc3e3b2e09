import {
  type CanActivate,
  type ExecutionContext,
  Injectable,
  UnauthorizedException,
} from '@nestjs/common';
import { createHash, timingSafeEqual } from 'node:crypto';
import { Environment } from '../config/environment.js';

/**
 * Lets through who sends one of `API_KEYS` as `Authorization: Bearer …`. Without keys every caller passes:
 * only in development and test, for the environment's check demands keys in production.
 */
@Injectable()
export class ApiKeyGuard implements CanActivate {
  private readonly digests: readonly Buffer[];

  constructor(environment: Environment) {
    this.digests = environment.API_KEYS.map(digest);
  }

  canActivate(context: ExecutionContext): boolean {
    if (this.digests.length === 0) return true;
    const request: { headers: { authorization?: string } } = context.switchToHttp().getRequest();
    const sent = sentApiKey(request.headers.authorization);
    if (sent === undefined || !this.isKnown(digest(sent))) {
      throw new UnauthorizedException('send one of the API keys as Authorization: Bearer …');
    }
    return true;
  }

  /** Compares with every key, each in constant time, so that the answer's time tells nothing. */
  private isKnown(sent: Buffer): boolean {
    return this.digests.map((known) => timingSafeEqual(known, sent)).includes(true);
  }
}

/** The key in an `Authorization` header, however its scheme is written. */
export function sentApiKey(authorization = ''): string | undefined {
  return /^Bearer +(\S+)$/i.exec(authorization)?.[1];
}

function digest(key: string): Buffer {
  return createHash('sha256').update(key).digest();
}
