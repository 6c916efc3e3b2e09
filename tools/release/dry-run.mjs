// Releases into a registry on this machine, and installs from it, to show that a release works.
import { execFileSync } from 'node:child_process';
import {
  copyFileSync,
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import {
  isPlaceholder,
  print,
  readJson,
  readPackages,
  repositoryUrl,
  root,
  run,
} from './packages.mjs';
import { startRegistry } from './registry.mjs';
import { applyChangesets, packAll, pendingChangesets, publishTarball } from './steps.mjs';

const help = `npm run release:dry [-- --keep]

Does a whole release into a registry on this machine (Verdaccio on 127.0.0.1, on a free port):
copies the checkout, applies the changesets to the copy, builds, packs, publishes, installs
all packages by name into an empty folder, and rings a phone there, from ES
modules and from CommonJS. The checkout stays as it is; everything else is removed at the end.

  --keep   leaves the registry running until Ctrl+C, to install from it by hand
  --help   shows this text

Needs npm's registry for the dependencies of the installed packages. Takes two to four minutes.
`;

const arguments_ = process.argv.slice(2);
const unknown = arguments_.filter((argument) => !['--keep', '--help'].includes(argument));
if (unknown.length > 0 || arguments_.includes('--help')) {
  if (unknown.length > 0) print(`Unknown: ${unknown.join(' ')}\n`);
  print(help);
  process.exit(unknown.length > 0 ? 2 : 0);
}
const keep = arguments_.includes('--keep');

const folder = mkdtempSync(join(tmpdir(), 'zim-release-'));
const copy = join(folder, 'checkout');
const application = join(folder, 'application');
const names = readPackages().map(({ name }) => name);
const stepCount = 8;
let stepNumber = 0;
let registry;

for (const signal of ['SIGINT', 'SIGTERM']) {
  process.once(signal, () => void cleanUp().then(() => process.exit(130)));
}

try {
  await step('install this checkout', installCheckout, 'run `npm ci`, and see what it reports');
  await step('copy it', copyCheckout, 'free some disk space in the folder for temporary files');
  await step('apply the changesets to the copy', applyVersions, 'correct the files in .changeset');
  await step('build', build, '`npm run build:libs` shows the errors');
  const packed = await step('pack, and list the components', pack, '`npm pack --workspace NAME`');
  await step('start a registry', start, 'see the log above; another try gets another port');
  await step('publish', () => publish(packed), 'see what the registry answered');
  await step(
    'install by name, and ring',
    ring,
    'check that npm reaches its registry, then try again',
  );
  if (isPlaceholder()) {
    print(`\nA real release would be refused: the repository is the placeholder ${repositoryUrl}.`);
    print('Set it by `npm run release:repository -- https://github.com/<owner>/<name>`.');
  }
  if (keep) await keepRunning();
} catch (error) {
  process.exitCode = 1;
  process.stderr.write(`\nFailed: ${error.step}\n${error.message}\nFix: ${error.fix}\n`);
} finally {
  await cleanUp();
}
if (process.exitCode !== 1) print('\nThe release works. Nothing was left behind.');

/** Runs one step, and prints its name, time and results. */
async function step(name, work, fix) {
  stepNumber += 1;
  const title = `[${stepNumber}/${stepCount}] ${name}`;
  print(title);
  const start = Date.now();
  try {
    const result = await work();
    print(`      ${((Date.now() - start) / 1000).toFixed(1)} s`);
    return result;
  } catch (error) {
    throw Object.assign(error, { step: name, fix });
  }
}

function detail(text) {
  print(`      ${text}`);
}

async function installCheckout() {
  if (existsSync(join(root, 'node_modules/.package-lock.json'))) detail('installed already');
  else await run('npm', ['ci', '--no-audit'], { cwd: root });
}

/** Copies what git would commit, and links what npm has installed. */
async function copyCheckout() {
  const listed = await run(
    'git',
    ['ls-files', '-z', '--cached', '--others', '--exclude-standard'],
    {
      cwd: root,
    },
  );
  const files = listed.split('\0').filter((file) => file !== '' && existsSync(join(root, file)));
  for (const file of files) {
    mkdirSync(dirname(join(copy, file)), { recursive: true });
    copyFileSync(join(root, file), join(copy, file));
  }
  linkModules();
  // Changesets reads the history.
  const git = (...args) => execFileSync('git', args, { cwd: copy, stdio: 'pipe' });
  git('init', '--quiet', '--initial-branch=main');
  git('add', '--all');
  const identity = ['-c', 'user.name=dry run', '-c', 'user.email=dry-run@localhost'];
  git(...identity, '-c', 'commit.gpgsign=false', 'commit', '--quiet', '--no-verify', '-m', 'copy');
  detail(`${files.length} files in ${copy}`);
}

/** In the copy, our packages must be the copy's own. */
function linkModules() {
  const source = join(root, 'node_modules');
  const target = join(copy, 'node_modules');
  mkdirSync(target);
  for (const entry of readdirSync(source)) {
    if (!names.includes(entry)) symlinkSync(join(source, entry), join(target, entry));
  }
  for (const { name, path } of readPackages(copy)) symlinkSync(path, join(target, name));
}

async function applyVersions() {
  const pending = pendingChangesets(copy);
  if (pending.length > 0) await applyChangesets(copy);
  else detail('no changesets: the versions stay');
  for (const { name, manifest } of readPackages(copy)) detail(`${name} ${manifest.version}`);
}

async function build() {
  await run('npm', ['run', '--silent', 'build:libs'], { cwd: copy });
}

async function pack() {
  const packed = await packAll(copy, join(folder, 'packed'));
  for (const { name, version, size, entryCount, components } of packed) {
    detail(
      `${name}@${version}: ${entryCount} files, ${Math.round(size / 1024)} KiB, SBOM with ${components} others`,
    );
  }
  return packed;
}

async function start() {
  registry = await startRegistry(join(folder, 'registry'), names);
  detail(`${registry.url}, process ${registry.pid}`);
}

async function publish(packed) {
  for (const { name, version, tarball } of packed) {
    await publishTarball(tarball, ['--provenance=false', ...registry.npmFlags], {
      cwd: folder,
    });
    detail(`published ${name}@${version}`);
  }
}

/** Uses the published packages as a new application would. */
async function ring() {
  mkdirSync(application);
  writeFileSync(join(application, 'package.json'), '{ "private": true }\n');
  const wanted = readJson(root, 'package.json').dependencies;
  const { peerDependencies, peerDependenciesMeta } = readPackages(copy).find(
    ({ name }) => name === 'nestjs-zim-call',
  ).manifest;
  const peers = Object.keys(peerDependencies)
    .filter((peer) => peerDependenciesMeta?.[peer]?.optional !== true)
    .map((peer) => (wanted[peer] ? `${peer}@${wanted[peer]}` : peer));
  const flags = ['--no-audit', '--no-fund', ...registry.npmFlags];
  await run('npm', ['install', ...flags, ...names, ...peers], {
    cwd: application,
  });
  for (const name of names) {
    const { version } = readJson(application, 'node_modules', name, 'package.json');
    detail(`installed ${name}@${version}`);
  }
  for (const script of ['ring.mjs', 'ring.cjs']) {
    cpSync(join(root, 'test/packaging', script), join(application, script));
    const { callId, ringing } = JSON.parse(
      await run(process.execPath, [script], { cwd: application }),
    );
    if (ringing?.length !== 1) throw new Error(`${script}: no phone rings`);
    detail(`${script}: call ${callId} rings the phone of ${ringing.join(', ')}`);
  }
}

async function keepRunning() {
  print(`
The registry runs at ${registry.url}. To install from it, in another terminal:
  npm install --registry ${registry.url}/ ${names.join(' ')}
To stop it: press Ctrl+C, or run \`kill ${process.pid}\`.`);
  await registry.exited;
}

async function cleanUp() {
  await registry?.stop();
  registry = undefined;
  rmSync(folder, { recursive: true, force: true });
}
