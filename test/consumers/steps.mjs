// What is tried in the folder of an application. Each function rejects with the reason if it does not work.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const sources = join(dirname(fileURLToPath(import.meta.url)), 'app');
const peers = ['axios', 'class-validator', 'class-transformer'];
const platforms = (major) => [
  `@nestjs/platform-express@${major}`,
  `@nestjs/platform-fastify@${major}`,
];
export const requiredPeers = {
  11: ['@nestjs/axios@4', ...platforms(11), ...peers],
  12: ['@nestjs/axios@12', ...platforms(12), ...peers],
};
export const optionalPeers = {
  11: ['ioredis', '@opentelemetry/api', '@nestjs/terminus@11', '@nestjs/swagger@11'],
  12: ['ioredis', '@opentelemetry/api', '@nestjs/terminus@12', '@nestjs/swagger@12'],
};

/** The oldest versions that the peer ranges allow. */
export const oldestPackages = [
  ...['common', 'core', 'testing', 'platform-express'].map((name) => `@nestjs/${name}@11.0.1`),
  // The first one of Nest 11 whose own peers allow Nest 11.
  '@nestjs/platform-fastify@11.0.3',
  ...['@nestjs/axios@4.0.0', 'axios@1.3.1', 'class-validator@0.14.0', 'class-transformer@0.5.1'],
  ...['reflect-metadata@0.1.13', 'rxjs@7.8.0', 'typescript@5.4', '@types/node@20'],
];

/** Creates an application as `nest new` of Nest 11 does: CommonJS, jest with ts-jest. */
export async function createNest11(app) {
  await app.run(process.execPath, [
    ...[app.tool('@nestjs/cli', 'bin', 'nest.js'), 'new', 'app', '--directory', '.'],
    ...['--skip-git', '--skip-install', '--package-manager', 'npm'],
  ]);
  await rm(join(app.folder, 'src'), { recursive: true });
  await app.copySources(
    sources,
    ['calls.ts', 'ring.ts', 'main.ts', 'calls.spec.ts'],
    'no extension',
  );
  await app.editJson('tsconfig.json', ({ compilerOptions }) => {
    // The newest target that the oldest compiler of the matrix knows.
    compilerOptions.target = 'ES2022';
    // TypeScript 6 includes no types by itself, and stops at the deprecated baseUrl.
    compilerOptions.types = ['node', 'jest'];
    delete compilerOptions.baseUrl;
  });
  await app.editJson('package.json', (manifest) => {
    const isNeeded = ([name]) => !/eslint|prettier|globals|supertest|source-map/.test(name);
    manifest.devDependencies = Object.fromEntries(
      Object.entries(manifest.devDependencies).filter(isNeeded),
    );
  });
}

const nest12 = ['@nestjs/common@12', '@nestjs/core@12', 'reflect-metadata', 'rxjs'];
const nest12Dev = ['@nestjs/testing@12', 'typescript@6.0.3', '@types/node@22'];
export const nest12Packages = [...nest12, ...nest12Dev];

/** Creates an application with the compiler options of `nest new` of Nest 12. */
export async function createFromScratch(app, { type }) {
  await app.write('package.json', { name: 'app', private: true, type });
  await app.write('tsconfig.json', {
    compilerOptions: {
      module: 'nodenext',
      moduleResolution: 'nodenext',
      target: 'ES2022',
      rootDir: 'src',
      outDir: 'dist',
      declaration: true,
      experimentalDecorators: true,
      emitDecoratorMetadata: true,
      isolatedModules: true,
      esModuleInterop: true,
      strict: true,
      exactOptionalPropertyTypes: true,
      skipLibCheck: true,
      types: ['node'],
    },
    include: ['src'],
    exclude: ['src/*.spec.ts'],
  });
  await app.copySources(sources, ['calls.ts', 'ring.ts', 'main.ts', 'calls.spec.ts'], '.js');
}

export async function useVitest(app) {
  await app.npm('install', '--save-dev', 'vitest@4', 'unplugin-swc', '@swc/core');
  await app.write(
    'vitest.config.mjs',
    `import swc from 'unplugin-swc';
export default { test: { globals: true, root: 'src' }, plugins: [swc.vite({ module: { type: 'es6' } })] };
`,
  );
  await app.npx('vitest', 'run');
}

/** Installs with pnpm, where a package can import only what it declares. */
export async function usePnpm(app, names) {
  const {
    'zim-protocol': protocol,
    'nestjs-zim-call': zimCall,
    'zim-sandbox': sandbox,
  } = app.tarballs;
  await app.write(
    'pnpm-workspace.yaml',
    `packages: []\noverrides:\n  zim-protocol: file:${protocol}\n`,
  );
  const pnpm = app.tool('pnpm', 'bin', 'pnpm.cjs');
  await app.run(process.execPath, [pnpm, 'add', zimCall, sandbox, ...names]);
}

const rung = /^v\d+\S+ express bob 400 true .+\nv\d+\S+ fastify bob 400 true .+\n$/;

/** Rings through the built application, on Express and Fastify. */
export async function rings(app, node = process.execPath) {
  assert.match(await app.run(node, ['dist/main.js']), rung);
}

export const ringsOnNode = (app, major) => rings(app, app.tool(`node-${major}`, 'bin', 'node'));

const testingGuide = readFileSync(join(sources, '../../../docs/guide/testing.md'), 'utf8');
const [, recipe] = /^```json\n([\s\S]*?)^```/m.exec(testingGuide) ?? [];

/** The guide's configuration for jest on Nest 11 with the `@nestjs/axios` of Nest 12, which is an ES module. */
export const { jest: jestRecipe } = JSON.parse(recipe);

/**
 * Compiles the application with one compiler, without `skipLibCheck`: with it, fewer errors are reported. Only errors
 * in the application and in the packed packages count.
 */
export async function checkTypes(app, version, { module, moduleResolution }) {
  const compiler = app.tool(`typescript-${version}`, 'bin', 'tsc');
  const mode = ['--module', module, '--moduleResolution', moduleResolution];
  if (moduleResolution === 'node10') mode.push('--resolvePackageJsonExports', 'null');
  const options = [
    '--noEmit',
    '--pretty',
    'false',
    '--incremental',
    'false',
    '--skipLibCheck',
    'false',
  ];
  const output = await app
    .run(process.execPath, [compiler, '-p', 'tsconfig.json', ...options, ...mode])
    .catch(({ message }) => message);
  const errors = output.split('\n').filter((line) => /error TS\d+/.test(line));
  const ours = errors.filter((line) =>
    /^(src|node_modules\/(nestjs-zim|zim-)|error|tsconfig)/.test(line),
  );
  assert.deepEqual(ours, []);
}

/** What Nest itself loads only if it is there. */
const optionalOfNest = [
  ...['@nestjs/microservices', '@nestjs/websockets', 'class-transformer/storage'],
  ...['@fastify/multipart', '@fastify/static', '@fastify/view'],
];

/** Bundles the built application into one file, and rings with it in a folder without packages. */
export async function bundleWith(app, bundler) {
  const folder = await mkdtemp(join(tmpdir(), 'zim-bundle-'));
  const bundle = join(folder, 'bundle.cjs');
  try {
    await bundlers[bundler](app, bundle);
    assert.match(await app.run(process.execPath, [bundle], { cwd: folder }), rung);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

const bundlers = {
  async esbuild(app, outfile) {
    const external = optionalOfNest.flatMap((name) => [
      `--external:${name}`,
      `--external:${name}/*`,
    ]);
    const options = ['--bundle', '--platform=node', '--format=cjs', '--keep-names', ...external];
    const files = ['dist/main.js', `--outfile=${outfile}`];
    await app.run(app.tool('esbuild', 'bin', 'esbuild'), [...files, ...options]);
  },
  async webpack(app, outfile) {
    await app.write(
      'webpack.config.cjs',
      `const { IgnorePlugin } = require(${JSON.stringify(app.tool('webpack'))});
const optional = ${JSON.stringify(optionalOfNest)};
module.exports = {
  mode: 'production',
  target: 'node',
  entry: './dist/main.js',
  // Production mode would set NODE_ENV, with which the sandbox refuses to start.
  optimization: { minimize: false, nodeEnv: false },
  output: { path: ${JSON.stringify(dirname(outfile))}, filename: 'bundle.cjs' },
  plugins: [new IgnorePlugin({ checkResource: (path) => optional.some((name) => path.startsWith(name)) })],
};
`,
    );
    await app.run(process.execPath, [app.tool('webpack-cli', 'bin', 'cli.js')]);
  },
};

/** Checks the schema that Swagger shows for an invite in a controller of the application. */
export async function showsInvite(app, build) {
  const extension = (await app.isModule()) ? '.js' : 'no extension';
  await app.copySources(sources, ['openapi.ts'], extension);
  await build();
  const { CallInviteDto } = JSON.parse(await app.run(process.execPath, ['dist/openapi.js']));
  const names = ['fromUserId', 'userIds', 'timeoutSeconds', 'extendedData', 'offlinePush'];
  assert.deepEqual(Object.keys(CallInviteDto.properties).sort(), names.sort());
  const { userIds, fromUserId } = CallInviteDto.properties;
  assert.deepEqual([userIds.minItems, userIds.maxItems, fromUserId.maxLength], [1, 9, 32]);
}
