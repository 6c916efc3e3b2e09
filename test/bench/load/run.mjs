import { fork } from 'node:child_process';
import console from 'node:console';
import { once } from 'node:events';
import { Agent, request } from 'node:http';
import { cpus } from 'node:os';
import { performance } from 'node:perf_hooks';
import { createInterface } from 'node:readline';
import { setTimeout as sleep } from 'node:timers/promises';
import { URL } from 'node:url';
import { parseArgs } from 'node:util';
import { percentile } from '../pacing/metrics.mjs';

const help = `Asks the sample for more calls than ZIM allows, and looks at every answer.

npm run load [-- options]

  --per-second N   requests a second (200: ten times ZIM's quota)
  --seconds N      for so long (20)
  --help           this text

The sample runs as a process of its own, against the sandbox in it. Ends with 1 if a promise is not kept.`;

const { values } = parseArgs({
  options: {
    'per-second': { type: 'string', default: '200' },
    seconds: { type: 'string', default: '20' },
    help: { type: 'boolean', default: false },
  },
});
if (values.help) {
  console.log(help);
  process.exit(0);
}
const perSecond = wholeNumber('per-second', 10_000);
const seconds = wholeNumber('seconds', 120);

const repository = new URL('../../../', import.meta.url);
const sample = fork(new URL('apps/sample/dev/start.ts', repository), {
  execArgv: ['--import', new URL('tools/typescript.mjs', repository).href],
  env: { ...process.env, ...ownSandbox(), THROTTLE_PER_SECOND: '1000000', PORT: '0' },
  stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
});
const stop = () => sample.kill();
process.on('SIGINT', stop).on('SIGTERM', stop);
const agent = new Agent({ keepAlive: true });
try {
  const addresses = await addressesOf(sample);
  const answers = await load(addresses.backend);
  await sleep(100);
  report(answers, await refusalsOf(addresses.sandbox));
} finally {
  agent.destroy();
  sample.kill();
  await once(sample, 'exit');
}

function wholeNumber(name, max) {
  const value = Number(values[name]);
  if (Number.isInteger(value) && value >= 1 && value <= max) return value;
  console.error(`--${name} must be a whole number from 1 to ${max}`);
  return process.exit(2);
}

/** Whatever the environment says, the load goes nowhere else. */
function ownSandbox() {
  const absent = ['APP_ID', 'SERVER_SECRET', 'CALLBACK_SECRET', 'REDIS_URL', 'BASE_URL', 'REGION'];
  return {
    NODE_ENV: 'development',
    API_KEYS: '',
    ...Object.fromEntries(absent.map((name) => [`ZIM_${name}`, ''])),
  };
}

async function addressesOf({ stdout, stderr }) {
  const found = {};
  for await (const line of createInterface({ input: stdout })) {
    const [, name, url] = /^(Backend|Sandbox) +(http:\S+)/.exec(line) ?? [];
    if (name !== undefined) found[name.toLowerCase()] = url;
    if (found.backend !== undefined && found.sandbox !== undefined) break;
  }
  if (found.sandbox === undefined) throw new Error('the sample did not start');
  stdout.resume();
  stderr.resume();
  return found;
}

async function load(url) {
  const answers = [];
  const startMs = performance.now();
  const total = perSecond * seconds;
  for (let sent = 0; sent < total;) {
    const due = Math.min(total, Math.ceil(((performance.now() - startMs) * perSecond) / 1_000));
    for (; sent < due; sent++) answers.push(invite(`${url}/calls`));
    if (sent % perSecond < due - sent + 1) process.stderr.write(`\r${sent} of ${total} asked`);
    await sleep(2);
  }
  process.stderr.write(`\r${total} asked, waiting for the last answers\n`);
  return Promise.all(answers);
}

function invite(url) {
  const startMs = performance.now();
  return new Promise((resolve) => {
    const tell = (status, retryAfter) => {
      resolve({ status, retryAfter, tookMs: performance.now() - startMs });
    };
    const headers = { 'Content-Type': 'application/json' };
    const asked = request(url, { method: 'POST', agent, headers }, (response) => {
      response.resume();
      response.once('end', () => tell(response.statusCode, response.headers['retry-after']));
    });
    asked.once('error', ({ code }) => tell(code));
    asked.end(JSON.stringify({ fromUserId: 'alice', userIds: ['bob'] }));
  });
}

async function refusalsOf(sandbox) {
  const [response] = await once(request(`${sandbox}/__/journal`).end(), 'response');
  const { entries } = JSON.parse((await response.toArray()).join(''));
  return entries.filter(({ code }) => code !== 0).length;
}

function report(answers, refusals) {
  const made = answers.filter(({ status }) => status === 201);
  const refused = answers.filter(({ status }) => status === 503);
  const silent = refused.filter(({ retryAfter }) => !(Number(retryAfter) > 0));
  const others = answers.length - made.length - refused.length;
  const p99 = tookMs(refused, 0.99);
  const [cpu] = cpus();
  console.log(`
${answers.length} requests in ${seconds} s (${perSecond} a second), Node ${process.version}, ${cpus().length} x ${cpu?.model}
201   ${made.length}, p50 ${tookMs(made, 0.5)} ms, p99 ${tookMs(made, 0.99)} ms
503   ${refused.length}, p50 ${tookMs(refused, 0.5)} ms, p99 ${p99} ms
other ${others}
refused by ZIM (the sandbox): ${refusals}
`);
  const promises = [
    [refusals === 0, 'ZIM refuses nothing'],
    [others === 0, 'every answer is 201 or 503'],
    [silent.length === 0, 'every 503 says when to come back'],
    [p99 < 50, 'the p99 of refusals is under 50 ms'],
    [made.length >= 0.9 * 20 * seconds, 'nine tenths of the quota or more are used'],
  ];
  for (const [kept, promise] of promises) console.log(`${kept ? 'kept  ' : 'BROKEN'} ${promise}`);
  if (promises.some(([kept]) => !kept)) process.exitCode = 1;
}

function tookMs(answers, share) {
  const times = answers.map((answer) => answer.tookMs);
  return Number((percentile(times, share) ?? 0).toFixed(1));
}
