import { parseArguments } from './cli-arguments.js';
import { helpText, startText } from './cli-help.js';
import { attemptLine, callLine, CliLog, presenceLine, requestLine, timeText } from './cli-log.js';
import { Redactor } from './core/redactor.js';
import { type Settings } from './core/settings.js';
import { ZimSandbox } from './sandbox.js';
import { version } from './version.js';

type StopSignal = 'SIGINT' | 'SIGTERM';

/** The part of `process` that the command line uses. */
export interface CliProcess {
  readonly stdout: { write(text: string): unknown };
  readonly stderr: { write(text: string): unknown };
  once(signal: StopSignal, listener: () => void): unknown;
  off(signal: StopSignal, listener: () => void): unknown;
}

/**
 * Runs the command line until SIGINT or SIGTERM.
 *
 * @param argv - the arguments, without node and the script
 * @returns the exit code: 0, 1 if the sandbox cannot start, 2 for invalid arguments
 */
export async function run(argv: readonly string[], host: CliProcess): Promise<number> {
  const request = parseArguments(argv);
  switch (request.kind) {
    case 'help':
      host.stdout.write(helpText());
      return 0;
    case 'version':
      host.stdout.write(`${version}\n`);
      return 0;
    case 'invalid':
      host.stderr.write(
        `${request.problems.map((problem) => `zim-sandbox: ${problem}\n`).join('')}zim-sandbox --help lists the options.\n`,
      );
      return 2;
    case 'start':
      return serve(request.settings, request.quiet, host);
  }
}

async function serve(settings: Settings, quiet: boolean, host: CliProcess): Promise<number> {
  let sandbox: ZimSandbox;
  try {
    sandbox = await ZimSandbox.start(settings);
  } catch (error) {
    host.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
    return 1;
  }
  const stopped = nextSignal(host);
  if (!quiet) printLines(sandbox, host);
  host.stdout.write(startText(sandbox));
  await stopped;
  await sandbox.stop();
  return 0;
}

function printLines(sandbox: ZimSandbox, { stdout }: CliProcess): void {
  const { apps, clock } = sandbox;
  const redactor = Redactor.of(apps);
  const log = new CliLog(({ atMs, text }) => {
    // Text from requests must not move the cursor or fake a second line.
    const line = redactor.text(`${timeText(atMs)}  ${text}`).replace(/\p{C}/gu, '?');
    stdout.write(`${line}\n`);
  });
  sandbox.journal.onEntry((entry) => {
    const callId = entry.callId ?? entry.query['CallId'];
    log.addCause(
      requestLine(entry, clock.now()),
      (other) => callId !== undefined && other.callId === callId,
    );
  });
  sandbox.directory.onPresence((change) => {
    // The sandbox reports the calls that a presence change has changed before the presence change itself.
    log.addCause(
      presenceLine(change),
      ({ atMs, callId }) => callId !== undefined && atMs >= change.atMs,
    );
  });
  sandbox.calls.onChange((change) => {
    log.add(callLine(change));
  });
  sandbox.callbacks.onAttempt((report) => {
    log.add(attemptLine(report, clock.now()));
  });
}

function nextSignal(host: CliProcess): Promise<void> {
  return new Promise((resolve) => {
    const stop = () => {
      // A second signal ends the process at once.
      host.off('SIGINT', stop);
      host.off('SIGTERM', stop);
      resolve();
    };
    host.once('SIGINT', stop);
    host.once('SIGTERM', stop);
  });
}
