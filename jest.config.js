// Nest 12 is published as ES modules only, and Node 20 cannot require those from jest's module system
// while @nestjs/throttler is still CommonJS: so swc compiles Nest's packages to CommonJS, as it does our sources,
// unless they are bundled.
const swc = (typescript) => [
  '@swc/jest',
  {
    swcrc: false,
    // In files of their own: jest would read those in the code again and again.
    sourceMaps: true,
    jsc: {
      parser: typescript ? { syntax: 'typescript', decorators: true } : { syntax: 'ecmascript' },
      transform: typescript
        ? { legacyDecorator: true, decoratorMetadata: true, useDefineForClassFields: false }
        : {},
      target: 'es2022',
      keepClassNames: true,
    },
    module: { type: 'commonjs' },
  },
];

const esModules = [
  '@nestjs',
  // Required by @fastify/static, which serves Swagger's page.
  'content-disposition',
  'glob',
  // The agent that tests go through a proxy with.
  'https-proxy-agent',
  'agent-base',
  'proxy-agent-negotiate',
];

// The entries that Node takes of packages of which test/support/bundle-transform.mjs makes one file each.
const bundled = [
  '@nestjs/[^/]+/(dist/)?index.js',
  'axios/dist/node/axios.cjs',
  '(class-transformer|class-validator|rxjs/dist)/cjs/index.js',
];

export default {
  testEnvironment: 'node',
  testRegex: '(libs|apps|test)/.*\\.spec\\.ts$',
  testPathIgnorePatterns: [
    '/node_modules/',
    '/dist/',
    '<rootDir>/test/(redis|browser|consumers)/',
    '\\.(redis|slow)\\.spec\\.ts$',
  ],
  modulePathIgnorePatterns: [
    '<rootDir>/dist/',
    '<rootDir>/libs/[^/]+/dist/',
    '<rootDir>/docs/node_modules/',
  ],
  moduleNameMapper: {
    // Parts of the bundles below.
    '^@nestjs/common/.+$': '@nestjs/common',
    '^@nestjs/core/internal$': '@nestjs/core',
    '^rxjs/operators$': 'rxjs',
    '^zim-protocol$': '<rootDir>/libs/zim-protocol/src/index.ts',
    '^nestjs-zim-call$': '<rootDir>/libs/zim-call/src/index.ts',
    '^nestjs-zim-dispatch$': '<rootDir>/libs/zim-dispatch/src/index.ts',
    '^zim-sandbox$': '<rootDir>/libs/zim-sandbox/src/index.ts',
    // What tests of several packages use; no package publishes it.
    '^nestjs-zim-call/testing$': '<rootDir>/libs/zim-call/src/testing/index.ts',
    '^nestjs-zim-dispatch/testing$': '<rootDir>/libs/zim-dispatch/src/testing/index.ts',
    '^zim-sandbox/testing$': '<rootDir>/libs/zim-sandbox/src/testing/index.ts',
    '^(\\.{1,2}/.*)\\.js$': '$1',
  },
  transform: {
    [`/node_modules/(${bundled.join('|')})$`]: '<rootDir>/test/support/bundle-transform.mjs',
    '^.+\\.ts$': swc(true),
    '^.+\\.m?js$': swc(false),
  },
  transformIgnorePatterns: [`/node_modules/(?!(${esModules.join('|')})/|(${bundled.join('|')})$)`],
  setupFiles: ['<rootDir>/test/support/end-async-contexts.mjs'],
  maxWorkers: 2,
  coverageProvider: 'v8',
  collectCoverageFrom: [
    'libs/*/src/**/*.ts',
    'apps/*/src/**/*.ts',
    '!**/*.spec.ts',
    '!**/index.ts',
  ],
};
