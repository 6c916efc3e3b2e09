import { Queue, QueueEvents, Worker } from 'bullmq';
import { quotaLimit, quotaWindowMs } from '../quota.mjs';
import { createSender } from './support/sender.mjs';

const queueName = 'calls';

/** A queue and a worker in each process: any free process sends, not only the one that was asked. */
export async function create({ redisSocket, receiverUrl }) {
  const connection = { path: redisSocket, maxRetriesPerRequest: null };
  const sender = createSender(receiverUrl);
  const waiting = new Map();
  const queue = new Queue(queueName, { connection });
  const worker = new Worker(queueName, ({ data }) => sender.send(data), {
    connection,
    // None waits for the reply to another.
    concurrency: 2 * quotaLimit,
    limiter: { max: quotaLimit, duration: quotaWindowMs },
  });
  // The events tell of all processes' jobs. Asking for each job instead would count as work of the limiter.
  const events = new QueueEvents(queueName, { connection });
  events.on('completed', ({ jobId, returnvalue }) => settle(jobId, returnvalue));
  events.on('failed', ({ jobId, failedReason }) =>
    settle(jobId, { outcome: 'broken', kind: failedReason }),
  );

  function settle(jobId, result) {
    waiting.get(jobId)?.(result);
    waiting.delete(jobId);
  }

  await Promise.all([queue.waitUntilReady(), worker.waitUntilReady(), events.waitUntilReady()]);
  return {
    async submit(job) {
      const result = new Promise((resolve) => waiting.set(job.id, resolve));
      await queue.add('call', job, { jobId: job.id });
      return result;
    },
    figures: sender.figures,
    async close() {
      await Promise.all([worker.close(true), events.close(), queue.close()]);
      sender.close();
    },
  };
}
