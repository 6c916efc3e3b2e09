// Keeps the packages' manifests complete and equal where they must be, and their links true to one address.
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { describe, it } from 'node:test';
import { readPackages, repositoryFields, repositoryUrl } from '../../tools/release/packages.mjs';

const packages = readPackages();
const [first] = packages;

for (const { folder, manifest, name } of packages) {
  describe(`the manifest of ${name}`, () => {
    it('has the links that tools/release/repository.json gives', () => {
      const { homepage, repository, bugs } = manifest;
      assert.deepEqual({ homepage, repository, bugs }, repositoryFields(folder));
    });

    it('says what npm shows and searches', () => {
      assert.ok(manifest.description.length > 20);
      assert.ok(manifest.keywords.length >= 5);
      assert.equal(manifest.license, 'MIT');
      assert.ok(manifest.author);
    });

    it('is published for all, with provenance', () => {
      assert.deepEqual(manifest.publishConfig, { access: 'public', provenance: true });
      assert.equal(manifest.private, undefined);
    });

    it('publishes the build, the README, the changelog and the licence', () => {
      const wanted = ['dist', 'README.md', 'CHANGELOG.md', 'LICENSE'];
      assert.deepEqual(
        wanted.filter((file) => !manifest.files.includes(file)),
        [],
      );
    });

    it('has the version of all packages, and depends on exactly that of the others', () => {
      assert.equal(manifest.version, first.manifest.version);
      assert.deepEqual(manifest.engines, first.manifest.engines);
      for (const other of packages) {
        const range = manifest.dependencies?.[other.name];
        if (range !== undefined) assert.equal(range, manifest.version);
      }
    });
  });
}

it('releases all packages together', () => {
  const config = JSON.parse(readFileSync('.changeset/config.json', 'utf8'));
  assert.deepEqual([...config.fixed[0]].sort(), packages.map(({ name }) => name).sort());
});

it('links to no other address of this repository', () => {
  const name = repositoryUrl.split('/').at(-1);
  const lines = execFileSync('git', ['grep', '-nIiE', `github\\.com/[^/ ]+/${name}`], {
    encoding: 'utf8',
  });
  const foreign = lines.split('\n').filter((line) => line !== '' && !line.includes(repositoryUrl));
  assert.deepEqual(foreign, []);
});
