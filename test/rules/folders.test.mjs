import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { ESLint, Linter } from 'eslint';

/** The complaints about the imports of a file at this path, by the rules of `eslint.config.js`. */
async function complaints(path, from) {
  const { rules } = await new ESLint().calculateConfigForFile(path);
  const name = 'no-restricted-imports';
  const messages = new Linter().verify(`import '${from}';`, {
    rules: { [name]: rules[name] ?? 0 },
  });
  return messages.map(({ message }) => message);
}

describe('the table of allowed imports', () => {
  it('lets a folder import what it lists', async () => {
    assert.deepEqual(await complaints('libs/zim-call/src/client/x.ts', '../http/y.js'), []);
  });

  it('refuses what it does not list', async () => {
    const [message] = await complaints('libs/zim-call/src/http/x.ts', '../client/y.js');
    assert.match(message ?? '', /http\/ may import from config, errors, rate-limit, time only/);
  });

  for (const root of [
    'libs/zim-call/src',
    'libs/zim-dispatch/src',
    'libs/zim-sandbox/src',
    'libs/zim-sandbox/page',
    'apps/sample/src',
  ]) {
    it(`refuses every other folder to one of ${root} that is missing`, async () => {
      for (const from of ['../config/y.js', '../core/y.js', '../y.js']) {
        const [message] = await complaints(`${root}/unlisted/x.ts`, from);
        assert.match(message ?? '', /missing from the table/);
      }
      assert.deepEqual(await complaints(`${root}/unlisted/x.ts`, './y.js'), []);
    });
  }

  it('refuses the sandbox to what runs in production', async () => {
    const messages = await complaints('apps/sample/src/calls/x.ts', 'zim-sandbox');
    assert.match(messages.join(), /may not import that package/);
  });

  for (const file of ['test/e2e/x.spec.ts', 'test/bench/x.mjs', 'apps/sample/dev/x.ts']) {
    it(`refuses the inside of a package to ${file}`, async () => {
      for (const inside of ['zim-call/src/client/y.js', 'zim-sandbox/page/feed/y.js']) {
        const [message] = await complaints(file, `../../libs/${inside}`);
        assert.match(message ?? '', /by name, or move a spec of one package beside its source/);
      }
      assert.deepEqual(await complaints(file, 'nestjs-zim-call'), []);
    });
  }

  it('refuses the inside of a package to the sample', async () => {
    const from = '../../../../libs/zim-call/src/client/y.js';
    const messages = await complaints('apps/sample/src/calls/x.ts', from);
    assert.match(messages.join(), /Import packages by name/);
  });
});
