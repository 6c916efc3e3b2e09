import {
  bundleWith,
  checkTypes,
  createNest11,
  createNest12,
  jestRecipe,
  nest12Packages,
  nodeOf,
  optionalPeers,
  requiredPeers,
  ringsOn,
  showsInvite,
  usePnpm,
  useVitest,
} from './steps.mjs';

const rings = [
  ['rings on this Node', (app) => ringsOn(app)],
  ['rings on Node 22', async (app) => ringsOn(app, await nodeOf(app, '22'))],
  ['rings on Node 24', async (app) => ringsOn(app, await nodeOf(app, '24'))],
];

const bundles = [
  ['esbuild', (app) => bundleWith(app, 'esbuild')],
  ['webpack', (app) => bundleWith(app, 'webpack')],
];

const types = (...modes) =>
  ['5.4', '5.9', '6.0'].flatMap((version) =>
    modes.map(([module, moduleResolution]) => [
      `types: TypeScript ${version}, ${moduleResolution}`,
      (app) => checkTypes(app, version, { module, moduleResolution }),
    ]),
  );

const withNest11 = [['create by nest new', createNest11]];
const withNest12 = (type) => [['create', (app) => createNest12(app, { type })]];

/** Applications of users. The steps of each run in its own folder, one after the other; one that fails ends it. */
export const applications = {
  'Nest 11, CommonJS': [
    ...withNest11,
    ['install without optional peers', (app) => app.install(...requiredPeers[11])],
    ['nest build', (app) => app.npx('nest', 'build')],
    ['jest with ts-jest, fake and sandbox', (app) => app.npx('jest')],
    ...rings,
    ...types(['commonjs', 'node10'], ['node16', 'node16'], ['nodenext', 'nodenext']),
    ...bundles,
    ['install all optional peers', (app) => app.install(...optionalPeers[11])],
    ['jest with them', (app) => app.npx('jest')],
    ['Swagger shows CallInviteDto', (app) => showsInvite(app, () => app.npx('nest', 'build'))],
    ['rings with them', (app) => ringsOn(app)],
    ...types(['nodenext', 'nodenext']),
    ...bundles,
  ],
  'Nest 11, @nestjs/axios 12': [
    ...withNest11,
    ['install', (app) => app.install(...requiredPeers[11], '@nestjs/axios@12')],
    ['nest build', (app) => app.npx('nest', 'build')],
    ['rings', (app) => ringsOn(app)],
    [
      'jest with the recipe of the guide',
      async (app) => {
        await app.editJson('package.json', ({ jest }) => Object.assign(jest, jestRecipe));
        await app.npx('jest');
      },
    ],
  ],
  'Nest 12, ES modules': [
    ...withNest12('module'),
    [
      'install with all optional peers',
      (app) => app.install(...nest12Packages, ...requiredPeers[12], ...optionalPeers[12]),
    ],
    ['tsc', (app) => app.npx('tsc')],
    ['vitest, fake and sandbox', useVitest],
    ...rings,
    ...types(['nodenext', 'nodenext'], ['esnext', 'bundler']),
    ['Swagger shows CallInviteDto', (app) => showsInvite(app, () => app.npx('tsc'))],
    ...bundles,
  ],
  'Nest 12, CommonJS': [
    ...withNest12('commonjs'),
    [
      'install without optional peers',
      (app) => app.install(...nest12Packages, ...requiredPeers[12]),
    ],
    ['tsc', (app) => app.npx('tsc')],
    ...rings,
    ...types(['nodenext', 'nodenext']),
    ...bundles,
  ],
  'Nest 12, pnpm': [
    ...withNest12('module'),
    ['pnpm install', (app) => usePnpm(app, [...nest12Packages, ...requiredPeers[12]])],
    ['tsc with declarations', (app) => app.npx('tsc')],
    ['rings', (app) => ringsOn(app)],
  ],
};
