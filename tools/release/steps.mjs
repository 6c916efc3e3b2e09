// The steps of a release. The real one (publish.mjs) and the dry run (dry-run.mjs) take the same.
import { mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { readPackages, root, run, toolsFolder } from './packages.mjs';

/** The changesets that no version has applied yet. */
export function pendingChangesets(folder = root) {
  const files = readdirSync(join(folder, '.changeset'));
  return files.filter((file) => file.endsWith('.md') && file !== 'README.md');
}

/** Applies the changesets in `folder`: raises the versions, writes the changelogs, and updates the lock file. */
export async function applyChangesets(folder) {
  const changeset = join(toolsFolder, 'node_modules/@changesets/cli/bin.js');
  await run(process.execPath, [changeset, 'version'], { cwd: folder });
  await run('npm', ['install', '--package-lock-only', '--ignore-scripts', '--no-audit'], {
    cwd: folder,
  });
}

/** Packs each package into `target`, with its list of components (SBOM). Returns what was packed, in order. */
export async function packAll(folder, target) {
  mkdirSync(target, { recursive: true });
  const packed = [];
  for (const { name, manifest } of readPackages(folder)) {
    const flags = ['--json', '--workspace', name, '--pack-destination', target];
    const report = JSON.parse(await run('npm', ['pack', ...flags], { cwd: folder }));
    const [{ filename, size, entryCount }] = Array.isArray(report) ? report : Object.values(report);
    const sbom = await run(
      'npm',
      ['sbom', '--sbom-format=cyclonedx', '--package-lock-only', '--omit=dev', '--workspace', name],
      { cwd: folder },
    );
    const sbomFile = join(target, filename.replace(/\.tgz$/, '.cdx.json'));
    writeFileSync(sbomFile, sbom);
    packed.push({
      name,
      version: manifest.version,
      tarball: join(target, filename),
      size,
      entryCount,
      components: JSON.parse(sbom).components.length,
    });
  }
  return packed;
}

/** Whether a registry has this version already. */
export async function isPublished(name, version, registryFlags = []) {
  try {
    const found = await run('npm', ['view', `${name}@${version}`, 'version', ...registryFlags]);
    return found.trim() === version;
  } catch (error) {
    if (/E404/.test(error.message)) return false;
    throw error;
  }
}

/** Publishes one tarball, exactly as it was packed. */
export function publishTarball(tarball, flags = [], options = {}) {
  return run('npm', ['publish', tarball, '--access', 'public', ...flags], options);
}
