// Applies the changesets to this checkout: versions, changelogs, lock file. The workflow makes a pull request of it.
import { fail, print, readPackages, root } from './packages.mjs';
import { applyChangesets, pendingChangesets } from './steps.mjs';

if (pendingChangesets().length === 0) {
  fail('There is no changeset, so there is nothing to release.', 'write one: `npm run changeset`');
}
await applyChangesets(root);
for (const { name, manifest } of readPackages()) print(`${name} ${manifest.version}`);
