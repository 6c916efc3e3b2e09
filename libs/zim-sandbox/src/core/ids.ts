import { randomInt } from 'node:crypto';

const maxStep = 1_000_000;

/**
 * Generates decimal ids as text, longer than a JavaScript number can hold, so that code which parses them fails
 * here and not in production. Each sequence starts at random and only grows: no id repeats, not even after a reset.
 */
export class SandboxIds {
  private requestId = randomStart(10n ** 18n);
  private callId = randomStart(10n ** 19n);

  /** Returns 19 digits. */
  nextRequestId(): string {
    this.requestId += randomStep();
    return String(this.requestId);
  }

  /** Returns 20 digits, above 2^63 and below 2^64. */
  nextCallId(): string {
    this.callId += randomStep();
    return String(this.callId);
  }
}

/** Leaves billions of steps before the id would gain a digit or reach 2^64. */
function randomStart(lowest: bigint): bigint {
  return lowest + (lowest / 2n / 2n ** 32n) * BigInt(randomInt(2 ** 32));
}

function randomStep(): bigint {
  return BigInt(randomInt(1, maxStep));
}
