import { clearTimeout, setTimeout } from 'node:timers';
import { forkChild, killChild, messageWith } from './children.mjs';
import { nowMs } from './clock.mjs';
import { DelayingProxy } from './delaying-proxy.mjs';
import { BenchRedis } from './redis.mjs';

/** Each process makes these one after the other, as a backend that has been up for a while. */
const warmingCalls = 2;
/** From the last of them to the start: by then the quota is whole again. */
const headStartMs = 1_200;
/** After the last call is due; what is not sent by then is reported as not done. */
export const patienceMs = 15_000;

/**
 * @typedef {object} Run what is to be done
 * @property {string} engine
 * @property {number} processes
 * @property {import('./workloads.mjs').Job[]} jobs
 * @property {number} [deadlineMs] of each call, for engines that know deadlines
 * @property {boolean} [hasMovableClock]
 * @property {readonly (import('./delaying-proxy.mjs').Delay | undefined)[]} [delays] between each process and Redis
 * @property {(scene: Scene) => Promise<void>} [incident] what happens in the middle
 */

/**
 * @typedef {object} Scene what an incident may lay hands on
 * @property {BenchRedis} redis
 * @property {import('node:child_process').ChildProcess[]} workers
 * @property {number} startMs
 */

/**
 * @typedef {object} Outcome what was seen; times after the start
 * @property {import('./metrics.mjs').Arrival[]} arrivals
 * @property {import('./worker.mjs').JobResult[]} results
 * @property {object[]} figures of each process
 * @property {number} scriptCalls
 */

/**
 * One run: a Redis, a receiver and the processes of a backend, all new.
 *
 * @param {Run} run
 * @returns {Promise<Outcome>}
 */
export async function perform(run) {
  const redis = await BenchRedis.start({ hasMovableClock: run.hasMovableClock });
  const receiver = forkChild('receiver.mjs');
  const workers = Array.from({ length: run.processes }, () => forkChild('worker.mjs'));
  const proxies = [];
  try {
    const port = await messageWith(receiver, 'port');
    const receiverUrl = `http://127.0.0.1:${port}`;
    const redisSockets = await socketsFor(run, redis, proxies);
    await create(workers, run, redisSockets, receiverUrl);
    await warm(workers);
    await redis.resetStatistics();
    const startMs = nowMs() + headStartMs;
    await playOut(workers, run, startMs, redis);
    return await collect(receiver, workers, redis, startMs);
  } finally {
    await Promise.all([...workers, receiver].map(killChild));
    for (const proxy of proxies) proxy.close();
    await redis.close();
  }
}

/** Where each process reaches Redis. Each proxy is added to `proxies` as soon as it listens. */
async function socketsFor({ processes, delays = [] }, redis, proxies) {
  const sockets = [];
  for (let index = 0; index < processes; index += 1) {
    const delay = delays[index];
    if (delay === undefined) {
      sockets.push(redis.socket);
      continue;
    }
    const proxy = await DelayingProxy.start(redis.pathBeside(index), redis.socket, delay);
    proxies.push(proxy);
    sockets.push(proxy.path);
  }
  return sockets;
}

async function create(workers, { engine, processes }, redisSockets, receiverUrl) {
  const ready = workers.map((worker) => messageWith(worker, 'ready'));
  for (const [index, worker] of workers.entries()) {
    const redisSocket = redisSockets[index];
    worker.send({ create: { name: engine, processes, index, redisSocket, receiverUrl } });
  }
  await Promise.all(ready);
}

async function warm(workers) {
  const warmed = workers.map((worker) => messageWith(worker, 'warmed'));
  for (const worker of workers) worker.send({ warm: { calls: warmingCalls } });
  await Promise.all(warmed);
}

/** Until each call has its result, or time is up. */
async function playOut(workers, { jobs, deadlineMs, incident }, startMs, redis) {
  const limitMs = headStartMs + (jobs.at(-1)?.atMs ?? 0) + patienceMs;
  const settled = workers.map((worker) => messageWith(worker, 'settled', 2 * limitMs));
  for (const [index, worker] of workers.entries()) {
    const own = jobs.filter((job) => job.process === index);
    worker.send({ start: { startMs, jobs: own, deadlineMs } });
  }
  let timer;
  const timeUp = new Promise((resolve) => (timer = setTimeout(resolve, limitMs)));
  await Promise.all([
    Promise.race([Promise.all(settled), timeUp]),
    incident?.({ redis, workers, startMs }),
  ]);
  clearTimeout(timer);
  // The calls that are not done by now are no longer waited for.
  for (const promise of settled) promise.catch(() => undefined);
}

/** @returns {Promise<Outcome>} */
async function collect(receiver, workers, redis, startMs) {
  const reports = await Promise.all(workers.map((worker) => ask(worker, { report: {} })));
  const scriptCalls = await redis.scriptCalls();
  const log = messageWith(receiver, 'log');
  receiver.send({});
  const arrivals = (await log)
    .map((arrival) => ({ ...arrival, atMs: arrival.atMs - startMs }))
    .filter(({ atMs }) => atMs >= 0);
  await Promise.all(workers.map(close));
  return {
    arrivals,
    results: reports.flatMap((report) => report.results),
    figures: reports.map((report) => report.figures),
    scriptCalls,
  };
}

async function ask(worker, question) {
  const report = messageWith(worker, 'report');
  worker.send(question);
  return report;
}

/** An engine that still has calls may not be able to close; it is killed soon. */
async function close(worker) {
  const closed = messageWith(worker, 'closed', 1_000).catch(() => undefined);
  worker.send({ close: {} });
  await closed;
}
