import { EventEmitter } from 'node:events';
import { assumptionTable } from './core/assumptions.js';
import { faultTable } from './core/fault-table.js';
import { magicPrefixes } from './faults/magic-ids.js';
import { faultPresets } from './faults/presets.js';
import { run } from './cli.js';
import { version } from './version.js';
import { Receiver } from './testing/receiver.js';
import { call, inviteBody, ring } from './testing/zim-client.js';
import { ZimSandbox } from './sandbox.js';

const time = /^\d\d:\d\d:\d\d\.\d\d\d[+-]\d\d:\d\d/;
const sampleSecret = '9193cc662a4c0ec135ec71fb57194b38';

/** A stand-in for `process`: a test can send signals to it, and wait for its output. */
class Host extends EventEmitter {
  output = '';
  errors = '';
  stdout = {
    write: (text: string) => {
      this.output += text;
      this.emit('output');
    },
  };
  stderr = { write: (text: string) => (this.errors += text) };

  /** Resolves with the URL that the sandbox prints. */
  async url(): Promise<string> {
    return (await this.line(/listens on (http:\S+)/))[1] ?? '';
  }

  /** Resolves when the pattern was printed. */
  line(pattern: RegExp): Promise<RegExpExecArray> {
    return new Promise((resolve) => {
      const look = () => {
        const found = pattern.exec(this.output);
        if (found !== null) resolve(found);
      };
      this.on('output', look);
      look();
    });
  }
}

async function runInvalid(...argv: string[]) {
  const host = new Host();
  const exitCode = await run(argv, host);
  expect(host.output).toBe('');
  return { exitCode, errors: host.errors };
}

describe('the command line', () => {
  it('explains every option, switch, fault and magic prefix', async () => {
    const host = new Host();
    expect(await run(['--help'], host)).toBe(0);
    for (const option of [
      'port',
      'app',
      'users',
      'assume',
      'fault',
      'calls-per-second',
      'callback-url',
      'quiet',
      'version',
    ])
      expect(host.output).toContain(`--${option}`);
    for (const [name, { values, explanation }] of Object.entries(assumptionTable)) {
      expect(host.output).toContain(`${name}=${values.join('|')}`);
      expect(host.output).toContain(explanation);
    }
    for (const [name, { explanation }] of [
      ...Object.entries(faultPresets),
      ...Object.entries(faultTable),
      ...Object.entries(magicPrefixes),
    ]) {
      expect(host.output).toContain(`  ${name}`);
      expect(host.output).toContain(explanation);
    }
    expect(host.output).toContain('(default 4010)');
    expect(host.errors).toBe('');
  });

  it('prints its version', async () => {
    const host = new Host();
    expect(await run(['--version'], host)).toBe(0);
    expect(host.output).toBe(`${version}\n`);
  });

  it.each(['SIGINT', 'SIGTERM'])('runs until %s', async (signal) => {
    const host = new Host();
    const exit = run(
      [
        '--port',
        '0',
        '--app',
        `12345:${sampleSecret}`,
        '--app',
        '7:other:callback',
        '--users',
        'alice, bob',
        '--assume',
        'nonceFormat=hex16',
      ],
      host,
    );
    const url = await host.url();
    expect(host.output).toBe(
      [
        `zim-sandbox listens on ${url}`,
        `  console   ${url}/__/console  (open it in a browser and watch phones ring)`,
        '  AppIDs    12345, 7',
        '  users     alice, bob',
        `  control   ${url}/__/`,
        `  state     curl ${url}/__/state`,
        '',
      ].join('\n'),
    );
    const app = { appId: 12345, serverSecret: sampleSecret };
    const target = { url, app, clock: Date };
    await call(target, 'CallInvite', inviteBody({ UserIds: ['bob', 'unknown'] }));
    await call(target, 'CallInvite', inviteBody(), {
      Signature: 'feedfacefeedfacefeedfacefeedface',
    });
    await call(target, `\u001b[2J\n${sampleSecret}`, {});
    const lines = host.output.trimEnd().split('\n').slice(6);
    expect(lines.map((line) => line.replace(time, 'TIME'))).toEqual([
      'TIME  12345  CallInvite  0  success; rings bob (not registered with this AppID: unknown)',
      expect.stringMatching(/^TIME {2}12345 {2}call \d{20} {2}bob received$/),
      expect.stringMatching(
        /^TIME {2}12345 {2}CallInvite {2}100000005 {2}the signature is wrong \(the Signature is not/,
      ),
      'TIME  12345  ?[2J?[redacted]  100000007  the Action does not exist (unknown Action; names are case-sensitive)',
    ]);
    expect(host.output).not.toContain(sampleSecret);
    expect(host.output).not.toContain('feedface');
    host.emit(signal);
    expect(await exit).toBe(0);
    expect([host.listenerCount('SIGINT'), host.listenerCount('SIGTERM')]).toEqual([0, 0]);
    await expect(fetch(url)).rejects.toThrow();
  });

  it('prints changes and deliveries without secrets and signatures', async () => {
    const receiver = await Receiver.start();
    receiver.script.push(500);
    const host = new Host();
    const app = { appId: 7, serverSecret: 'canary-server', callbackSecret: 'canary-callback' };
    const given = `7:${app.serverSecret}:${app.callbackSecret}`;
    const users = 'alice,bob';
    const argv = ['--port=0', '--app', given, '--users', users, '--callback-url', receiver.url];
    const exit = run(argv, host);
    const url = await host.url();
    expect(host.output).toContain(`  callbacks ${receiver.url}\n`);
    const post = (path: string, body: unknown) =>
      fetch(`${url}/__/${path}`, { method: 'POST', body: JSON.stringify(body) });

    const callId = await ring({ url, app, clock: Date }, { ExtendedData: 'canary-callback' });
    await host.line(/again in 2 s/);
    await post('devices/accept', { userId: 'bob', callId });
    await host.line(/call_accept/);
    await post('devices/disconnect', { userId: 'bob' });
    await host.line(/user_action/);
    const lines = host.output.trimEnd().split('\n').slice(7);
    expect(lines.map((line) => line.replace(time, '').trim())).toEqual([
      '7  CallInvite  0  success; rings bob',
      `7  call ${callId}  bob received`,
      '7  callback 1  call_create  500  attempt 1: pending, again in 2 s',
      `7  call ${callId}  bob accepted, ended (answered)`,
      '7  callback 2  call_accept  200  attempt 1: delivered',
      '7  bob is offline',
      '7  callback 3  user_action  200  attempt 1: delivered',
    ]);
    host.emit('SIGTERM');
    expect(await exit).toBe(0);
    expect(host.output).not.toContain('canary');
    expect(receiver.received).toHaveLength(3);
    for (const { json } of receiver.received)
      expect(host.output).not.toContain(String(json.signature));
    await receiver.stop();
  });

  it('prints lines in the order of their local times, each cause before its effects', async () => {
    const host = new Host();
    const slow = { match: { action: 'CallInvite' }, times: 1, fault: { kind: 'delay', ms: 5000 } };
    const argv = ['--port=0', '--users', 'alice,bob,carol', '--fault', JSON.stringify(slow)];
    const exit = run(argv, host);
    const url = await host.url();
    const post = (path: string, body: unknown) =>
      fetch(`${url}/__/${path}`, { method: 'POST', body: JSON.stringify(body) });
    const target = { url, app: { appId: 12345, serverSecret: sampleSecret }, clock: Date };
    const hits = async () => (await (await fetch(`${url}/__/faults`)).text()).includes('"hits": 1');
    const delayed = ring(target);
    while (!(await hits()));
    const callId = await ring(target, { UserIds: ['carol'] });
    await post('clock/advance', { ms: 5000 });
    await delayed;
    await post('devices/disconnect', { userId: 'alice' });
    await host.line(/alice is offline[^]*ended[^]*ended/);

    const lines = host.output
      .trimEnd()
      .split('\n')
      .filter((line) => time.test(line));
    expect(
      lines.map((line) =>
        line
          .replace(/\d{20}/, 'ID')
          .replace(time, '')
          .trim(),
      ),
    ).toEqual([
      '12345  CallInvite  0  success; rings carol',
      '12345  call ID  carol received',
      expect.stringMatching(
        /^12345 {2}CallInvite {2}0 {2}success; rings bob \(fault injected: delay \(rule 1\)\) \(arrived [\d:.+-]+\)$/,
      ),
      '12345  call ID  bob received',
      '12345  alice is offline',
      '12345  call ID  carol cancelled, ended (caller_cancel)',
      '12345  call ID  bob cancelled, ended (caller_cancel)',
    ]);
    expect(lines[1]).toContain(callId);
    const times = lines.map((line) => Date.parse(`2026-11-23T${time.exec(line)?.[0] ?? ''}`));
    const dayMs = 86_400_000;
    for (const [index, at] of times.slice(1).entries()) {
      // Midnight may lie between two lines.
      const stepMs = (at - (times[index] ?? NaN) + dayMs) % dayMs;
      expect(stepMs).toBeLessThan(dayMs / 2);
    }
    host.emit('SIGTERM');
    expect(await exit).toBe(0);
  });

  it('has a default app, and prints no requests with --quiet', async () => {
    const host = new Host();
    const exit = run(['--port=0', '--quiet', '--calls-per-second', '1'], host);
    const url = await host.url();
    const before = host.output;
    const target = { url, app: { appId: 12345, serverSecret: sampleSecret }, clock: Date };
    expect((await call(target, 'CallInvite', inviteBody())).reply.Code).toBe(660500002);
    expect((await call(target, 'CallInvite', inviteBody())).reply.Code).toBe(660300005);
    expect(host.output).toBe(before);
    expect(before).toContain('none yet');
    host.emit('SIGINT');
    expect(await exit).toBe(0);
  });

  it('names every problem, and no secret', async () => {
    const { exitCode, errors } = await runInvalid(
      ...[
        '--port',
        'x',
        '--app',
        `${sampleSecret}:1`,
        '--app',
        `1:${sampleSecret}:c:d`,
        '--app',
        '2:',
        '--app',
        `4294967296:${sampleSecret}`,
      ],
      ...[
        '--users',
        'a/b',
        '--assume',
        'x',
        '--assume',
        'nothing=1',
        '--assume',
        'quotaScope=x',
        '--calls-per-second',
        '0',
      ],
      ...['--colour', '--quiet=yes', 'stray', '--users', '--help=no'],
    );
    expect(exitCode).toBe(2);
    expect(errors.split('\n')).toEqual([
      'zim-sandbox: there is no option --colour',
      'zim-sandbox: --quiet takes no value',
      'zim-sandbox: unexpected argument without an option before it',
      'zim-sandbox: --users needs a value',
      expect.stringContaining('--app number 1 must be'),
      expect.stringContaining('--app number 2 must be'),
      expect.stringContaining('--app number 3 must be'),
      'zim-sandbox: --port must be a whole number',
      'zim-sandbox: --assume must be key=value',
      'zim-sandbox: apps[0].appId must be an unsigned 32-bit number',
      expect.stringContaining("zim-sandbox: users[0] must not contain '/'"),
      expect.stringContaining(
        'zim-sandbox: assumptions.nothing is unknown; known names: unknownAppId, ',
      ),
      'zim-sandbox: assumptions.quotaScope must be action or app',
      'zim-sandbox: callsPerSecond must be a whole number from 1 to 1000000',
      'zim-sandbox --help lists the options.',
      '',
    ]);
    expect(errors).not.toContain(sampleSecret);
  });

  it('adds faults by preset or as JSON, and prints their effect', async () => {
    const host = new Host();
    const rule = { match: { userId: 'bob' }, times: 1, fault: { kind: 'html-502' } };
    const argv = ['--port', '0', '--users', 'alice,bob'];
    const exit = run([...argv, '--fault', JSON.stringify(rule), '--fault', 'reply-lost'], host);
    const url = await host.url();
    expect(host.output).toContain('\n  faults    html-502, reset\n');
    const app = { appId: 12345, serverSecret: sampleSecret };
    const target = { url, app, clock: Date };
    await expect(call(target, 'CallInvite', inviteBody())).rejects.toThrow('<html>');
    await expect(call(target, 'CallInvite', inviteBody())).rejects.toThrow('fetch failed');
    expect(host.output).toContain(
      'CallInvite  not processed (fault injected: html-502, before execution (rule 1))\n',
    );
    expect(host.output).toContain(
      'CallInvite  0  success; rings bob (fault injected: reset, after execution (rule 2))\n',
    );
    host.emit('SIGTERM');
    expect(await exit).toBe(0);
  });

  it.each([
    [['--fault', 'nothing'], '--fault number 1 is neither JSON nor one of reply-lost, half-reply'],
    [['--fault', 'slow', '--fault', '{}'], '--fault number 2: fault must be an object with a kind'],
    [
      ['--fault', '{"fault":{"kind":"delay"}}'],
      '--fault number 1: fault.ms must be a whole number',
    ],
    [['--fault', 'toString'], '--fault number 1 is neither JSON'],
    [['--fault'], '--fault needs a value'],
    [['--port'], '--port needs a value'],
    [['--users', '--quiet'], '--users needs a value'],
    [['--callback-url', 'https://example.com'], 'callbackUrl must be an http:// address'],
    [['--port', '70000'], 'port must be a whole number from 0 to 65535'],
    [['-p', '1'], 'there is no option -p'],
    [['--app', '1:a', '--app', '1:b'], 'apps[1].appId is given twice'],
  ])('refuses %j', async (argv, problem) => {
    const { exitCode, errors } = await runInvalid(...argv);
    expect(exitCode).toBe(2);
    expect(errors).toContain(problem);
  });

  it('exits with 1 when the port is in use', async () => {
    const sandbox = await ZimSandbox.start();
    const { exitCode, errors } = await runInvalid('--port', String(sandbox.port));
    await sandbox.stop();
    expect(exitCode).toBe(1);
    expect(errors).toContain(`Port ${sandbox.port} of 127.0.0.1 is in use`);
  });
});
