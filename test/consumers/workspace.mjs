import { cp, mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { packPackage, readPackages, root, run } from '../../tools/release/packages.mjs';

/** Of one command. */
const timeoutMs = 5 * 60_000;
const packageNames = readPackages().map(({ name }) => name);

/** The folder of one application, in which a user's commands run. */
export class Workspace {
  /**
   * @param tarballs - the path of the tarball of each package
   * @param tools - the folder of {@link installTools}
   */
  constructor(folder, tarballs, tools) {
    this.folder = folder;
    this.tarballs = tarballs;
    this.tools = tools;
  }

  /** Returns the path of a tool's folder, or of a file in it. */
  tool(name, ...path) {
    return join(this.tools, 'node_modules', name, ...path);
  }

  /** Runs a command, and returns what it prints. Its output is part of the error if it fails. */
  run(command, args, { cwd = this.folder } = {}) {
    const env = { ...process.env, CI: '1', NO_COLOR: '1' };
    return run(command, args, { cwd, env, timeout: timeoutMs });
  }

  npx(...args) {
    return this.run('npx', ['--no-install', ...args]);
  }

  npm(command, ...args) {
    return this.run('npm', [command, '--no-audit', '--no-fund', ...args]);
  }

  /** Installs the packed packages together with packages of the registry. */
  install(...names) {
    return this.npm('install', ...packageNames.map((name) => this.tarballs[name]), ...names);
  }

  write(path, content) {
    const text = typeof content === 'string' ? content : `${JSON.stringify(content, null, 2)}\n`;
    return writeFile(join(this.folder, path), text);
  }

  async edit(path, change) {
    const file = join(this.folder, path);
    await writeFile(file, change(await readFile(file, 'utf8')));
  }

  editJson(path, change) {
    return this.edit(path, (text) => {
      const json = JSON.parse(text);
      change(json);
      return JSON.stringify(json, null, 2);
    });
  }

  async isModule() {
    return JSON.parse(await readFile(join(this.folder, 'package.json'), 'utf8')).type === 'module';
  }

  /** Copies sources of the application, which import each other with or without an extension. */
  async copySources(from, names, extension) {
    await mkdir(join(this.folder, 'src'), { recursive: true });
    for (const name of names) {
      const target = join('src', name);
      await cp(join(from, name), join(this.folder, target));
      if (extension === '.js') continue;
      await this.edit(target, (text) => text.replace(/'(\.\/\w+)\.js'/g, "'$1'"));
    }
  }
}

/** Installs what applications are built and run with, once for all of them. */
export async function installTools(folder) {
  await mkdir(folder);
  const tools = new Workspace(folder, {}, folder);
  await tools.write('package.json', { private: true });
  const platform = process.platform === 'win32' ? 'win' : process.platform;
  const nodes = ['22', '24'].map(
    (major) => `node-${major}@npm:node-${platform}-${process.arch}@${major}`,
  );
  const compilers = ['5.4', '5.9', '6.0'].map(
    (version) => `typescript-${version}@npm:typescript@${version}`,
  );
  const others = ['@nestjs/cli@11.0.24', 'pnpm@10', 'esbuild', 'webpack@5', 'webpack-cli'];
  await tools.npm('install', ...nodes, ...compilers, ...others);
}

/** Builds the packages and packs them into a folder. */
export async function packAll(folder) {
  await run('npm', ['run', '--silent', 'build:libs'], { cwd: root });
  const tarballs = {};
  for (const name of packageNames) {
    tarballs[name] = (await packPackage(root, name, folder)).tarball;
  }
  return tarballs;
}
