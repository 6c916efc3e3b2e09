// How far away the server is. A range is [least, most] in milliseconds, and uniform.
import { randomStream } from './random.mjs';

/**
 * @typedef {object} Profile
 * @property {string} title
 * @property {readonly [number, number]} requestDelayMs the network, from a backend to the server
 * @property {readonly [number, number]} processingMs the server, from the arrival of a request to its reply
 * @property {readonly [number, number]} replyDelayMs the network, from the server to a backend
 * @property {{ share: number, extraMs: number }} [slowReplies] the share of replies that take longer on the network
 */

/** @typedef {'loopback' | 'region' | 'continent' | 'far'} ProfileName */

/** @type {Readonly<Record<ProfileName, Profile>>} */
export const profiles = {
  loopback: {
    title: 'no network: the server is on the same machine and replies at once',
    requestDelayMs: [0, 0],
    processingMs: [0, 0],
    replyDelayMs: [0, 0],
  },
  region: {
    title: 'the same region: 8 ± 3 ms each way, 5 to 20 ms in the server',
    requestDelayMs: [5, 11],
    processingMs: [5, 20],
    replyDelayMs: [5, 11],
  },
  continent: {
    title: 'the same continent: 40 ± 15 ms each way, 10 to 60 ms in the server',
    requestDelayMs: [25, 55],
    processingMs: [10, 60],
    replyDelayMs: [25, 55],
  },
  far: {
    title:
      'another continent: 110 ± 40 ms each way, 20 to 150 ms in the server; 1 % of the replies take 300 ms longer',
    requestDelayMs: [70, 150],
    processingMs: [20, 150],
    replyDelayMs: [70, 150],
    slowReplies: { share: 0.01, extraMs: 300 },
  },
};

/** @type {readonly ProfileName[]} */
export const profileNames = Object.keys(profiles);

/** @param {ProfileName} name */
export function hasNetwork(name) {
  return profiles[name].requestDelayMs[1] > 0;
}

/**
 * The one-way delay of requests: its mean, and the difference between the longest and the shortest.
 *
 * @param {ProfileName} name
 */
export function requestDelayOf(name) {
  const [least, most] = profiles[name].requestDelayMs;
  return { delayMs: (least + most) / 2, jitterMs: most - least };
}

/**
 * The mean time from a request to its reply.
 *
 * @param {ProfileName} name
 */
export function roundTripMs(name) {
  const { requestDelayMs, processingMs, replyDelayMs } = profiles[name];
  const ranges = [requestDelayMs, processingMs, replyDelayMs];
  return ranges.reduce((sum, [least, most]) => sum + (least + most) / 2, 0);
}

/**
 * Draws the delays of one request after the other; each kind of delay has its own random sequence.
 *
 * @param {ProfileName} name
 * @param {number} seed
 */
export function drawDelays(name, seed) {
  const { requestDelayMs, processingMs, replyDelayMs, slowReplies } = profiles[name];
  const [request, processing, reply, slow] = ['request', 'processing', 'reply', 'slow'].map(
    (purpose) => randomStream(seed, purpose),
  );
  const extraMs = () =>
    slowReplies !== undefined && slow() < slowReplies.share ? slowReplies.extraMs : 0;
  return {
    requestDelayMs: () => uniform(requestDelayMs, request()),
    processingMs: () => uniform(processingMs, processing()),
    replyDelayMs: () => uniform(replyDelayMs, reply()) + extraMs(),
  };
}

function uniform([least, most], part) {
  return least + part * (most - least);
}
