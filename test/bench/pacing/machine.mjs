import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { cpus, release, type } from 'node:os';
import { join } from 'node:path';
import { BenchRedis } from './redis.mjs';

const require = createRequire(import.meta.url);
const packages = ['nestjs-zim-call', 'ioredis', 'rate-limiter-flexible', 'bottleneck', 'bullmq'];

/** Where the figures come from; also the first look at whether there is a Redis. */
export async function describeMachine() {
  const redis = await BenchRedis.start();
  const redisVersion = await redis.version();
  await redis.close();
  return describeHost(packages, [`Redis ${redisVersion}`]);
}

/**
 * The machine, Node and the versions of some packages.
 *
 * @param {readonly string[]} names of the packages
 * @param {readonly string[]} others what else has a version
 */
export async function describeHost(names, others = []) {
  const [cpu] = cpus();
  const versions = await Promise.all(names.map(async (name) => `${name} ${await versionOf(name)}`));
  return [
    `${cpu?.model.trim() ?? 'unknown processor'}, ${cpus().length} cores`,
    `${type()} ${release()}`,
    `Node ${process.version}`,
    ...others,
    ...versions,
  ].join(' · ');
}

/** Not every package exports its own package.json, so it is looked for where Node would look. */
async function versionOf(name) {
  for (const folder of require.resolve.paths(name) ?? []) {
    const text = await readFile(join(folder, name, 'package.json'), 'utf8').catch(() => undefined);
    if (text !== undefined) return JSON.parse(text).version;
  }
  return 'unknown';
}
