/**
 * @typedef {object} EngineSetting
 * @property {string} redisSocket
 * @property {string} receiverUrl
 * @property {number} processes how many processes the backend has
 * @property {number} index which of them this is
 */

/** @typedef {import('../workloads.mjs').Job & { deadlineMs?: number }} Submission */

/** @typedef {{ outcome: string, kind?: string, vendorCode?: number }} JobOutcome */

/**
 * @typedef {object} Engine
 * @property {(job: Submission) => Promise<JobOutcome>} submit resolves when the call has its result, whatever it is
 * @property {() => object | Promise<object>} figures
 * @property {() => Promise<void>} close
 */

/**
 * @typedef {object} EngineEntry
 * @property {string} title
 * @property {string} file
 * @property {boolean} isOurs
 * @property {'strict' | 'efficient'} [mode] of ours: whether it may be refused now and then
 * @property {boolean} isShared whether the processes share anything
 */

/** @type {Readonly<Record<string, EngineEntry>>} */
export const engines = {
  ours: {
    title: '**nestjs-zim-call**, Redis',
    file: 'ours.mjs',
    isOurs: true,
    mode: 'strict',
    isShared: true,
  },
  'ours-efficient': {
    title: '**nestjs-zim-call**, Redis, efficient',
    file: 'ours-efficient.mjs',
    isOurs: true,
    mode: 'efficient',
    isShared: true,
  },
  'ours-memory': {
    title: '**nestjs-zim-call**, memory',
    file: 'ours-memory.mjs',
    isOurs: true,
    mode: 'strict',
    isShared: false,
  },
  naive: {
    title: '20/s in each process',
    file: 'naive.mjs',
    isOurs: false,
    isShared: false,
  },
  static: {
    title: 'static share, 20/N each',
    file: 'static.mjs',
    isOurs: false,
    isShared: false,
  },
  'rate-limiter-flexible': {
    title: 'rate-limiter-flexible, queue',
    file: 'rate-limiter-flexible.mjs',
    isOurs: false,
    isShared: true,
  },
  'bottleneck-reservoir': {
    title: 'bottleneck, reservoir 20',
    file: 'bottleneck-reservoir.mjs',
    isOurs: false,
    isShared: true,
  },
  'bottleneck-mintime': {
    title: 'bottleneck, minTime 50',
    file: 'bottleneck-mintime.mjs',
    isOurs: false,
    isShared: true,
  },
  bullmq: { title: 'BullMQ, limiter 20/s', file: 'bullmq.mjs', isOurs: false, isShared: true },
  'gcra-burst1': { title: 'GCRA, burst 1', file: 'gcra-burst1.mjs', isOurs: false, isShared: true },
  'gcra-burst20': {
    title: 'GCRA, burst 20',
    file: 'gcra-burst20.mjs',
    isOurs: false,
    isShared: true,
  },
};

export const ourEngines = Object.keys(engines).filter((name) => engines[name].isOurs);
export const alternatives = Object.keys(engines).filter((name) => !engines[name].isOurs);

/** @returns {Promise<{ create: (setting: EngineSetting) => Promise<Engine> }>} */
export function loadEngine(name) {
  return import(`./${engines[name].file}`);
}
