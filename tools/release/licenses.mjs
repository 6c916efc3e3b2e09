// Lists the licences of all that the packages bring to their users and of all that this repository installs.
// Fails if something that is published, or comes with it, has a licence that is not in the list below.
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { bundledBy, fail, print, readJson, readPackages, root } from './packages.mjs';

/** Licences without copyleft. */
const permissive = new Set(
  '0BSD Apache-2.0 BlueOak-1.0.0 BSD-2-Clause BSD-3-Clause CC0-1.0 ISC MIT Python-2.0 Unlicense'.split(
    ' ',
  ),
);
const copyleft = /\b(A?GPL|LGPL|MPL|EPL|EUPL|CDDL|OSL|CC-BY-SA|CC-BY-NC|SSPL|BUSL)\b/;

const packages = readPackages();
const lock = readJson(root, 'package-lock.json').packages;
const problems = [];

for (const { name, manifest, path } of packages) {
  print(`${name} ${manifest.license ?? '(no licence)'}`);
  const peers = Object.keys(manifest.peerDependencies ?? {});
  const optional = (peer) => manifest.peerDependenciesMeta?.[peer]?.optional === true;
  list('comes with it', closure(Object.keys(manifest.dependencies ?? {})));
  list('bundled into it', closure(bundledBy(path)));
  list('its peers, with theirs', closure(peers.filter((peer) => !optional(peer))));
  list('its optional peers, with theirs', closure(peers.filter(optional)));
  for (const bundled of bundledBy(path)) checkNotice(path, bundled);
}
for (const [folder, title] of [
  ['.', 'npm ci of this repository'],
  ['docs', 'npm ci of docs'],
  ['tools/release', 'npm ci of tools/release'],
]) {
  if (existsSync(join(root, folder, 'package-lock.json'))) summarize(title, join(root, folder));
}
if (problems.length > 0) {
  for (const problem of problems) print(`  ${problem}`);
  fail(
    'Licences need a decision.',
    'replace the dependency, or add its licence to the list in tools/release/licenses.mjs',
  );
}
print('Nothing that is published, or comes with it, has a copyleft licence.');

/** Prints packages with their licences, and records those whose licence is not permissive. */
function list(title, names) {
  if (names.length === 0) return;
  print(`  ${title}:`);
  for (const name of names) {
    const { version, license } = entryOf(name);
    print(`    ${name} ${version} ${license ?? '(no licence)'}`);
    if (!isPermissive(license)) problems.push(`${name} ${version}: ${license ?? 'no licence'}`);
  }
}

/** Prints how many packages of a lock file have which licence. */
function summarize(title, folder) {
  const byLicense = new Map();
  for (const [path, { license: stated, link }] of Object.entries(
    readJson(folder, 'package-lock.json').packages,
  )) {
    if (link || !path.includes('node_modules/')) continue;
    const license = stated ?? licenseInstalled(join(folder, path));
    byLicense.set(license, [
      ...(byLicense.get(license) ?? []),
      path.replace(/^.*node_modules\//, ''),
    ]);
  }
  const sorted = [...byLicense].sort(([, a], [, b]) => b.length - a.length);
  print(`${title}: ${sorted.reduce((sum, [, names]) => sum + names.length, 0)} packages`);
  for (const [license, names] of sorted) {
    const shown = isPermissive(license) ? '' : `: ${[...new Set(names)].join(', ')}`;
    const note =
      copyleft.test(license) && !isPermissive(license) ? ' (copyleft, not published)' : '';
    print(`  ${String(names.length).padStart(4)} ${license}${note}${shown}`);
  }
}

/** The licence that an installed manifest states in the form of old, which lock files leave out. */
function licenseInstalled(path) {
  if (!existsSync(join(path, 'package.json'))) return '(not stated)';
  const { licenses = [] } = readJson(path, 'package.json');
  return licenses.map(({ type }) => type).join(' OR ') || '(not stated)';
}

/** The packages of these names and all that they depend on, as the lock file has them at the top. */
function closure(names, found = new Set()) {
  for (const name of names) {
    if (found.has(name)) continue;
    found.add(name);
    closure(Object.keys(entryOf(name).dependencies ?? {}), found);
  }
  return [...found];
}

function entryOf(name) {
  const entry = lock[`node_modules/${name}`];
  if (entry === undefined) fail(`package-lock.json has no ${name}.`, 'run `npm install`');
  return entry.link ? { ...lock[entry.resolved] } : entry;
}

/** An SPDX expression is permissive if one of its alternatives is, with all its parts. */
function isPermissive(license) {
  return (license ?? '')
    .replace(/[()]/g, '')
    .split(' OR ')
    .some((part) => part.split(' AND ').every((id) => permissive.has(id.trim())));
}

/** Permissive licences, too, ask that their text accompanies copies. */
function checkNotice(path, name) {
  const build = readFileSync(join(path, 'page/build.mjs'), 'utf8');
  if (!build.includes(`'LICENSE-${name}'`)) {
    problems.push(`${name}: page/build.mjs does not copy its licence`);
  }
}
