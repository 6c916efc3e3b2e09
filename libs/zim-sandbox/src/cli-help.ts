import { defaultPort } from './cli-arguments.js';
import { assumptionTable } from './core/assumptions.js';
import { faultTable, fieldsOf, isFaultKind } from './core/fault-table.js';
import { exampleApp } from './core/settings.js';
import { magicPrefixes } from './faults/magic-ids.js';
import { faultPresets } from './faults/presets.js';
import { type ZimSandbox } from './sandbox.js';

const firstColumn = 34;

export function helpText(): string {
  const line = (left: string, right: string) => `  ${left.padEnd(firstColumn)}${right}`.trimEnd();
  const switches = Object.entries(assumptionTable).flatMap(([name, { values, explanation }]) => {
    const [defaultValue, ...others] = values;
    return [line(`${name}=${defaultValue}|${others.join('|')}`, ''), line('', explanation)];
  });
  const explained = (table: Readonly<Record<string, { readonly explanation: string }>>) =>
    Object.entries(table).map(([name, { explanation }]) => line(name, explanation));
  return [
    'zim-sandbox: a local stand-in for ZEGO ZIM, for development and tests',
    '',
    'Usage: zim-sandbox [options]',
    '',
    'The console, a page on which phones ring, is at /__/console.',
    '',
    line('--port <number>', `port on 127.0.0.1; 0 takes any free one (default ${defaultPort})`),
    line('--app <AppID>:<ServerSecret>[:<CallbackSecret>]', ''),
    line('', 'an app; may be given several times'),
    line('', `(default ${exampleApp.appId}, with the public ServerSecret of the vendor's signing`),
    line('', `examples, ${exampleApp.serverSecret})`),
    line('--users <id>,<id>,...', 'users of every app from the start, all of them online'),
    line('--callback-url <url>', 'URL for callbacks: an http address of this machine'),
    line('--assume <key>=<value>', 'one of the switches below; may be given several times'),
    line('--fault <preset>|<json>', 'injects a fault: a preset or a rule, see below; may be given'),
    line('', 'several times, the first that matches applies'),
    line('--calls-per-second <number>', 'quota of calls per second per AppID (default 20)'),
    line('--quiet', 'prints no lines for requests, changes and callbacks'),
    line('--help', 'prints this text'),
    line('--version', 'prints the version'),
    '',
    "Switches for behaviour that the vendor's pages do not state; the first value is the default:",
    '',
    ...switches,
    '',
    'Presets of --fault; each applies to every request:',
    '',
    ...explained(faultPresets),
    '',
    'Rules of --fault, as JSON:',
    '',
    '  {"match":{"action":"CallInvite","appId":1,"userId":"bob","attempt":1},"times":1,"lastsMs":5000,"fault":{"kind":"hang"}}',
    '',
    'Only "fault" is required. Kinds, with their fields; "when" is before or after execution:',
    '',
    ...Object.keys(faultTable)
      .filter(isFaultKind)
      .flatMap((kind) => {
        const { explanation, when } = faultTable[kind];
        const names = fieldsOf(kind).map(([name, { isOptional }]) =>
          name === 'when' ? `when=${when ?? ''}` : `${name}${isOptional ? '?' : ''}`,
        );
        return [line([kind, ...names].join(' '), ''), line('', explanation)];
      }),
    '',
    'Magic user ids, which need no rule, by their prefix:',
    '',
    ...explained(magicPrefixes),
    '',
  ].join('\n');
}

/** Returns the text that is printed when the sandbox listens, without secrets. */
export function startText(sandbox: ZimSandbox): string {
  const users = sandbox.directory.list().map((user) => user.userId);
  const callbackUrl = sandbox.callbacks.url();
  const kinds = sandbox.faults.list().map(({ fault }) => fault.kind);
  return [
    `zim-sandbox listens on ${sandbox.url}`,
    `  console   ${sandbox.url}/__/console  (open it in a browser and watch phones ring)`,
    `  AppIDs    ${sandbox.apps.map((app) => app.appId).join(', ')}`,
    `  users     ${users.length === 0 ? 'none yet; register users by --users, UserRegister or /__/seed' : users.join(', ')}`,
    `  control   ${sandbox.url}/__/`,
    `  state     curl ${sandbox.url}/__/state`,
    ...(callbackUrl === undefined ? [] : [`  callbacks ${callbackUrl}`]),
    ...(kinds.length === 0 ? [] : [`  faults    ${kinds.join(', ')}`]),
    '',
  ].join('\n');
}
