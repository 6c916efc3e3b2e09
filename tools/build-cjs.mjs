// Builds the CommonJS half of the package in the current folder.
import { execFileSync } from 'node:child_process';
import { createRequire } from 'node:module';
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

const folder = 'dist/cjs';
const compiler = createRequire(import.meta.url).resolve('typescript/bin/tsc');
execFileSync(process.execPath, [compiler, '-p', 'tsconfig.cjs.json'], { stdio: 'inherit' });
writeFileSync(join(folder, 'package.json'), JSON.stringify({ type: 'commonjs' }));

// TypeScript moves the require of an import() into a function of its own, out of the `try` around it. Bundlers accept
// a missing package only where a `try` surrounds the require itself.
const deferredRequire =
  /Promise\.resolve\(\)\.then\(\(\) => (__importStar\(require\('[^']+'\)\))\)/g;
for (const name of readdirSync(folder, { recursive: true })) {
  if (!name.endsWith('.js')) continue;
  const file = join(folder, name);
  const code = readFileSync(file, 'utf8');
  const direct = code.replace(deferredRequire, '$1');
  if (direct !== code) writeFileSync(file, direct);
}
