import { setTimeout as sleep } from 'node:timers/promises';
import { nowMs } from '../../clock.mjs';
import { quotaWindowMs } from '../../quota.mjs';
import { createSender, sendInTurn } from './sender.mjs';

/**
 * A queue and a sliding window in each process, the best that a process can do which knows of no other.
 *
 * @param {import('../index.mjs').EngineSetting} setting
 * @param {number} limit calls of this process in any second
 * @returns {import('../index.mjs').Engine}
 */
export function createLocalWindow({ receiverUrl }, limit) {
  const sender = createSender(receiverUrl);
  const sentAt = [];

  async function waitForRoom() {
    const oldest = sentAt.at(-limit) ?? -Infinity;
    let restMs = oldest + quotaWindowMs - nowMs();
    while (restMs > 0) {
      await sleep(Math.ceil(restMs));
      restMs = oldest + quotaWindowMs - nowMs();
    }
    sentAt.push(nowMs());
  }

  return {
    submit: sendInTurn(sender, waitForRoom),
    figures: sender.figures,
    close: async () => sender.close(),
  };
}
