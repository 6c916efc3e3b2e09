// Builds, packs and publishes each package whose version the registry lacks, with provenance.
//   npm run release:publish            in the release workflow, which has the right to publish
//   npm run release:publish -- --plan  only says whether there is something to publish (`publish=true` for workflows)
import { appendFileSync } from 'node:fs';
import { join } from 'node:path';
import { fail, isPlaceholder, print, readPackages, repositoryUrl, root, run } from './packages.mjs';
import { isPublished, packAll, pendingChangesets, publishTarball } from './steps.mjs';

/** The first version of npm that publishes without a token. */
const firstTrustedNpm = '11.5.1';

if (process.argv.includes('--plan')) await plan();
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

async function publish() {
  const reason = obstacle() ?? (await obstacleHere());
  if (reason !== undefined) fail(...reason);
  const wanted = (await unpublished()).map(({ name }) => name);
  await run('npm', ['run', '--silent', 'build:libs'], { cwd: root });
  for (const { name, version, tarball } of await packAll(root, join(root, 'dist/release'))) {
    if (!wanted.includes(name)) {
      print(`${name}@${version} is published already`);
      continue;
    }
    await publishTarball(tarball, ['--provenance']);
    print(`published ${name}@${version}`);
  }
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
