// What the command lines of the measurements have in common.
import { exit, stderr, stdout } from 'node:process';
import { parseArgs } from 'node:util';
import { killAllChildren } from './pacing/children.mjs';

/**
 * Reads whole numbers by name, each with a default and a most, the switches --write and --help, and with `parts` the
 * one that --only names.
 */
export function readNumbers(args, numbers, parts = []) {
  const texts = Object.entries(numbers).map(([name, { preset }]) => [
    name,
    { type: 'string', default: String(preset) },
  ]);
  const switches = {
    write: { type: 'boolean', default: false },
    help: { type: 'boolean', default: false },
    ...(parts.length > 0 && { only: { type: 'string' } }),
  };
  const { values } = parseArgs({ args, options: { ...Object.fromEntries(texts), ...switches } });
  const read = Object.entries(numbers).map(([name, { most }]) => [
    name,
    wholeNumber(values[name], `--${name}`, most),
  ]);
  const { only, help: isHelpWanted, write: isWritten } = values;
  if (only !== undefined && !parts.includes(only)) {
    throw new Error(`--only is one of ${parts.join(', ')}`);
  }
  return { isHelpWanted, isWritten, only, ...Object.fromEntries(read) };
}

function wholeNumber(text, option, most) {
  const number = Number(text);
  if (Number.isInteger(number) && number >= 1 && number <= most) return number;
  throw new Error(`${option}: ${text} is no number from 1 to ${most}`);
}

export function say(text) {
  stdout.write(`${text}\n`);
}

/** Runs a measurement to its exit code: 2 with the reason if it could not be made. Leaves no child behind. */
export async function runMain(main) {
  process.once('exit', killAllChildren);
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.once(signal, () => exit(130));
  try {
    exit(await main());
  } catch (error) {
    stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
    exit(2);
  }
}
