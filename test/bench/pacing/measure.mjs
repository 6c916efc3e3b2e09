import { clearTimeout, setTimeout } from 'node:timers';
import { forkChild, killChild, messageWith } from './children.mjs';
import { nowMs, sleepUntil } from './clock.mjs';
import { DelayingProxy } from './delaying-proxy.mjs';
import { percentile } from './metrics.mjs';
import { BenchRedis } from './redis.mjs';
import { BenchServer } from './server.mjs';

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
 * @property {import('./workloads.mjs').Job[]} jobs in order of time
 * @property {import('./profiles.mjs').ProfileName} profile of the network
 * @property {number} seed of the network's delays
 * @property {number} [busy] how many processes keep the cores busy meanwhile
 * @property {number} [newcomers] how many of the processes, the last ones, start when their first call is due
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
 * @property {number} networkLateMs the 99th percentile of how much too late the relay forwarded data; 0 without one
 */

/**
 * One run: a Redis, a server, the network in front of it and the processes of a backend, all new.
 *
 * @param {Run} run
 * @returns {Promise<Outcome>}
 */
export async function perform(run) {
  const redis = await BenchRedis.start({ hasMovableClock: run.hasMovableClock });
  const server = new BenchServer(run.profile, run.seed);
  const workers = Array.from({ length: run.processes }, () => forkChild('worker.mjs'));
  const spinners = Array.from({ length: run.busy ?? 0 }, () => forkChild('spinner.mjs'));
  const proxies = [];
  try {
    const receiverUrl = await server.start();
    const redisSockets = await socketsFor(run, redis, proxies);
    const team = workers.map((worker, index) => ({
      worker,
      isNewcomer: index >= run.processes - (run.newcomers ?? 0),
      setting: {
        name: run.engine,
        processes: run.processes,
        index,
        redisSocket: redisSockets[index],
        receiverUrl,
      },
      jobs: run.jobs.filter((job) => job.process === index),
    }));
    const residents = team.filter(({ isNewcomer }) => !isNewcomer);
    await Promise.all(team.map(load));
    await Promise.all(residents.map(create));
    await Promise.all(residents.map(warm));
    await redis.resetStatistics();
    const startMs = nowMs() + headStartMs;
    await playOut(team, run, startMs, redis);
    return await collect(server, workers, redis, startMs);
  } finally {
    await Promise.all([...workers, ...spinners].map(killChild));
    await server.kill();
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

async function load({ worker, setting }) {
  const loaded = messageWith(worker, 'loaded');
  worker.send({ load: setting });
  await loaded;
}

async function create({ worker, setting }) {
  const ready = messageWith(worker, 'ready');
  worker.send({ create: setting });
  await ready;
}

async function warm({ worker }) {
  const warmed = messageWith(worker, 'warmed');
  worker.send({ warm: { calls: warmingCalls } });
  await warmed;
}

/** Until each call has its result, or time is up. */
async function playOut(team, { jobs, deadlineMs, incident }, startMs, redis) {
  const limitMs = headStartMs + (jobs.at(-1)?.atMs ?? 0) + patienceMs;
  const settled = team.map((member) =>
    play(member, { startMs, deadlineMs, limitMs }).catch((error) => {
      if (!isKilled(member.worker)) throw error;
    }),
  );
  let timer;
  const timeUp = new Promise((resolve) => (timer = setTimeout(resolve, limitMs)));
  const workers = team.map(({ worker }) => worker);
  await Promise.all([
    Promise.race([Promise.all(settled), timeUp]),
    incident?.({ redis, workers, startMs }),
  ]);
  clearTimeout(timer);
  // The calls that are not done by now are no longer waited for.
  for (const promise of settled) promise.catch(() => undefined);
}

/** A newcomer makes its connections under load, and makes its calls as soon as it has them. */
async function play({ worker, isNewcomer, setting, jobs }, { startMs, deadlineMs, limitMs }) {
  if (isNewcomer) {
    await sleepUntil(startMs + (jobs[0]?.atMs ?? 0));
    await create({ worker, setting });
  }
  const settled = messageWith(worker, 'settled', 2 * limitMs);
  worker.send({ start: { startMs, jobs, deadlineMs } });
  await settled;
}

/** @returns {Promise<Outcome>} */
async function collect(server, workers, redis, startMs) {
  const living = workers.filter((worker) => !isKilled(worker));
  const reports = await Promise.all(living.map((worker) => ask(worker, { report: {} })));
  const scriptCalls = await redis.scriptCalls();
  const { log, network } = await server.journal();
  const arrivals = log
    .map((arrival) => ({ ...arrival, atMs: arrival.atMs - startMs }))
    .filter(({ atMs }) => atMs >= 0);
  await Promise.all(living.map(close));
  return {
    arrivals,
    results: reports.flatMap((report) => report.results),
    figures: reports.map((report) => report.figures),
    scriptCalls,
    networkLateMs: latenessOf(network, startMs),
  };
}

/** By an incident. */
function isKilled({ signalCode }) {
  return signalCode === 'SIGKILL';
}

function latenessOf(network, startMs) {
  const late = network?.forwarded.filter(({ atMs }) => atMs >= startMs) ?? [];
  return (
    percentile(
      late.map(({ lateMs }) => lateMs),
      0.99,
    ) ?? 0
  );
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
