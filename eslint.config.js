import js from '@eslint/js';
import prettier from 'eslint-config-prettier';
import { createTypeScriptImportResolver } from 'eslint-import-resolver-typescript';
import { importX } from 'eslint-plugin-import-x';
import { defineConfig } from 'eslint/config';
import tseslint from 'typescript-eslint';

/**
 * What each folder of a package may import from, besides itself. A folder that is missing may import no
 * other folder.
 */
const folders = {
  'libs/zim-call/src': {
    errors: [],
    time: ['errors'],
    config: ['errors'],
    validation: ['errors'],
    redis: ['time'],
    'rate-limit': ['config', 'redis', 'time'],
    stores: ['config', 'errors', 'redis', 'time'],
    http: ['config', 'errors', 'rate-limit', 'time'],
    client: ['config', 'errors', 'http', 'rate-limit', 'time'],
    invite: ['client', 'config', 'errors', 'stores', 'time', 'validation'],
    users: ['client', 'config', 'errors', 'validation'],
    callbacks: ['config', 'errors', 'stores', 'time'],
    outcome: ['callbacks', 'config', 'errors', 'invite', 'stores', 'time', 'validation'],
    telemetry: ['client', 'config', 'http', 'rate-limit', 'redis', 'time'],
  },
  'libs/zim-dispatch/src': {
    plan: [],
    decide: ['plan'],
    calls: ['plan'],
    drivers: ['plan'],
    telemetry: ['plan'],
    run: ['calls', 'decide', 'drivers', 'plan', 'telemetry'],
  },
  'libs/zim-sandbox/src': {
    core: [],
    faults: ['core'],
    directory: ['core', 'faults'],
    callbacks: ['core'],
    calls: ['core', 'directory', 'callbacks'],
    gateway: ['core', 'directory', 'calls', 'faults'],
    control: ['core', 'directory', 'callbacks', 'calls', 'faults', 'gateway'],
    console: ['core', 'directory', 'callbacks', 'calls', 'faults', 'gateway', 'control'],
  },
  'libs/zim-sandbox/page': {
    feed: [],
    shared: ['feed'],
    shell: ['feed', 'shared'],
    phones: ['feed', 'shared'],
    invite: ['feed', 'shared'],
    requests: ['feed', 'shared'],
    callbacks: ['feed', 'shared'],
    quota: ['feed', 'shared'],
    faults: ['feed', 'shared'],
  },
  'apps/sample/src': {
    config: [],
    http: ['config'],
    health: [],
    calls: ['http'],
    rings: ['config', 'http'],
    users: ['http'],
    callbacks: ['config', 'http'],
  },
};

/** What each package may import of the others. A development entry point and tests may import all of them. */
const packages = {
  'libs/zim-protocol': [],
  'libs/zim-call': ['zim-protocol'],
  'libs/zim-dispatch': ['zim-protocol', 'nestjs-zim-call'],
  'libs/zim-sandbox': ['zim-protocol'],
  // Production must not start a sandbox.
  'apps/sample': ['zim-protocol', 'nestjs-zim-call', 'nestjs-zim-dispatch'],
};

const packageNames = ['zim-protocol', 'nestjs-zim-call', 'nestjs-zim-dispatch', 'zim-sandbox'];

const folderRules = Object.entries(folders).flatMap(([root, table]) => [
  folderRule(root, '*', []),
  ...Object.entries(table).map(([folder, allowed]) => folderRule(root, folder, allowed)),
]);

function folderRule(root, folder, allowed) {
  const message =
    folder === '*'
      ? 'This folder is missing from the table in eslint.config.js, so it may import no other folder.'
      : `${folder}/ may import from ${allowed.join(', ') || 'no other folder'} only.`;
  return {
    files: [`${root}/${folder}/**/*.{ts,tsx}`],
    ignores: ['**/*.spec.ts', '**/testing/**'],
    rules: {
      'no-restricted-imports': [
        'error',
        {
          patterns: [
            { regex: `^\\.\\./(?!(${[...allowed, '\\.\\.'].join('|')})/)`, message },
            ...foreignPackages(root.replace(/\/(src|page)$/, '')),
          ],
        },
      ],
    },
  };
}

const packageRules = Object.keys(packages).map((root) => ({
  files: [`${root}/src/*.ts`],
  rules: { 'no-restricted-imports': ['error', { patterns: foreignPackages(root) }] },
}));

function foreignPackages(root) {
  const allowed = packages[root];
  if (allowed === undefined) return [];
  const foreign = packageNames.filter((name) => !allowed.includes(name));
  return [
    { regex: `^(${foreign.join('|')})$`, message: `${root} may not import that package.` },
    {
      regex: '^(nestjs-zim-call|nestjs-zim-dispatch|zim-sandbox)/testing$',
      message: 'Only tests may import that.',
    },
    {
      regex: '\\.\\./(libs/)?(zim-protocol|zim-call|zim-dispatch|zim-sandbox)/',
      message: 'Import packages by name.',
    },
  ];
}

/** Tests of several packages must not depend on how the packages are organised inside. */
const testRule = {
  files: ['test/**', 'apps/*/dev/**', 'apps/**/*.spec.ts'],
  rules: {
    'no-restricted-imports': [
      'error',
      {
        patterns: [
          {
            regex: '/libs/[^/]+/(src|page)/',
            message:
              'Import the package or its /testing by name, or move a spec of one package beside its source.',
          },
        ],
      },
    ],
  },
};

export default defineConfig(
  {
    ignores: [
      '**/dist/**',
      '**/coverage/**',
      '**/node_modules/**',
      '*.config.js',
      '**/*.d.cts',
      'docs/reference/**',
      'docs/.vitepress/cache/**',
      // The types that it needs are installed apart: docs:build checks them.
      'docs/.vitepress/config.ts',
    ],
  },
  js.configs.recommended,
  tseslint.configs.strictTypeChecked,
  tseslint.configs.stylisticTypeChecked,
  {
    languageOptions: {
      parserOptions: { projectService: true, tsconfigRootDir: import.meta.dirname },
    },
  },
  {
    files: ['**/*.ts', '**/*.tsx'],
    plugins: { 'import-x': importX },
    settings: { 'import-x/resolver-next': [createTypeScriptImportResolver()] },
    rules: {
      'import-x/no-cycle': 'error',
      'no-restricted-syntax': [
        'error',
        { selector: 'ExportAllDeclaration', message: 'Name what you export.' },
        { selector: 'ExportDefaultDeclaration', message: 'Named exports only.' },
      ],
      'no-console': 'error',
      '@typescript-eslint/no-unused-vars': [
        'error',
        { argsIgnorePattern: '^_', varsIgnorePattern: '^_' },
      ],
      // An index signature read by a name in brackets shows that the field may be absent.
      '@typescript-eslint/dot-notation': 'off',
      'dot-notation': 'off',
      '@typescript-eslint/no-extraneous-class': ['error', { allowWithDecorator: true }],
      '@typescript-eslint/consistent-type-imports': ['error', { fixStyle: 'inline-type-imports' }],
      '@typescript-eslint/restrict-template-expressions': ['error', { allowNumber: true }],
      '@typescript-eslint/consistent-type-assertions': ['error', { assertionStyle: 'never' }],
      // class-validator and class-transformer fill option classes from plain literals
      '@typescript-eslint/no-unsafe-class-instance-assignment': 'off',
    },
  },
  ...folderRules,
  ...packageRules,
  testRule,
  {
    files: ['**/*.mjs', '**/*.cjs'],
    extends: [tseslint.configs.disableTypeChecked],
    languageOptions: {
      globals: {
        process: 'readonly',
        require: 'readonly',
        exports: 'writable',
        __dirname: 'readonly',
        fetch: 'readonly',
      },
    },
    rules: { '@typescript-eslint/no-require-imports': 'off' },
  },
  {
    files: ['**/*.spec.ts', '**/testing/**/*.ts', 'test/**/*.ts'],
    rules: {
      '@typescript-eslint/consistent-type-assertions': 'off',
      '@typescript-eslint/no-unsafe-assignment': 'off',
      '@typescript-eslint/no-unsafe-member-access': 'off',
      '@typescript-eslint/no-unsafe-argument': 'off',
      '@typescript-eslint/no-unsafe-call': 'off',
    },
  },
  prettier,
);
