import { Redis } from 'ioredis';
import { rmSync } from 'node:fs';
import { mkdtemp, rename, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { env } from 'node:process';
import { createInterface } from 'node:readline';
import { setTimeout as sleep } from 'node:timers/promises';
import { freePort } from '../free-port.mjs';
import { killChild, spawnChild } from './children.mjs';
import { clockEnvironment } from './faked-clock.mjs';

const folders = new Set();

function removeFolder(folder) {
  rmSync(folder, { recursive: true, force: true });
  folders.delete(folder);
}

// Also when the benchmark is given up in the middle.
process.once('exit', () => folders.forEach(removeFolder));

/**
 * A redis-server of one run's own, on a unix socket in a folder of its own. A durable one listens on a port of loopback,
 * too, and syncs each write to its append-only file before it replies.
 */
export class BenchRedis {
  #child;

  /**
   * @param {string} folder
   * @param {boolean} hasMovableClock
   * @param {number} [port] of a durable one
   */
  constructor(folder, hasMovableClock, port) {
    this.folder = folder;
    this.port = port;
    this.socket = join(folder, 'redis.sock');
    this.hasMovableClock = hasMovableClock;
  }

  static async start({ hasMovableClock = false, isDurable = false } = {}) {
    const folder = await mkdtemp(join(tmpdir(), 'bench-redis-'));
    folders.add(folder);
    const redis = new BenchRedis(folder, hasMovableClock, isDurable ? await freePort() : undefined);
    await redis.boot();
    return redis;
  }

  /** For a socket through which one process reaches it. */
  pathBeside(index) {
    return join(this.folder, `proxy-${index}.sock`);
  }

  /** Of a durable one. */
  get url() {
    return `redis://127.0.0.1:${this.port}`;
  }

  /** Starts it: a durable one with what is in its file, others empty. */
  async boot() {
    const isDurable = this.port !== undefined;
    const options = [
      ...['--port', String(this.port ?? 0), '--bind', '127.0.0.1', '--unixsocket', this.socket],
      ...['--save', '', '--appendonly', isDurable ? 'yes' : 'no', '--appendfsync', 'always'],
    ];
    if (this.hasMovableClock) await this.#writeOffset(0);
    const child = spawnChild('redis-server', options, {
      cwd: this.folder,
      env: this.hasMovableClock ? { ...env, ...clockEnvironment(this.#offsetFile) } : env,
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    await untilReady(child);
    const info = await this.#ask((redis) => redis.info('server'));
    if (Number(/process_id:(\d+)/.exec(info)?.[1]) !== child.pid) {
      throw new Error('another Redis answers on this socket');
    }
    this.#child = child;
  }

  /** As an outage does it. */
  async kill() {
    await killChild(this.#child);
  }

  /** It neither answers nor closes anything for a while. */
  async freeze(forMs) {
    this.#child.kill('SIGSTOP');
    await sleep(forMs);
    this.#child.kill('SIGCONT');
  }

  flushAll() {
    return this.#ask((redis) => redis.flushall());
  }

  flushScripts() {
    return this.#ask((redis) => redis.script('FLUSH'));
  }

  resetStatistics() {
    return this.#ask((redis) => redis.config('RESETSTAT'));
  }

  /** How many scripts clients have run since the statistics were reset. */
  async scriptCalls() {
    const info = await this.#ask((redis) => redis.info('commandstats'));
    const calls = info.matchAll(/^cmdstat_(?:eval|evalsha|fcall):calls=(\d+)/gm);
    return [...calls].reduce((sum, [, count]) => sum + Number(count), 0);
  }

  /** Moves the clock that this Redis sees; fails if it does not see it. */
  async stepClock(seconds) {
    const before = await this.#offsetSeconds();
    await this.#writeOffset(seconds);
    const stepped = (await this.#offsetSeconds()) - before;
    if (Math.abs(stepped - seconds) > 0.5) throw new Error(`the clock moved by ${stepped} s`);
  }

  /**
   * A number of INFO.
   *
   * @returns {Promise<number>}
   */
  async figure(name) {
    const info = await this.#ask((redis) => redis.info('all'));
    return Number(new RegExp(`^${name}:(\\d+)`, 'm').exec(info)?.[1]);
  }

  /** @returns {Promise<string>} */
  async version() {
    const info = await this.#ask((redis) => redis.info('server'));
    return /redis_version:(\S+)/.exec(info)?.[1] ?? 'unknown';
  }

  async close() {
    await this.kill();
    removeFolder(this.folder);
  }

  get #offsetFile() {
    return join(this.folder, 'clock-offset');
  }

  /** By renaming, so that Redis never reads a file that is half written. */
  async #writeOffset(seconds) {
    const draft = `${this.#offsetFile}.draft`;
    await writeFile(draft, `${seconds < 0 ? '' : '+'}${seconds}`);
    await rename(draft, this.#offsetFile);
  }

  async #offsetSeconds() {
    const [seconds, micros] = await this.#ask((redis) => redis.time());
    return Number(seconds) + Number(micros) / 1e6 - Date.now() / 1_000;
  }

  /** Each question on a connection of its own: what asks must not notice what was done to the server. */
  async #ask(question) {
    const redis = new Redis({ path: this.socket, retryStrategy: null, maxRetriesPerRequest: 0 });
    redis.on('error', () => undefined);
    try {
      return await question(redis);
    } finally {
      redis.disconnect();
    }
  }
}

async function untilReady(child) {
  let isMissing = false;
  child.once('error', () => (isMissing = true));
  for await (const line of createInterface({ input: child.stdout })) {
    if (!/ready to accept connections/i.test(line)) continue;
    child.stdout.resume();
    return;
  }
  throw new Error(
    isMissing
      ? 'this benchmark needs redis-server: apt-get install redis-server'
      : 'redis-server ended while it started',
  );
}
