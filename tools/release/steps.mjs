// The steps of a release. The real one (publish.mjs) and the dry run (dry-run.mjs) take the same.
import {
  cpSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  bundledBy,
  packPackage,
  readJson,
  readPackages,
  root,
  run,
  toolsFolder,
} from './packages.mjs';

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
  writeSandboxVersion(folder);
}

/** The sandbox states its version in a module, because only one of its two builds could import the manifest. */
function writeSandboxVersion(folder) {
  const sandbox = join(folder, 'libs/zim-sandbox');
  const { version } = readJson(join(sandbox, 'package.json'));
  const file = join(sandbox, 'src/version.ts');
  const text = readFileSync(file, 'utf8').replace(/'[^']+';/, `'${version}';`);
  writeFileSync(file, text);
}

/** Packs each package into `target`, with its list of components (SBOM). Returns what was packed, in order. */
export async function packAll(folder, target) {
  mkdirSync(target, { recursive: true });
  const packed = [];
  for (const { name, manifest } of readPackages(folder)) {
    const { tarball, size, entryCount } = await packPackage(folder, name, target);
    const sbom = await listComponents(folder, name);
    writeFileSync(tarball.replace(/\.tgz$/, '.cdx.json'), sbom);
    packed.push({
      name,
      version: manifest.version,
      tarball,
      size,
      entryCount,
      components: JSON.parse(sbom).components.length,
    });
  }
  return packed;
}

/**
 * Lists what comes with a package, in CycloneDX: its dependencies, and the code that is bundled into it. Its peers belong
 * to the application. npm can list only what is installed, so this lays out the manifests alone.
 */
async function listComponents(folder, name) {
  const packages = readPackages(folder);
  const { manifest, path } = packages.find((entry) => entry.name === name);
  const pathOf = (dependency) =>
    packages.find((entry) => entry.name === dependency)?.path ??
    join(root, 'node_modules', dependency);
  const bundled = bundledBy(path).map((dependency) => [
    dependency,
    readJson(pathOf(dependency), 'package.json').version,
  ]);
  const all = { ...manifest.dependencies, ...Object.fromEntries(bundled) };
  const temporary = mkdtempSync(join(tmpdir(), 'zim-sbom-'));
  // npm calls the root by the name of its folder.
  const project = join(temporary, name);
  try {
    mkdirSync(project);
    const { version, description, license, author, homepage, repository, bugs } = manifest;
    const about = { name, version, description, license, author, homepage, repository, bugs };
    writeFileSync(join(project, 'package.json'), JSON.stringify({ ...about, dependencies: all }));
    for (const dependency of Object.keys(all)) {
      const target = join(project, 'node_modules', dependency);
      mkdirSync(target, { recursive: true });
      cpSync(join(pathOf(dependency), 'package.json'), join(target, 'package.json'));
    }
    return await run('npm', ['sbom', '--sbom-format=cyclonedx', '--sbom-type=library'], {
      cwd: project,
    });
  } finally {
    rmSync(temporary, { recursive: true, force: true });
  }
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
