import { type Script, ScriptedServer } from 'nestjs-zim-call/testing';
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { ZimSandbox } from 'zim-sandbox';
import { AppLogger } from '../../apps/sample/src/http/logger.js';
import { Canary } from '../support/canary.js';
import { sampled } from '../support/property.js';
import { playCase } from './fault-scene.js';
import { faultTable } from './fault-table.js';

// Whole sections of the table, and processes.
jest.setTimeout(60_000);

let canary: Canary;

beforeEach(() => {
  canary = new Canary();
});
afterEach(() => {
  jest.restoreAllMocks();
});

/** Reads everything that the sandbox shows. */
async function seeSandbox(sandbox: ZimSandbox): Promise<void> {
  for (const path of ['journal', 'state', 'faults', '']) {
    const response = await fetch(`${sandbox.url}/__/${path}`);
    canary.see(await response.text(), [...response.headers]);
  }
  canary.see(sandbox.journal.entries(), sandbox.faults.list(), sandbox.calls.list());
}

describe('no secret and no signature, in error, log or journal:', () => {
  it.each(faultTable.map(({ title, cases }) => [title[0], sampled(cases, 3)] as const))(
    '%s',
    async (_, cases) => {
      canary.captureOutput();
      let errors = 0;
      for (const one of cases) {
        const { error } = await playCase(one, {
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
      expect(errors).toBe(cases.filter(({ error }) => error !== undefined).length);
      const hasArrived = cases.some(({ arrived, attempts }) => (arrived ?? attempts) > 0);
      expect(canary.signatures.size > 0).toBe(hasArrived);
      const isRepeated = cases.some(({ attempts }) => attempts > 1);
      if (isRepeated) expect(canary.text).toMatch(/"message":"Call\w+: attempt 1 was/);
      expect(canary.hits()).toEqual([]);
    },
  );
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

const crashes: [name: string, how: string, answer: Script, words: string][] = [
  ['of an unhandled reset', 'unhandled', reset, 'ZimConnectionError'],
  ['of an unhandled reply that quotes the URL', 'unhandled', echo, 'ZimServiceError'],
  ['of an uncaught error', 'uncaught', reset, 'ZimConnectionError'],
  ['of a defect elsewhere, with a call in progress', 'elsewhere', hang, 'a defect elsewhere'],
];

describe('no secret and no signature in the output of a process that crashes', () => {
  it.each(sampled(crashes, 4))('%s', async (_, how, answer, words) => {
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
