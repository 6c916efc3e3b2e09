import { zimLimits } from 'zim-protocol';

/**
 * Which nonces an AppID has used while their signatures live. A signature dies 600 s after its Timestamp,
 * so nothing is kept for more than twice that.
 */
export class NonceMemory {
  /** By AppID: the second after which each nonce may be forgotten, in order of arrival. */
  readonly #spaces = new Map<number, Map<string, number>>();

  /** Whether the nonce is new; it is remembered if so. */
  remember(appId: number, nonce: string, timestampSeconds: number, nowSeconds: number): boolean {
    const space = this.#spaces.get(appId) ?? new Map<string, number>();
    this.#spaces.set(appId, space);
    for (const [old, deadline] of space) {
      if (deadline >= nowSeconds) break;
      space.delete(old);
    }
    const deadline = space.get(nonce);
    if (deadline !== undefined && deadline >= nowSeconds) return false;
    space.delete(nonce);
    space.set(nonce, Math.max(nowSeconds, timestampSeconds) + zimLimits.signatureWindowSeconds);
    return true;
  }

  reset(): void {
    this.#spaces.clear();
  }
}
