import { randomInt } from 'node:crypto';

const maxStep = 1_000_000;

/**
 * Decimal ids as text, longer than a JavaScript number can hold, so that code which parses them fails here
 * and not in production. Each sequence starts at random and only grows: an id never comes twice, not even
 * after a reset.
 */
export class SandboxIds {
  #requestId = randomStart(10n ** 18n);
  #callId = randomStart(10n ** 19n);

  /** 19 digits. */
  nextRequestId(): string {
    this.#requestId += randomStep();
    return String(this.#requestId);
  }

  /** 20 digits, above 2^63 and below 2^64. */
  nextCallId(): string {
    this.#callId += randomStep();
    return String(this.#callId);
  }
}

/** Leaves room above for billions of steps before the number of digits or 2^64 is reached. */
function randomStart(lowest: bigint): bigint {
  return lowest + (lowest / 2n / 2n ** 32n) * BigInt(randomInt(2 ** 32));
}

function randomStep(): bigint {
  return BigInt(randomInt(1, maxStep));
}
