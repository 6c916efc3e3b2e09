// Checks the GitHub workflows: by GitHub's own language service, and by rules of this repository.
import { readdirSync, readFileSync } from 'node:fs';
import { register } from 'node:module';
import { join } from 'node:path';
import { fail, print, readJson, root } from './packages.mjs';

register('./json-hooks.mjs', import.meta.url);
const { validate } = await import('@actions/languageservice');
const { TextDocument } = await import('vscode-languageserver-textdocument');

const folder = join(root, '.github/workflows');
const { scripts } = readJson(root, 'package.json');
const files = readdirSync(folder).filter((file) => /\.ya?ml$/.test(file));
const texts = new Map(files.map((file) => [file, readFileSync(join(folder, file), 'utf8')]));
const problems = [];

for (const [file, text] of texts) {
  const document = TextDocument.create(`file:///.github/workflows/${file}`, 'yaml', 1, text);
  for (const { range, message } of await validate(document)) {
    problems.push(`${file}:${range.start.line + 1}: ${message}`);
  }
  checkWorkflow(file, text);
}
checkCoverage();

for (const problem of problems) print(`  ${problem}`);
if (problems.length > 0) fail('Workflows have problems.', 'correct the lines above');
print(`${files.join(', ')}: ok`);

function checkWorkflow(file, text) {
  const jobs = text
    .slice(text.search(/^jobs:/m))
    .split(/^ {2}(?=[\w-]+:\s*$)/m)
    .slice(1);
  const expect = (ok, problem) => ok || problems.push(`${file}: ${problem}`);
  expect(/^permissions:/m.test(text), 'state the permissions of the workflow');
  expect(!/write-all|pull_request_target/.test(text), 'no write-all, no pull_request_target');
  expect(/^concurrency:/m.test(text), 'state concurrency');
  for (const job of jobs) {
    const name = job.slice(0, job.indexOf(':'));
    expect(/^ {4}timeout-minutes:/m.test(job), `${name} needs timeout-minutes`);
  }
  for (const [, action] of text.matchAll(/uses: (.*)/g)) {
    expect(
      /^[\w./-]+@[0-9a-f]{40} # v[\d.]+$/.test(action),
      `pin ${action} to a commit, and name its version`,
    );
  }
  for (const [, script] of text.matchAll(/npm run (?:--silent )?([\w:-]+)/g)) {
    expect(script in scripts, `package.json has no script ${script}`);
  }
}

/** The workflow checks what .ci/run does. */
function checkCoverage() {
  const called = (text) =>
    [...text.matchAll(/npm (?:run )?([\w:-]+)/g)].map(([, script]) => script);
  const covered = called(texts.get('checks.yml') ?? '');
  const missing = called(readFileSync(join(root, '.ci/run'), 'utf8')).filter(
    (script) => script !== 'ci' && !covered.includes(script),
  );
  for (const script of new Set(missing)) {
    problems.push(`checks.yml does not call ${script}, which .ci/run does`);
  }
}
