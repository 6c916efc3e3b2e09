// A server that answers as ZIM does and judges each arrival, in a process of its own so that nothing else delays it.
// Decides on arrival, and holds each reply for the processing time of the profile. Arguments: profile, seed.
// Messages: sends `{ port }` when it listens; answers any message with its log.
import { createServer } from 'node:http';
import { nowMs } from './clock.mjs';
import { createSender } from './engines/support/sender.mjs';
import { PreciseQueue } from './precise-queue.mjs';
import { drawDelays, hasNetwork } from './profiles.mjs';
import { quotaLimit, quotaWindowMs, throttledCode } from './quota.mjs';

const [profile, seed] = process.argv.slice(2);
const maxBodyBytes = 10_000;

/** @type {import('./metrics.mjs').Arrival[]} */
const log = [];
/** When the last accepted calls arrived, at most as many as the quota. */
const accepted = [];
let requestCount = 0;
const replies = new PreciseQueue();
let processingMs = () => 0;

/**
 * The harshest server that keeps to what ZIM's pages say: no second, wherever it begins, holds more than the quota.
 * Refused calls take nothing of it.
 */
function admit(atMs) {
  while (accepted.length > 0 && accepted[0] <= atMs - quotaWindowMs) accepted.shift();
  if (accepted.length >= quotaLimit) return false;
  accepted.push(atMs);
  return true;
}

const server = createServer({ keepAliveTimeout: 120_000 }, (request, response) => {
  // Before the body: reading it takes time that is not the sender's.
  const atMs = nowMs();
  const isAccepted = admit(atMs);
  let body = '';
  request.setEncoding('utf8');
  request.on('data', (/** @type {string} */ chunk) => {
    body += chunk;
    if (body.length > maxBodyBytes) request.destroy();
  });
  request.on('end', () => {
    const heldMs = processingMs();
    log.push({ atMs, accepted: isAccepted, processingMs: heldMs, ...senderOf(body) });
    const reply = JSON.stringify(replyTo(isAccepted));
    response.setHeader('Content-Type', 'application/json');
    if (heldMs === 0) response.end(reply);
    else replies.at(atMs + heldMs, () => response.end(reply));
  });
});

function senderOf(body) {
  const { process, tenant, id } = JSON.parse(JSON.parse(body).ExtendedData);
  return { process, tenant, id };
}

function replyTo(isAccepted) {
  requestCount += 1;
  const RequestId = String(requestCount).padStart(19, '1');
  if (!isAccepted) return { Code: throttledCode, Message: 'qps limit', RequestId };
  return {
    Code: 0,
    Message: 'success',
    RequestId,
    CallId: String(requestCount).padStart(20, '1'),
    CreateTime: Date.now(),
    ErrorUsers: [],
  };
}

/**
 * A server that has been up for a while is not slow on its first requests, and what it costs to compile this file
 * must not look like a delay of the sender's.
 */
async function warmUp(url) {
  const sender = createSender(url);
  for (let round = 0; round < 20; round += 1) {
    const jobs = Array.from({ length: quotaLimit }, () => ({ process: 0, tenant: '', id: '' }));
    await Promise.all(jobs.map((job) => sender.send(job)));
  }
  sender.close();
  log.length = 0;
  accepted.length = 0;
  if (hasNetwork(profile)) processingMs = drawDelays(profile, Number(seed)).processingMs;
}

process.on('message', () => process.send?.({ log }));
process.on('disconnect', () => process.exit());
server.listen(0, '127.0.0.1', async () => {
  const address = server.address();
  const port = typeof address === 'object' ? address?.port : undefined;
  await warmUp(`http://127.0.0.1:${port}`);
  process.send?.({ port });
});
