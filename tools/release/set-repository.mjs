// Writes where the sources are: into tools/release/repository.json, the packages' manifests, and every text that
// links to the former address.
//   npm run release:repository -- https://github.com/acme/zim-call
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fail, print, repositoryUrl, root, run } from './packages.mjs';

const [url = ''] = process.argv.slice(2);
if (!/^https:\/\/github\.com\/[\w.-]+\/[\w.-]+$/.test(url) || url.endsWith('.git')) {
  fail(`Not the address of a GitHub repository: '${url}'`, 'give https://github.com/OWNER/NAME');
}
const found = await run('git', ['grep', '-lIF', '--untracked', repositoryUrl], { cwd: root });
for (const file of found.trim().split('\n')) {
  const path = join(root, file);
  writeFileSync(path, readFileSync(path, 'utf8').replaceAll(repositoryUrl, url));
  print(`changed ${file}`);
}
