import { type Script, ScriptedServer } from 'nestjs-zim-call/testing';
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { ZimSandbox } from 'zim-sandbox';
import { AppLogger } from '../../apps/sample/src/http/logger.js';
import { Canary } from '../support/canary.js';
import { playRow } from './fault-scene.js';
import { faultTable } from './fault-table.js';

// Whole sections of the table, and processes of their own.
jest.setTimeout(60_000);

let canary: Canary;

beforeEach(() => {
  canary = new Canary();
});
afterEach(() => {
  jest.restoreAllMocks();
});

/** All that the sandbox tells anybody who asks. */
async function seeSandbox(sandbox: ZimSandbox): Promise<void> {
  for (const path of ['journal', 'state', 'faults', '']) {
    const response = await fetch(`${sandbox.url}/__/${path}`);
    canary.see(await response.text(), [...response.headers]);
  }
  canary.see(sandbox.journal.entries(), sandbox.faults.list(), sandbox.calls.list());
}

describe('no secret and no signature, in error, log or journal:', () => {
  it.each(faultTable.map(({ title, rows }) => [title[0], rows] as const))('%s', async (_, rows) => {
    canary.captureOutput();
    let errors = 0;
    for (const row of rows) {
      const { error } = await playRow(row, {
        serverSecret: canary.secret,
        begin: ({ client }) => {
          client.module.useLogger(
            new AppLogger({
              json: true,
              logLevels: ['verbose', 'debug', 'log', 'warn', 'error', 'fatal'],
            }),
          );
        },
        end: async (sandbox, { signatures }) => {
          for (const signature of signatures) canary.signatures.add(signature);
          await seeSandbox(sandbox);
        },
      });
      if (error === undefined) continue;
      errors++;
      canary.see(error);
    }
    jest.restoreAllMocks();
    expect(errors).toBe(rows.filter(({ error }) => error !== undefined).length);
    const arrived = rows.some(({ seen, attempts }) => (seen ?? attempts) > 0);
    expect(canary.signatures.size > 0).toBe(arrived);
    const isRepeated = rows.some(({ attempts }) => attempts > 1);
    if (isRepeated) expect(canary.text).toMatch(/"message":"Call\w+: attempt 1 was/);
    expect(canary.hits()).toEqual([]);
  });
});

const script = resolve(__dirname, 'crash.mjs');
const typescript = pathToFileURL(resolve(__dirname, '../../tools/typescript.mjs')).href;

function startCrash(how: string, url: string): ChildProcess {
  const { PATH = '' } = process.env;
  const env = { PATH, ZIM_SERVER_SECRET: canary.secret };
  return spawn(process.execPath, ['--import', typescript, script, how, url], { env });
}

async function outputOf(child: ChildProcess): Promise<string> {
  let output = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream?.on('data', (chunk: Buffer) => (output += chunk.toString()));
  }
  await once(child, 'close');
  return output;
}

const echo: Script = (response, { url }) => {
  const Message = `bad signature ${url.searchParams.get('Signature') ?? ''} in ${url.href}`;
  response.end(JSON.stringify({ Code: 424242, Message }));
};
const reset: Script = (response) => response.socket?.resetAndDestroy();
const hang: Script = () => undefined;

describe('no secret and no signature in the last words of a process', () => {
  it.each<[string, string, Script, string]>([
    ['of a reset that nobody handles', 'unhandled', reset, 'ZimConnectionError'],
    ['of a reply that quotes the URL, unhandled', 'unhandled', echo, 'ZimServiceError'],
    ['of an error thrown where nobody can catch it', 'uncaught', reset, 'ZimConnectionError'],
    ['of a defect elsewhere, with a call under way', 'elsewhere', hang, 'a defect elsewhere'],
  ])('%s', async (_, how, answer, words) => {
    const server = await ScriptedServer.start(answer);
    const child = startCrash(how, server.url);
    const output = outputOf(child);
    await server.received(1);
    if (how === 'elsewhere') child.kill('SIGUSR2');
    canary.see(await output);
    await server.stop();
    for (const { url } of server.requests) {
      canary.signatures.add(url.searchParams.get('Signature') ?? '');
    }
    expect(child.exitCode).toBeGreaterThan(0);
    expect(canary.text).toContain(words);
    expect(canary.signatures.size).toBeGreaterThan(0);
    expect(canary.hits()).toEqual([]);
  });
});
