import {
  bundleWith,
  checkTypes,
  createNest11,
  createFromScratch,
  jestRecipe,
  nest12Packages,
  oldestPackages,
  optionalPeers,
  requiredPeers,
  rings,
  ringsOnNode,
  showsInvite,
  usePnpm,
  useVitest,
} from './steps.mjs';

const ringing = [
  ['rings on this Node', (app) => rings(app)],
  ['rings on Node 22', (app) => ringsOnNode(app, '22')],
  ['rings on Node 24', (app) => ringsOnNode(app, '24')],
];

const bundles = [
  ['esbuild', (app) => bundleWith(app, 'esbuild')],
  ['webpack', (app) => bundleWith(app, 'webpack')],
];

const commonjs = { module: 'commonjs', moduleResolution: 'node10' };
const node16 = { module: 'node16', moduleResolution: 'node16' };
const nodenext = { module: 'nodenext', moduleResolution: 'nodenext' };
const bundler = { module: 'esnext', moduleResolution: 'bundler' };

const types = (version, ...modes) =>
  modes.map((mode) => [
    `types: TypeScript ${version}, ${mode.moduleResolution}`,
    (app) => checkTypes(app, version, mode),
  ]);

const withNest11 = [['create by nest new', createNest11]];
const fromScratch = (type) => [['create', (app) => createFromScratch(app, { type })]];

/** Applications of users. The steps of each run in its own folder, one after the other; one that fails ends it. */
export const applications = {
  'Nest 11, CommonJS': [
    ...withNest11,
    ['install without optional peers', (app) => app.install(...requiredPeers[11])],
    ['nest build', (app) => app.npx('nest', 'build')],
    ['jest with ts-jest, fake and sandbox', (app) => app.npx('jest')],
    ...ringing,
    ...types('5.4', commonjs, node16, nodenext),
    ...types('5.9', commonjs, node16, nodenext),
    // TypeScript 6 no longer has node10.
    ...types('6.0', node16, nodenext),
    ...bundles,
    ['install all optional peers', (app) => app.install(...optionalPeers[11])],
    ['jest with them', (app) => app.npx('jest')],
    ['Swagger shows CallInviteDto', (app) => showsInvite(app, () => app.npx('nest', 'build'))],
    ['rings with them', (app) => rings(app)],
    ...types('5.4', nodenext),
    ...types('6.0', nodenext),
    ...bundles,
  ],
  'Nest 11, @nestjs/axios 12': [
    ...withNest11,
    ['install', (app) => app.install(...requiredPeers[11], '@nestjs/axios@12')],
    ['nest build', (app) => app.npx('nest', 'build')],
    ['rings', (app) => rings(app)],
    ...types('5.4', node16),
    [
      'jest with the recipe of the guide',
      async (app) => {
        await app.editJson('package.json', ({ jest }) => Object.assign(jest, jestRecipe));
        await app.npx('jest');
      },
    ],
  ],
  'Nest 12, ES modules': [
    ...fromScratch('module'),
    [
      'install with all optional peers',
      (app) => app.install(...nest12Packages, ...requiredPeers[12], ...optionalPeers[12]),
    ],
    ['tsc', (app) => app.npx('tsc')],
    ['vitest, fake and sandbox', useVitest],
    ...ringing,
    ...types('5.4', nodenext, bundler),
    ...types('5.9', nodenext, bundler),
    ...types('6.0', nodenext, bundler),
    ['Swagger shows CallInviteDto', (app) => showsInvite(app, () => app.npx('tsc'))],
    ...bundles,
  ],
  'Nest 12, CommonJS': [
    ...fromScratch('commonjs'),
    [
      'install without optional peers',
      (app) => app.install(...nest12Packages, ...requiredPeers[12]),
    ],
    ['tsc', (app) => app.npx('tsc')],
    ...ringing,
    ...types('5.9', nodenext),
    ...types('6.0', nodenext),
    ...bundles,
  ],
  'Nest 11, the oldest peers': [
    ...fromScratch('commonjs'),
    ['install', (app) => app.install(...oldestPackages)],
    ['tsc', (app) => app.npx('tsc')],
    ['rings', (app) => rings(app)],
  ],
  'Nest 12, pnpm': [
    ...fromScratch('module'),
    ['pnpm install', (app) => usePnpm(app, [...nest12Packages, ...requiredPeers[12]])],
    ['tsc with declarations', (app) => app.npx('tsc')],
    ['rings', (app) => rings(app)],
  ],
};

/** Those that take less than a minute. */
export const quickApplications = [
  'Nest 11, @nestjs/axios 12',
  'Nest 11, the oldest peers',
  'Nest 12, pnpm',
];
