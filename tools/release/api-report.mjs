// Compares the public API of each package with its report, libs/*/etc/*.api.md, or writes the reports (--update).
// Every other finding of API Extractor fails both, such as a type in a public signature that is not exported.
import { Extractor, ExtractorConfig } from '@microsoft/api-extractor';
import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fail, print, readPackages, root, run } from './packages.mjs';

const update = process.argv.includes('--update');
const warning = { logLevel: 'warning' };
const none = { logLevel: 'none' };

await run(
  'npx',
  ['tsc', '-b', 'libs/zim-dispatch/tsconfig.lib.json', 'libs/zim-sandbox/tsconfig.lib.json'],
  {
    cwd: root,
  },
);
const temporary = mkdtempSync(join(tmpdir(), 'zim-api-'));
let problems;
try {
  problems = readPackages().flatMap(checkPackage);
} finally {
  rmSync(temporary, { recursive: true, force: true });
}
for (const problem of problems) print(`  ${problem}`);
if (problems.some((problem) => !problem.includes('differs from'))) {
  fail(
    'The public API has problems.',
    'export each type that a public signature names, or name another one',
  );
}
if (problems.length > 0) {
  fail('The public API has changed.', 'run `npm run api:update`, and add a changeset');
}

function checkPackage({ name, path, folder }) {
  const problems = [];
  const reportFolder = join(path, 'etc');
  const reportFileName = `${name}.api.md`;
  mkdirSync(reportFolder, { recursive: true });
  const config = ExtractorConfig.prepare({
    configObject: {
      projectFolder: path,
      mainEntryPointFilePath: join(path, 'dist/esm/index.d.ts'),
      // Its types count as this package's own: applications that install this package cannot name those of another.
      bundledPackages: name === 'zim-protocol' ? [] : ['zim-protocol'],
      newlineKind: 'lf',
      compiler: { tsconfigFilePath: join(path, 'tsconfig.lib.json') },
      apiReport: { enabled: true, reportFolder, reportTempFolder: temporary, reportFileName },
      docModel: { enabled: false },
      dtsRollup: { enabled: false },
      tsdocMetadata: { enabled: false },
      messages: {
        compilerMessageReporting: { default: warning },
        tsdocMessageReporting: { default: warning },
        extractorMessageReporting: {
          default: warning,
          'ae-missing-release-tag': none,
          'ae-undocumented': none,
        },
      },
    },
    configObjectFullPath: undefined,
    packageJsonFullPath: join(path, 'package.json'),
  });
  Extractor.invoke(config, {
    localBuild: update,
    messageCallback(message) {
      message.handled = true;
      const own = message.messageId.startsWith('console-');
      if (own || !['warning', 'error'].includes(message.logLevel)) return;
      const { sourceFilePath: file, sourceFileLine: line } = message;
      problems.push(
        `${name}: ${message.text} (${message.messageId}${file ? `, ${file}:${line}` : ''})`,
      );
    },
  });
  const read = (directory) => {
    try {
      return readFileSync(join(directory, reportFileName), 'utf8');
    } catch {
      return '';
    }
  };
  const same = read(reportFolder) === read(temporary);
  if (!same) {
    const [committed, now] = [reportFolder, temporary].map((from) => join(from, reportFileName));
    const diff = ['diff', '--no-index', '--unified=1', committed, now];
    print(spawnSync('git', diff, { encoding: 'utf8' }).stdout);
    problems.push(`${name}: the API differs from ${folder}/etc/${reportFileName}`);
  }
  print(`${name}: ${problems.length === 0 ? 'ok' : `${problems.length} problems`}`);
  return problems;
}
