import { buildSync } from 'esbuild';
import { createHash } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { URL } from 'node:url';

/** Dependencies that may exist several times, because nothing compares their classes and they hold no state. */
const inlined = [
  ...['es-toolkit', 'iterare', 'tslib', 'uid'], // of Nest
  ...['libphonenumber-js', 'validator'], // of class-validator
  ...['follow-redirects', 'form-data', 'https-proxy-agent', 'proxy-from-env'], // of axios
];

/**
 * A transformer for Jest that makes one CommonJS file of a package: Jest would read, compile and run its hundreds of
 * files one by one, again for each spec file.
 */
export default {
  process(_source, path) {
    const { dependencies, peerDependencies } = manifestOf(path);
    const others = Object.keys({ ...dependencies, ...peerDependencies });
    const { outputFiles } = buildSync({
      ...entryOf(path),
      bundle: true,
      write: false,
      format: 'cjs',
      minifyWhitespace: true,
      minifySyntax: true,
      platform: 'node',
      target: 'node20',
      keepNames: true,
      external: others.filter((name) => !inlined.includes(name)),
      // Jest runs scripts, which have neither import() nor import.meta.
      supported: { 'dynamic-import': false },
      define: { 'import.meta.url': 'bundleUrl' },
      banner: { js: "const bundleUrl = require('node:url').pathToFileURL(__filename).href;" },
    });
    return { code: outputFiles[0].text };
  },
  getCacheKey(source, path) {
    const own = readFileSync(new URL(import.meta.url), 'utf8');
    const parts = [own, source, path, manifestOf(path).version];
    return createHash('sha1').update(parts.join('\0')).digest('hex');
  },
};

/** The package's ES modules if it has both: without the functions around CommonJS modules a bundle loads faster. */
function entryOf(path) {
  const { module } = manifestOf(path);
  if (module !== undefined && path.includes('/cjs/'))
    return { entryPoints: [join(rootOf(path), module)] };
  // Nest's packages import the internal.js of each other. It belongs to the bundle, or its classes would exist twice.
  const folder = dirname(path);
  if (!existsSync(join(folder, 'internal.js'))) return { entryPoints: [path] };
  const contents = "export * from './index.js'; export * from './internal.js';";
  return { stdin: { contents, resolveDir: folder } };
}

const manifestOf = (path) => JSON.parse(readFileSync(join(rootOf(path), 'package.json'), 'utf8'));

/** The folder of the package's own package.json, not of one that only states the type of a folder's modules. */
function rootOf(path) {
  const folder = dirname(path);
  const file = join(folder, 'package.json');
  const isOwn = existsSync(file) && JSON.parse(readFileSync(file, 'utf8')).version !== undefined;
  return isOwn ? folder : rootOf(folder);
}
