// A registry on this machine, for the dry run: it holds our packages and passes on all others.
import { spawn } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { createWriteStream, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { run, toolsFolder } from './packages.mjs';

const startTimeoutMs = 60_000;

/** Starts Verdaccio on loopback, with everything that it writes in `folder`. */
export async function startRegistry(folder, ownNames) {
  const port = await freePort();
  const url = `http://127.0.0.1:${port}`;
  mkdirSync(folder, { recursive: true });
  const config = join(folder, 'config.json');
  writeFileSync(config, JSON.stringify(await configOf(folder, ownNames)));
  const log = join(folder, 'verdaccio.log');
  const bin = join(toolsFolder, 'node_modules/verdaccio/bin/verdaccio');
  const server = spawn(process.execPath, [bin, '--config', config, '--listen', url.slice(7)], {
    cwd: folder,
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const output = createWriteStream(log);
  server.stdout.pipe(output, { end: false });
  server.stderr.pipe(output, { end: false });
  const exited = once(server, 'exit');
  const stop = async () => {
    if (server.exitCode === null && server.signalCode === null) server.kill();
    await exited;
    output.end();
  };
  try {
    await answering(url, server);
    const npmrc = join(folder, '.npmrc');
    writeFileSync(npmrc, `//127.0.0.1:${port}/:_authToken=${await token(url)}\n`);
    // As flags they win over every other setting: a dry run must never reach another registry.
    const npmFlags = ['--registry', `${url}/`, '--userconfig', npmrc];
    return { url, pid: server.pid, npmFlags, stop, exited };
  } catch (error) {
    await stop();
    throw new Error(`${error.message}\n${readFileSync(log, 'utf8')}`, { cause: error });
  }
}

async function configOf(folder, ownNames) {
  const uplink = (await run('npm', ['config', 'get', 'registry'])).trim();
  const own = { access: '$all', publish: '$authenticated' };
  return {
    storage: join(folder, 'storage'),
    auth: { htpasswd: { file: join(folder, 'htpasswd'), max_users: 1 } },
    uplinks: { upstream: { url: uplink, timeout: '60s', max_fails: 10, cache: true } },
    packages: {
      ...Object.fromEntries(ownNames.map((name) => [name, own])),
      '**': { access: '$all', proxy: 'upstream' },
    },
    web: { enable: false },
    log: { type: 'stdout', format: 'pretty', level: 'warn' },
    max_body_size: '100mb',
  };
}

async function freePort() {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address();
  server.close();
  await once(server, 'close');
  return port;
}

async function answering(url, server) {
  const deadline = Date.now() + startTimeoutMs;
  while (Date.now() < deadline) {
    if (server.exitCode !== null) throw new Error('the registry ended at once');
    const response = await fetch(`${url}/-/ping`).catch(() => undefined);
    if (response?.ok) return;
    await sleep(100);
  }
  throw new Error(`the registry did not answer within ${startTimeoutMs / 1000} s`);
}

/** Registers a user, because publishing needs one. */
async function token(url) {
  const name = 'dry-run';
  const response = await fetch(`${url}/-/user/org.couchdb.user:${name}`, {
    method: 'PUT',
    headers: { 'Content-Type': 'application/json' },
    body: JSON.stringify({ name, password: randomUUID() }),
  });
  const reply = await response.json();
  if (!response.ok) throw new Error(`the registry refused a user: ${JSON.stringify(reply)}`);
  return reply.token;
}
