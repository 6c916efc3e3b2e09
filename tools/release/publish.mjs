// Publishes each package whose version the registry lacks, with provenance.
//   npm run release:publish -- --plan  says whether there is something to publish (`publish=true` for workflows)
//   npm run release:publish -- --pack  builds and packs into dist/release
//   npm run release:publish            publishes those tarballs, in the release workflow, which has the right to.
//                                      Needs no `npm ci`: no code of others runs beside that right
import { appendFileSync, existsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fail, isPlaceholder, print, readPackages, repositoryUrl, root, run } from './packages.mjs';
import { isPublished, packAll, pendingChangesets, publishTarball } from './steps.mjs';

/** The first version of npm that publishes without a token. */
const firstTrustedNpm = '11.5.1';

const target = join(root, 'dist/release');

if (process.argv.includes('--plan')) await plan();
else if (process.argv.includes('--pack')) await pack();
else await publish();

async function plan() {
  const reason = obstacle();
  const missing = reason === undefined ? await unpublished() : [];
  const names = missing.map(({ name, manifest }) => `${name}@${manifest.version}`);
  print(
    reason?.[0] ?? (names.length > 0 ? `To publish: ${names.join(', ')}` : 'All is published.'),
  );
  const { GITHUB_OUTPUT: output } = process.env;
  if (output) appendFileSync(output, `publish=${names.length > 0}\n`);
}

async function pack() {
  const reason = obstacle();
  if (reason !== undefined) fail(...reason);
  await run('npm', ['run', '--silent', 'build:libs'], { cwd: root });
  for (const { tarball, size } of await packAll(root, target)) print(`${tarball}: ${size} bytes`);
}

async function publish() {
  const reason = obstacle() ?? (await obstacleHere());
  if (reason !== undefined) fail(...reason);
  for (const { name, manifest } of await unpublished()) {
    const tarball = join(target, `${name}-${manifest.version}.tgz`);
    if (!existsSync(tarball)) {
      fail(`There is no ${tarball}.`, 'run `npm run release:publish -- --pack` first');
    }
    await publishTarball(tarball, ['--provenance', ...(await tokenFlags())]);
    print(`published ${name}@${manifest.version}`);
  }
}

/** Without a token npm uses the identity of the workflow (trusted publishing). */
async function tokenFlags() {
  if (!process.env.NPM_TOKEN) return [];
  const registry = (await run('npm', ['config', 'get', 'registry'])).trim();
  const npmrc = join(target, '.npmrc');
  // npm itself reads the variable, so the token is not on the disk.
  writeFileSync(npmrc, `${registry.replace(/^https:/, '')}:_authToken=\${NPM_TOKEN}\n`);
  return ['--userconfig', npmrc];
}

/** What keeps this commit from being published, and how to remove it. */
function obstacle() {
  if (isPlaceholder()) {
    return [
      `Nothing can be published: the repository is still the placeholder ${repositoryUrl}.`,
      'set it by `npm run release:repository -- https://github.com/<owner>/<name>`, and commit that',
    ];
  }
  const pending = pendingChangesets();
  if (pending.length > 0) {
    return [
      `Nothing is published while changesets are pending: ${pending.join(', ')}.`,
      'merge the version pull request, or run `npm run release:version`',
    ];
  }
  return undefined;
}

/** What keeps this machine from publishing, and how to remove it. */
async function obstacleHere() {
  if (process.env.ACTIONS_ID_TOKEN_REQUEST_URL === undefined) {
    return [
      'Provenance needs an identity, which only the release workflow has.',
      'publish by .github/workflows/release.yml; try a release by `npm run release:dry`',
    ];
  }
  const changed = await run('git', ['status', '--porcelain'], { cwd: root });
  if (changed.trim() !== '') {
    return [`Files differ from the commit:\n${changed}`, 'publish a clean checkout'];
  }
  const npm = (await run('npm', ['--version'])).trim();
  if (npm.localeCompare(firstTrustedNpm, 'en', { numeric: true }) < 0) {
    return [
      `npm ${npm} cannot publish without a token.`,
      `use npm ${firstTrustedNpm} or newer, which comes with Node 24`,
    ];
  }
  return undefined;
}

async function unpublished() {
  const states = await Promise.all(
    readPackages().map(async (entry) => ({
      entry,
      published: await isPublished(entry.name, entry.manifest.version),
    })),
  );
  return states.filter(({ published }) => !published).map(({ entry }) => entry);
}
