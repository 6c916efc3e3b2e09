import { zimLimits } from 'zim-protocol';

/**
 * The nonces that each AppID has used while their signatures are valid. A signature expires 600 s after its
 * Timestamp, so no nonce is kept for more than twice that.
 */
export class NonceStore {
  /** By AppID: the second after which each nonce may be deleted, in order of arrival. */
  private readonly byApp = new Map<number, Map<string, number>>();

  /** Stores a nonce, and returns whether it is new. */
  add(appId: number, nonce: string, timestampSeconds: number, nowSeconds: number): boolean {
    const nonces = this.byApp.get(appId) ?? new Map<string, number>();
    this.byApp.set(appId, nonces);
    for (const [old, expiry] of nonces) {
      if (expiry >= nowSeconds) break;
      nonces.delete(old);
    }
    const expiry = nonces.get(nonce);
    if (expiry !== undefined && expiry >= nowSeconds) return false;
    nonces.delete(nonce);
    nonces.set(nonce, Math.max(nowSeconds, timestampSeconds) + zimLimits.signatureWindowSeconds);
    return true;
  }

  reset(): void {
    this.byApp.clear();
  }
}
