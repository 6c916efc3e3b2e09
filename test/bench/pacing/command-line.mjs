import { parseArgs } from 'node:util';
import { engines } from './engines/index.mjs';
import { profileNames } from './profiles.mjs';
import { workloadNames } from './workloads.mjs';

/** Of seeds 1 to 41 the one with the median of the optimum's p95 wait, so that it is neither easy nor hard. */
const firstSeed = 27;
const mostSeeds = 20;

const parts = ['ours', 'alternatives', 'chaos'];
const chaosProfiles = ['loopback', 'continent'];

export const help = `npm run bench:pacing -- [options]

Measures how much of ZIM's quota is used, by real processes that share a real Redis and send over a network of a given
delay to a server that checks every request: nestjs-zim-call and other limiters. Needs redis-server.

  --only PART        ${parts.join(', ')}; default: all
  --profile NAME     the network: ${profileNames.join(', ')};
                     default: all, for the incidents ${chaosProfiles.join(' and ')}
  --workload NAME    ${workloadNames.join(', ')}; default: all
  --processes LIST   default: 1,2,4,8 for nestjs-zim-call, 4 for the alternatives
                     (cold: always 4 and 4 new ones; in memory: always 1)
  --engine NAME      ${Object.keys(engines).join(', ')}
  --seeds N          how often nestjs-zim-call makes burst and poisson, each time with other delays and arrivals:
                     ${firstSeed}, 1, 2, …; the alternatives run with the first; default: 1
  --seed N           the first seed; default: ${firstSeed}
  --busy N           N more processes keep the cores busy during each run; default: as many as cores in one row of the
                     burst, with 8 processes, and none otherwise
  --concurrent N     how many runs at a time; default: 1 of nestjs-zim-call, 2 of the alternatives
  --write            writes docs/benchmarks/pacing.md and .svg
  --help

Ends with 1 if nestjs-zim-call misses a target, and names the target.
`;

/** What was asked for is not possible; the message says why. */
export class UsageError extends Error {}

/** @param {string[]} args */
export function readCommandLine(args) {
  const values = parse(args);
  const engine = oneOf(Object.keys(engines), values.engine, '--engine');
  const profile = oneOf(profileNames, values.profile, '--profile');
  const only = oneOf(parts, values.only, '--only');
  return {
    isHelpWanted: values.help,
    isWritten: values.write,
    parts: only === undefined ? partsFor(engine) : [only],
    workload: oneOf(workloadNames, values.workload, '--workload'),
    engine,
    processes: values.processes?.split(',').map((text) => count(text, '--processes', 16)),
    profiles: profile === undefined ? profileNames : [profile],
    chaosProfiles: profile === undefined ? chaosProfiles : [profile],
    seeds: seedsOf(
      count(values.seed, '--seed', 2 ** 31),
      count(values.seeds, '--seeds', mostSeeds),
    ),
    busy: values.busy === undefined ? undefined : count(values.busy, '--busy', 16),
    concurrent:
      values.concurrent === undefined ? undefined : count(values.concurrent, '--concurrent', 4),
  };
}

function seedsOf(first, size) {
  const others = Array.from({ length: mostSeeds }, (_, index) => index + 1);
  return [first, ...others.filter((seed) => seed !== first)].slice(0, size);
}

/** With one engine selected, the incidents are left out. */
function partsFor(engine) {
  return engine === undefined ? parts : parts.filter((part) => part !== 'chaos');
}

function parse(args) {
  try {
    return parseArgs({
      args,
      options: {
        only: { type: 'string' },
        workload: { type: 'string' },
        processes: { type: 'string' },
        engine: { type: 'string' },
        profile: { type: 'string' },
        seeds: { type: 'string', default: '1' },
        seed: { type: 'string', default: String(firstSeed) },
        busy: { type: 'string' },
        concurrent: { type: 'string' },
        write: { type: 'boolean', default: false },
        help: { type: 'boolean', default: false },
      },
    }).values;
  } catch (error) {
    throw new UsageError(error instanceof Error ? error.message : String(error));
  }
}

function oneOf(allowed, value, option) {
  if (value === undefined || allowed.includes(value)) return value;
  throw new UsageError(`${option} is one of ${allowed.join(', ')}`);
}

function count(text, option, most) {
  const number = Number(text);
  if (Number.isInteger(number) && number >= 1 && number <= most) return number;
  throw new UsageError(`${option}: ${text} is no number from 1 to ${most}`);
}
