// What keeps a release from happening by mistake. Runs the scripts in a repository of their own, without a registry.
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, it } from 'node:test';
import { URL } from 'node:url';

const address = 'https://github.com/acme/calls';
const placeholder = JSON.parse(
  readFileSync(new URL('../../tools/release/repository.json', import.meta.url), 'utf8'),
).url;
let folder;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'zim-rules-'));
  mkdirSync(join(folder, '.changeset'));
  mkdirSync(join(folder, 'tools'));
  cpSync('tools/release', join(folder, 'tools/release'), {
    recursive: true,
    filter: (path) => !path.includes('node_modules'),
  });
  write('package.json', JSON.stringify({ workspaces: [] }));
});
afterEach(() => {
  rmSync(folder, { recursive: true, force: true });
});

function write(file, text) {
  writeFileSync(join(folder, file), text);
}

function setRepository(url) {
  write('tools/release/repository.json', JSON.stringify({ url }));
}

function run(script, ...args) {
  const env = { ...process.env, ACTIONS_ID_TOKEN_REQUEST_URL: undefined };
  const { status, stdout, stderr } = spawnSync(
    process.execPath,
    [join(folder, 'tools/release', script), ...args],
    { cwd: folder, encoding: 'utf8', env: { ...env, GITHUB_OUTPUT: join(folder, 'output') } },
  );
  return { status, text: `${stdout}${stderr}` };
}

it('refuses to publish while the repository is the placeholder', () => {
  setRepository('https://github.com/OWNER/calls');
  const { status, text } = run('publish.mjs');
  assert.equal(status, 1);
  assert.match(text, /the repository is still the placeholder[^]*Fix: .*release:repository/);
});

it('refuses to publish while changesets are pending', () => {
  setRepository(address);
  write('.changeset/quick-cats.md', '');
  const { status, text } = run('publish.mjs');
  assert.equal(status, 1);
  assert.match(text, /quick-cats\.md/);
});

it('refuses to publish outside the release workflow', () => {
  setRepository(address);
  const { status, text } = run('publish.mjs');
  assert.equal(status, 1);
  assert.match(text, /only the release workflow has[^]*release:dry/);
});

it('lets the workflow skip publishing while something is in the way', () => {
  setRepository('https://github.com/OWNER/calls');
  assert.equal(run('publish.mjs', '--plan').status, 0);
  assert.equal(readFileSync(join(folder, 'output'), 'utf8'), 'publish=false\n');
});

it('writes the address of the repository everywhere', () => {
  spawnSync('git', ['init', '--quiet'], { cwd: folder });
  write('README.md', `[issues](${placeholder}/issues)`);
  assert.equal(run('set-repository.mjs', address).status, 0);
  assert.equal(readFileSync(join(folder, 'README.md'), 'utf8'), `[issues](${address}/issues)`);
  const { url } = JSON.parse(readFileSync(join(folder, 'tools/release/repository.json'), 'utf8'));
  assert.equal(url, address);
});

it('takes only the address of a GitHub repository', () => {
  for (const url of [
    '',
    'acme/calls',
    `${address}.git`,
    `${address}/`,
    'https://example.com/a/b',
  ]) {
    assert.equal(run('set-repository.mjs', url).status, 1, url);
  }
});
