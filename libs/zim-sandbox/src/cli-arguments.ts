import { parseArgs } from 'node:util';
import { checkFaultRule } from './core/fault-rule.js';
import { type SandboxFaultRule } from './core/fault.js';
import { exampleApp, resolveSettings, type SandboxApp, type Settings } from './core/settings.js';
import { faultPresets, findFaultPreset } from './faults/presets.js';

export const defaultPort = 4010;

export type CliRequest =
  | { readonly kind: 'help' }
  | { readonly kind: 'version' }
  | { readonly kind: 'start'; readonly settings: Settings; readonly quiet: boolean }
  | { readonly kind: 'invalid'; readonly problems: readonly string[] };

const options = {
  port: { type: 'string' },
  app: { type: 'string' },
  users: { type: 'string' },
  assume: { type: 'string' },
  'calls-per-second': { type: 'string' },
  'callback-url': { type: 'string' },
  fault: { type: 'string' },
  quiet: { type: 'boolean' },
  help: { type: 'boolean' },
  version: { type: 'boolean' },
} as const;

/** Parses the arguments. Problems never contain a value of `--app`, which holds secrets. */
export function parseArguments(argv: readonly string[]): CliRequest {
  const problems: string[] = [];
  const given = collect(argv, problems);
  if (given.flags.has('help')) return { kind: 'help' };
  if (given.flags.has('version')) return { kind: 'version' };

  const apps = appsOf(given.values.get('app') ?? [], problems);
  const { settings, problems: optionProblems } = resolveSettings({
    port: numberOf('port', given.values, problems) ?? defaultPort,
    apps: apps.length > 0 ? apps : [exampleApp],
    users: given.values
      .get('users')
      ?.flatMap((text) => text.split(','))
      .map((userId) => userId.trim()),
    callsPerSecond: numberOf('calls-per-second', given.values, problems),
    callbackUrl: given.values.get('callback-url')?.at(-1),
    assumptions: assumptionsOf(given.values.get('assume') ?? [], problems),
    faults: faultsOf(given.values.get('fault') ?? [], problems),
  });
  problems.push(...optionProblems);
  return problems.length > 0
    ? { kind: 'invalid', problems }
    : { kind: 'start', settings, quiet: given.flags.has('quiet') };
}

/** Checks the tokens itself, because the strict mode of parseArgs stops at the first mistake. */
function collect(argv: readonly string[], problems: string[]) {
  const { tokens } = parseArgs({ args: [...argv], strict: false, tokens: true, options });
  const values = new Map<string, string[]>();
  const flags = new Set<string>();
  for (const token of tokens) {
    if (token.kind === 'positional')
      problems.push('unexpected argument without an option before it');
    if (token.kind !== 'option') continue;
    const { name } = token;
    // In `--users --quiet`, the value of --users is missing.
    const isMissing = token.inlineValue === false && token.value.startsWith('-');
    const value = isMissing ? undefined : token.value;
    if (!isOption(name)) problems.push(`there is no option ${token.rawName}`);
    else if (options[name].type === 'string') {
      if (value) values.set(name, [...(values.get(name) ?? []), value]);
      else problems.push(`--${name} needs a value`);
    } else if (value === undefined) flags.add(name);
    else problems.push(`--${name} takes no value`);
  }
  return { values, flags };
}

function isOption(name: string): name is keyof typeof options {
  return Object.hasOwn(options, name);
}

function numberOf(
  name: string,
  values: ReadonlyMap<string, readonly string[]>,
  problems: string[],
): number | undefined {
  const text = values.get(name)?.at(-1);
  if (text === undefined) return undefined;
  if (/^\d+$/.test(text)) return Number(text);
  problems.push(`--${name} must be a whole number`);
  return undefined;
}

function appsOf(texts: readonly string[], problems: string[]): SandboxApp[] {
  return texts.flatMap((text, index) => {
    const [appId = '', serverSecret = '', callbackSecret, ...rest] = text.split(':');
    if (rest.length === 0 && /^\d+$/.test(appId) && serverSecret !== '' && callbackSecret !== '')
      return [{ appId: Number(appId), serverSecret, callbackSecret }];
    problems.push(
      `--app number ${index + 1} must be <AppID>:<ServerSecret> or <AppID>:<ServerSecret>:<CallbackSecret>`,
    );
    return [];
  });
}

function assumptionsOf(pairs: readonly string[], problems: string[]): Record<string, string> {
  const assumptions = new Map<string, string>();
  for (const pair of pairs) {
    const separator = pair.indexOf('=');
    if (separator < 1) problems.push('--assume must be key=value');
    else assumptions.set(pair.slice(0, separator), pair.slice(separator + 1));
  }
  return Object.fromEntries(assumptions);
}

function faultsOf(texts: readonly string[], problems: string[]): SandboxFaultRule[] {
  return texts.flatMap((text, index) => {
    const preset = findFaultPreset(text);
    if (preset !== undefined) return [{ fault: preset }];
    const json = parseJson(text);
    if (json === undefined) {
      problems.push(
        `--fault number ${index + 1} is neither JSON nor one of ${Object.keys(faultPresets).join(', ')}`,
      );
      return [];
    }
    const checked = checkFaultRule(json);
    if ('rule' in checked) return [checked.rule];
    problems.push(...checked.problems.map((problem) => `--fault number ${index + 1}: ${problem}`));
    return [];
  });
}

/** Returns `undefined` for invalid JSON. */
function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
