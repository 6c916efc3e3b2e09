// What the release tools share: the packages, the repository, and how to run a command.
import { execFile } from 'node:child_process';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { isBuiltin } from 'node:module';
import { join, resolve } from 'node:path';
import { fileURLToPath, URL } from 'node:url';
import { promisify } from 'node:util';

export const toolsFolder = fileURLToPath(new URL('.', import.meta.url));
export const root = resolve(toolsFolder, '../..');

export const readJson = (...path) => JSON.parse(readFileSync(join(...path), 'utf8'));

/** The packages to publish, dependencies first. */
export function readPackages(from = root) {
  return readJson(from, 'package.json').workspaces.map((folder) => {
    const manifest = readJson(from, folder, 'package.json');
    return { folder, path: join(from, folder), manifest, name: manifest.name };
  });
}

/** Where the sources are. The owner sets it once, by `npm run release:repository -- URL`. */
export const repositoryUrl = readJson(toolsFolder, 'repository.json').url;

export const isPlaceholder = (url = repositoryUrl) => /\/OWNER\//.test(url);

/** The fields of a manifest that follow from the repository. */
export function repositoryFields(folder, url = repositoryUrl) {
  return {
    homepage: `${url}/tree/main/${folder}#readme`,
    repository: { type: 'git', url: `git+${url}.git`, directory: folder },
    bugs: { url: `${url}/issues` },
  };
}

/** What the sandbox's console imports: esbuild puts it into the published files. */
export function bundledBy(path) {
  const page = join(path, 'page');
  if (!existsSync(page)) return [];
  const sources = readdirSync(page, { recursive: true }).filter(
    (file) => /\.tsx?$/.test(file) && !file.includes('.spec.'),
  );
  const imported = sources.flatMap((file) =>
    [...readFileSync(join(page, file), 'utf8').matchAll(/from '([^.'][^']*)'/g)].map(
      ([, from]) => from,
    ),
  );
  const own = readPackages().map(({ name }) => name);
  return [...new Set(imported.filter((from) => !isBuiltin(from)).map(packageOf))].filter(
    (name) => !own.includes(name),
  );
}

function packageOf(from) {
  return from
    .split('/')
    .slice(0, from.startsWith('@') ? 2 : 1)
    .join('/');
}

const execute = promisify(execFile);

/** Runs a command and returns what it prints; throws an error with all that it printed. */
export async function run(command, args, options = {}) {
  try {
    const { stdout } = await execute(command, args, {
      maxBuffer: 64 * 1024 * 1024,
      // `npm run --silent` would silence the errors of npm in here, too.
      env: { ...process.env, npm_config_loglevel: 'error' },
      ...options,
    });
    return stdout;
  } catch (error) {
    const printed = [error.stdout, error.stderr].filter((text) => text?.trim()).join('\n');
    throw new Error(`${command} ${args.join(' ')} failed\n${printed || error.message}`, {
      cause: error,
    });
  }
}

/** Packs a built package of the checkout in `folder` into `target`. Returns npm's report, and where the tarball is. */
export async function packPackage(folder, name, target) {
  const flags = ['--json', '--workspace', name, '--pack-destination', target];
  const report = JSON.parse(await run('npm', ['pack', ...flags], { cwd: folder }));
  // npm prints a list, or since version 11 an object by name.
  const [packed] = Array.isArray(report) ? report : Object.values(report);
  return { ...packed, tarball: join(target, packed.filename) };
}

export const print = (line = '') => process.stdout.write(`${line}\n`);

/** Ends the process with what went wrong and what to do. */
export function fail(problem, fix) {
  process.stderr.write(`\n${problem}\n${fix ? `Fix: ${fix}\n` : ''}`);
  process.exit(1);
}
