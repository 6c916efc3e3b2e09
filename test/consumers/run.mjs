// Builds and packs the packages, and uses them as applications of users do. Prints the matrix.
import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { applications, quickApplications } from './applications.mjs';
import { installTools, packAll, Workspace } from './workspace.mjs';

const help = `Usage: npm run test:consumers -- [options]

Installs the packed packages into applications of several kinds, and builds, tests, bundles and starts each.
Needs the npm registry.

  --only <text>   only the applications whose name contains it
  --quick         only those that take less than a minute
  --keep          keep the folders of the applications, and print where they are
  --list          print the matrix without running it
  --help
`;

const { values } = parseArgs({
  options: {
    only: { type: 'string', default: '' },
    quick: { type: 'boolean', default: false },
    keep: { type: 'boolean', default: false },
    list: { type: 'boolean', default: false },
    help: { type: 'boolean', default: false },
  },
});

const chosen = Object.entries(applications).filter(
  ([name]) =>
    name.toLowerCase().includes(values.only.toLowerCase()) &&
    (!values.quick || quickApplications.includes(name)),
);
const concurrency = 2;

if (values.help) process.stdout.write(help);
else if (values.list) list();
else if (chosen.length === 0) fail(`no application has '${values.only}' in its name; see --list`);
else await main();

function list() {
  for (const [name, steps] of chosen) {
    process.stdout.write(`${name}\n${steps.map(([step]) => `  ${step}\n`).join('')}`);
  }
}

async function main() {
  const folder = await mkdtemp(join(tmpdir(), 'zim-consumers-'));
  try {
    const tools = join(folder, 'tools');
    process.stdout.write('Packing the packages and installing compilers, bundlers and Node…\n');
    const [tarballs] = await Promise.all([packAll(folder), installTools(tools)]);
    const create = (name) => new Workspace(join(folder, name), tarballs, tools);
    const waiting = [...chosen];
    const results = [];
    const work = async () => {
      for (let next = waiting.shift(); next !== undefined; next = waiting.shift()) {
        const [name, steps] = next;
        results.push(...(await tryApplication(name, steps, create(`app${waiting.length}`))));
      }
    };
    await Promise.all(Array.from({ length: concurrency }, work));
    report(results);
  } finally {
    if (values.keep) process.stdout.write(`The applications are in ${folder}\n`);
    else await rm(folder, { recursive: true, force: true });
  }
}

/** Runs all steps: one that fails may concern only itself. */
async function tryApplication(name, steps, workspace) {
  await mkdir(workspace.folder);
  const results = [];
  for (const [step, run] of steps) {
    const startedMs = Date.now();
    const problem = await run(workspace).then(
      () => undefined,
      (error) => error,
    );
    const seconds = (Date.now() - startedMs) / 1000;
    const passed = problem === undefined;
    if (!passed) process.stdout.write(`\n${name}, ${step}:\n${problem.message}\n\n`);
    results.push({ name, step, passed, seconds });
    process.stdout.write(`${passed ? '✔' : '✖'} ${name}: ${step} (${seconds.toFixed(1)} s)\n`);
  }
  return results;
}

function report(results) {
  process.stdout.write('\n');
  for (const [name] of chosen) {
    const own = results.filter((result) => result.name === name);
    const seconds = own.reduce((sum, result) => sum + result.seconds, 0);
    process.stdout.write(`${name} (${seconds.toFixed(0)} s)\n`);
    for (const { step, passed } of own) process.stdout.write(`  ${passed ? '✔' : '✖'} ${step}\n`);
  }
  const failed = results.filter(({ passed }) => !passed).length;
  process.stdout.write(`\n${results.length - failed} passed, ${failed} failed\n`);
  process.exitCode = failed === 0 ? 0 : 1;
}

function fail(message) {
  process.stderr.write(`${message}\n`);
  process.exitCode = 2;
}
