import { Queue, Worker } from 'bullmq';
import { Redis } from 'ioredis';
import { CallOutcomeService, ZimOutcomeTimeoutError } from 'nestjs-zim-call';
import { stepsOf } from '../plans.mjs';

const name = 'rings';
const ends = 'bench:plain:ends';
const attempts = 3;
/** Most jobs wait for an answer. */
const concurrency = 100;
/** How much longer than it rings an answer is awaited. */
const graceMs = 5_000;

/**
 * BullMQ as people use it: a job for each step, with `attempts: 3`, that invites and waits for the answer. It has the
 * same client as ours, with its quota, its callbacks and its retries.
 */
export function create({ redisUrl, onEnd }) {
  return { imports: [], providers: [], open: (app) => open(app, redisUrl, onEnd) };
}

async function open(app, redisUrl, onEnd) {
  const outcomes = app.get(CallOutcomeService);
  const connection = { url: redisUrl, maxRetriesPerRequest: null };
  const queue = new Queue(name, { connection });
  const redis = new Redis(redisUrl, { maxRetriesPerRequest: null });
  const options = { attempts, backoff: { type: 'exponential', delay: 1_000 } };
  const addStep = (plan, step) =>
    queue.add('step', { plan, step }, { ...options, jobId: `${plan.key}-${step}` });
  const end = async ({ key }, result) => {
    const record = JSON.stringify({ ...result, endedAtMs: Date.now() });
    await redis.hset(ends, key, record);
    await onEnd(key);
  };

  async function ringStep({ data: { plan, step } }) {
    const steps = stepsOf(plan);
    const { userIds, ringSeconds } = steps[step];
    const invite = { fromUserId: 'caller', userIds, timeoutSeconds: ringSeconds };
    const answer = await waitFor(outcomes, invite, ringSeconds * 1_000 + graceMs);
    if (answer !== undefined) await end(plan, { result: 'accepted', step, ...answer });
    else if (step + 1 < steps.length) await addStep(plan, step + 1);
    else await end(plan, { result: 'no-answer', acceptedBy: [] });
  }

  const worker = new Worker(name, ringStep, { connection, concurrency });
  worker.on('failed', (job, error) => {
    const isLast =
      job !== undefined && (job.attemptsMade >= attempts || /stalled/.test(error.message));
    if (isLast)
      void end(job.data.plan, { result: 'failed', acceptedBy: [] }).catch(() => undefined);
  });
  for (const one of [queue, worker, redis]) one.on('error', () => undefined);
  return {
    ring: async (plan) => {
      await addStep(plan, 0);
      return plan.key;
    },
    read: async (key) => {
      const record = await redis.hget(ends, key);
      return { isKnown: true, ...(record !== null && JSON.parse(record)) };
    },
  };
}

/** Who has accepted, if any has in time; throws if the invite failed, and the job is repeated. */
async function waitFor(outcomes, invite, deadlineMs) {
  try {
    const { outcome } = await outcomes.inviteAndWait(invite, { deadlineMs, withdrawRest: true });
    const { result, callId, acceptedBy } = outcome;
    return result === 'accepted' ? { callId, acceptedBy } : undefined;
  } catch (error) {
    if (error instanceof ZimOutcomeTimeoutError) return undefined;
    throw error;
  }
}
