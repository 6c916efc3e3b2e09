// Uses the packed tarballs as a user would: unpacked into a fresh folder, from ES modules and from CommonJS, in a
// bare Node process. Peers come from this checkout, so that the test needs no network.
import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { cp, mkdir, mkdtemp, readdir, readFile, rm, symlink } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { after, before, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { packPackage, readPackages } from '../../tools/release/packages.mjs';

const run = promisify(execFile);
const here = dirname(fileURLToPath(import.meta.url));
const root = resolve(here, '../..');
const packages = readPackages().map(({ name }) => name);
// Without the optional ones: the module has to do without them.
const peers = [
  '@nestjs/axios',
  '@nestjs/common',
  '@nestjs/core',
  'axios',
  'class-transformer',
  'class-validator',
  'reflect-metadata',
  'rxjs',
];

let folder;
const tarballs = {};

before(async () => {
  folder = await mkdtemp(join(tmpdir(), 'zim-packed-'));
  for (const name of packages) {
    tarballs[name] = (await packPackage(root, name, folder)).tarball;
    const target = join(folder, 'node_modules', name);
    await mkdir(target, { recursive: true });
    await run('tar', ['-xzf', tarballs[name], '-C', target, '--strip-components=1']);
  }
  await mkdir(join(folder, 'node_modules', '@nestjs'), { recursive: true });
  for (const peer of peers) {
    await symlink(join(root, 'node_modules', peer), join(folder, 'node_modules', peer));
  }
  for (const script of ['ring.mjs', 'ring.cjs', 'plan.mjs', 'plan.cjs'])
    await cp(join(here, script), join(folder, script));
});

after(() => rm(folder, { recursive: true, force: true }));

for (const name of packages) {
  test(`publint finds nothing in ${name}`, async () => {
    await run('npx', ['publint', 'run', '--strict', tarballs[name]], { cwd: root });
  });

  test(`the types of ${name} resolve everywhere`, async () => {
    await run('npx', ['attw', tarballs[name]], { cwd: root });
  });

  test(`${name} holds what it should, and nothing else`, async () => {
    const files = await readdir(join(folder, 'node_modules', name), { recursive: true });
    for (const wanted of ['README.md', 'LICENSE', 'package.json', 'dist/esm/index.js']) {
      assert.ok(files.includes(wanted), wanted);
    }
    const strays = files.filter((file) => /spec|testing|tsbuildinfo|\.env/.test(file));
    assert.deepEqual(strays, []);
  });

  test(`${name} imports nothing that it does not declare`, async () => {
    const target = join(folder, 'node_modules', name);
    const manifest = JSON.parse(await readFile(join(target, 'package.json'), 'utf8'));
    const declared = Object.keys({ ...manifest.dependencies, ...manifest.peerDependencies });
    const used = new Set();
    for (const file of await readdir(join(target, 'dist/esm'), { recursive: true })) {
      if (!file.endsWith('.js')) continue;
      const code = await readFile(join(target, 'dist/esm', file), 'utf8');
      for (const [, from] of code.matchAll(/(?:from |import |import\()'([^'.][^']*)'/g)) {
        if (!from.startsWith('node:')) used.add(from);
      }
    }
    assert.deepEqual(
      [...used].filter((from) => !declared.includes(from)),
      [],
    );
  });
}

for (const script of ['ring.mjs', 'ring.cjs']) {
  test(`${script} rings in a bare Node process`, async () => {
    const { stdout } = await run(process.execPath, [join(folder, script)], { cwd: folder });
    const reported = JSON.parse(stdout);
    assert.match(reported.callId, /^\d{20}$/);
    assert.deepEqual(reported.ringing, ['bob']);
    assert.deepEqual(reported.names, expectedNames);
  });
}

for (const script of ['plan.mjs', 'plan.cjs']) {
  test(`${script} rings a plan in a bare Node process, without BullMQ`, async () => {
    const { stdout } = await run(process.execPath, [join(folder, script)], { cwd: folder });
    assert.deepEqual(JSON.parse(stdout), { result: 'cancelled', names: expectedDispatchNames });
  });
}

const startWithRedis = `
  const options = { redisUrl: 'redis://127.0.0.1:1' };
  NestFactory.createApplicationContext(ZimDispatchModule.forRoot(options), {
    ...{ logger: false, abortOnError: false },
  }).catch(({ message }) => console.log(message));`;
const entries = {
  'ES modules': `
    import { NestFactory } from '@nestjs/core';
    import { ZimDispatchModule } from 'nestjs-zim-dispatch';`,
  CommonJS: `
    const { NestFactory } = require('@nestjs/core');
    const { ZimDispatchModule } = require('nestjs-zim-dispatch');`,
};
for (const [name, imports] of Object.entries(entries)) {
  test(`${name}: plans in Redis name the packages that are missing`, async () => {
    const type = name === 'CommonJS' ? 'commonjs' : 'module';
    const args = [`--input-type=${type}`, '--eval', imports + startWithRedis];
    const { stdout } = await run(process.execPath, args, { cwd: folder });
    assert.match(stdout, /npm install bullmq ioredis/);
  });
}

test('the command line runs from the package', async () => {
  const bin = join(folder, 'node_modules/zim-sandbox/dist/esm/bin.js');
  const { stdout } = await run(process.execPath, [bin, '--help']);
  assert.match(stdout, /^zim-sandbox: /);
});

test('the packed sandbox serves its page, without a build', async () => {
  const { ZimSandbox } = await import(join(folder, 'node_modules/zim-sandbox/dist/esm/index.js'));
  const { createRequire } = await import('node:module');
  const fromCommonJs = createRequire(join(folder, 'ring.cjs'))('zim-sandbox');
  for (const start of [ZimSandbox.start, fromCommonJs.ZimSandbox.start]) {
    const sandbox = await start();
    const page = await fetch(`${sandbox.url}/__/console`);
    assert.equal(page.status, 200);
    const sources = [...(await page.text()).matchAll(/(?:src|href)="([^"]+)"/g)];
    assert.ok(sources.length >= 3);
    for (const [, source] of sources)
      assert.equal((await fetch(`${sandbox.url}${source}`)).status, 200, source);
    await sandbox.stop();
  }
});

test('the page adds no weight to nestjs-zim-call', async () => {
  const target = join(folder, 'node_modules/nestjs-zim-call');
  const files = await readdir(target, { recursive: true });
  assert.deepEqual(
    files.filter((file) => /console|\.(css|html|svg|tsx)$/.test(file)),
    [],
  );
  const manifest = JSON.parse(await readFile(join(target, 'package.json'), 'utf8'));
  assert.deepEqual(Object.keys(manifest.dependencies), ['zim-protocol']);
});

/** The public surface of nestjs-zim-call: a change here is a change for its users. */
const expectedNames = [
  'AndroidPushImageDto',
  'ApnsPushImageDto',
  'CallAnswerDto',
  'CallInviteDto',
  'CallInviteService',
  'CallOutcomeService',
  'CallReportDto',
  'CallWithdrawDto',
  'Callees',
  'EventDecorator',
  'FcmPushImageDto',
  'HuaWeiPushImageDto',
  'InjectCallInvite',
  'InjectCallOutcome',
  'InjectZimApiClient',
  'InjectZimHealth',
  'InjectZimHttp',
  'InjectZimRateLimit',
  'InjectZimUsers',
  'IsOptionalObject',
  'IsOptionalWholeNumber',
  'IsZimUserId',
  'MaxUtf8Bytes',
  'OfflinePushDto',
  'OnZimCall',
  'PrivateMessageTemplateDto',
  'PushImageInfoDto',
  'ZIM_RUNTIME',
  'ZimApiClient',
  'ZimAuthError',
  'ZimCallError',
  'ZimCallModule',
  'ZimCallNotFoundError',
  'ZimCallStateError',
  'ZimConfigError',
  'ZimConnectionError',
  'ZimExceptionFilter',
  'ZimHealthIndicator',
  'ZimIdempotencyError',
  'ZimInvalidRequestError',
  'ZimOutcomeAbortedError',
  'ZimOutcomeTimeoutError',
  'ZimProtocolError',
  'ZimRateLimit',
  'ZimRateLimitError',
  'ZimRegisterUserDto',
  'ZimRegisterUsersDto',
  'ZimServiceError',
  'ZimTimeoutError',
  'ZimUserNotRegisteredError',
  'ZimUserService',
  'ZimValidationPipe',
  'correlationOverheadBytes',
  'createCallInviteDto',
  'getCallInviteServiceToken',
  'getCallOutcomeServiceToken',
  'getZimApiClientToken',
  'getZimHealthIndicatorToken',
  'getZimHttpToken',
  'getZimRateLimitToken',
  'getZimUserServiceToken',
  'isZimCallError',
  'noRetry',
  'persistentRetry',
  'readCorrelation',
  'signZimCallback',
  'standardRetry',
  'systemRuntime',
  'toZimProblem',
  'validateInput',
  'zimUserIdSchema',
];

/** The public surface of nestjs-zim-dispatch. */
const expectedDispatchNames = [
  'OnRing',
  'RingDispatcher',
  'RingPlanDto',
  'RingStepDto',
  'ZimDispatchModule',
  'escalate',
  'ringAll',
  'ringInTurn',
];
