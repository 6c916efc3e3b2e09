import { randomBytes, randomInt } from 'node:crypto';
import { zimActions, zimLimits } from 'zim-protocol';
import { resolveAssumptions, type SandboxAssumptions } from './assumptions.js';
import { SandboxClock } from './clock.js';
import { checkFaultRule } from './fault-rule.js';
import { type SandboxFaultRule } from './fault.js';
import { refuseCallbackUrl } from './loopback.js';
import { unknownNames } from './unknown-names.js';
import {
  isPresence,
  refuseUser,
  refuseUserId,
  sandboxPresences,
  seedUserFields,
  type SandboxSeedUser,
} from './user-rules.js';

/** A project in ZEGO's console: its AppID and secrets. */
export interface SandboxApp {
  /** Unsigned 32-bit number. */
  readonly appId: number;
  /** Signs the app's requests; any non-empty string. */
  readonly serverSecret: string;
  /** Signs the app's callbacks; any non-empty string. Default: the ServerSecret. */
  readonly callbackSecret?: string;
}

/** Options of a sandbox; each has a default. */
export interface SandboxOptions {
  /** 0 to 65535; 0, the default, takes any free port. */
  readonly port?: number;
  /** Default: one app with a random AppID and a random secret of 32 hex digits. */
  readonly apps?: readonly SandboxApp[];
  /** Users of every app, at the start and after each reset; online, unless they name another presence. */
  readonly users?: readonly (string | SandboxSeedUser)[];
  /** Switches for behaviour that the vendor's pages do not state. */
  readonly assumptions?: Partial<SandboxAssumptions>;
  readonly clock?: SandboxClock;
  /** Calls per second per AppID; 1 to 1,000,000, default 20, which is ZIM's. */
  readonly callsPerSecond?: number;
  /** Entries kept in the journal of each AppID; 1 to 1,000,000, default 10,000. */
  readonly maxJournalEntries?: number;
  /** URL for the callbacks of every app: an http address of this machine. Default: none are sent. */
  readonly callbackUrl?: string;
  /**
   * Timeout of a callback request in milliseconds of real time; 1 to 600,000, default 5000. No page states ZIM's
   * own.
   */
  readonly callbackTimeoutMs?: number;
  /** Fault rules that are active from the start and again after each reset. Default: none. */
  readonly faults?: readonly SandboxFaultRule[];
}

/** Options whose switches and faults have not been checked yet. */
export type UncheckedOptions = Omit<SandboxOptions, 'assumptions' | 'faults'> & {
  readonly assumptions?: Readonly<Record<string, unknown>>;
  readonly faults?: readonly unknown[];
};

export interface Settings {
  readonly port: number;
  readonly apps: readonly [SandboxApp, ...SandboxApp[]];
  readonly users: readonly SandboxSeedUser[];
  readonly assumptions: SandboxAssumptions;
  readonly clock: SandboxClock;
  readonly callsPerSecond: number;
  readonly maxJournalEntries: number;
  readonly callbackUrl: string | undefined;
  readonly callbackTimeoutMs: number;
  readonly faults: readonly SandboxFaultRule[];
}

const optionNames = [
  'port',
  'apps',
  'users',
  'assumptions',
  'clock',
  'callsPerSecond',
  'maxJournalEntries',
  'callbackUrl',
  'callbackTimeoutMs',
  'faults',
];
const appFields = ['appId', 'serverSecret', 'callbackSecret'];

/**
 * The project of the vendor's signing examples, whose ServerSecret is published.
 *
 * See https://www.zegocloud.com/docs/zim-server/accessing-server-apis
 */
export const exampleApp: SandboxApp = {
  appId: 12345,
  serverSecret: '9193cc662a4c0ec135ec71fb57194b38',
};

/** Returns whether an app is the vendor's example project, whose ServerSecret is public. */
export function isExampleApp({ appId, serverSecret }: SandboxApp): boolean {
  return appId === exampleApp.appId && serverSecret === exampleApp.serverSecret;
}

/**
 * Returns the options with defaults filled in, and every problem they have. A problem names the path, never a
 * value of an app: if AppID and secret are swapped, the secret must not get into a log.
 */
export function resolveSettings(options: UncheckedOptions): {
  settings: Settings;
  problems: string[];
} {
  const problems = [...unknownNames(Object.keys(options), optionNames)];
  const integer = (name: string, value: number, lowest: number, highest: number): number => {
    if (!isIntegerInRange(value, lowest, highest))
      problems.push(`${name} must be a whole number from ${lowest} to ${highest}`);
    return value;
  };

  const [first, ...others] = options.apps ?? [randomApp()];
  if (first === undefined) problems.push('apps must hold at least one app');
  const apps: Settings['apps'] = [first ?? randomApp(), ...others];
  problems.push(...appProblems(apps));

  const users = (options.users ?? []).map((user) =>
    typeof user === 'string' ? { userId: user } : user,
  );
  problems.push(...users.flatMap(userProblems));

  const { callbackUrl } = options;
  const wrongUrl = callbackUrl === undefined ? undefined : refuseCallbackUrl(callbackUrl);
  if (wrongUrl !== undefined) problems.push(`callbackUrl ${wrongUrl}`);

  const settings: Settings = {
    port: integer('port', options.port ?? 0, 0, 65535),
    apps,
    users,
    assumptions: resolveAssumptions(options.assumptions ?? {}, problems),
    clock: options.clock ?? new SandboxClock(),
    callsPerSecond: integer(
      'callsPerSecond',
      options.callsPerSecond ?? zimActions.CallInvite.callsPerSecond,
      1,
      1_000_000,
    ),
    maxJournalEntries: integer(
      'maxJournalEntries',
      options.maxJournalEntries ?? 10_000,
      1,
      1_000_000,
    ),
    callbackUrl,
    callbackTimeoutMs: integer('callbackTimeoutMs', options.callbackTimeoutMs ?? 5000, 1, 600_000),
    faults: (options.faults ?? []).flatMap((fault, index) => {
      const checked = checkFaultRule(fault);
      if ('rule' in checked) return [checked.rule];
      problems.push(...checked.problems.map((problem) => `faults[${index}]: ${problem}`));
      return [];
    }),
  };
  return { settings, problems };
}

/** Returns the AppIDs in the order of the apps. */
export function appIdsOf(settings: Settings): readonly [number, ...number[]] {
  const [first, ...others] = settings.apps;
  return [first.appId, ...others.map((app) => app.appId)];
}

function appProblems(apps: readonly SandboxApp[]): string[] {
  const problems: string[] = [];
  for (const [index, app] of apps.entries()) {
    problems.push(...unknownNames(Object.keys(app), appFields, `apps[${index}].`));
    if (!isIntegerInRange(app.appId, 0, zimLimits.maxAppId))
      problems.push(`apps[${index}].appId must be an unsigned 32-bit number`);
    else if (apps.findIndex((other) => other.appId === app.appId) < index)
      problems.push(`apps[${index}].appId is given twice`);
    if (!isNonEmptyString(app.serverSecret))
      problems.push(`apps[${index}].serverSecret must not be empty`);
    if (app.callbackSecret !== undefined && !isNonEmptyString(app.callbackSecret))
      problems.push(`apps[${index}].callbackSecret must not be empty`);
  }
  return problems;
}

function userProblems(user: SandboxSeedUser, index: number): readonly string[] {
  const unknown = unknownNames(Object.keys(user), seedUserFields, `users[${index}].`);
  if (unknown.length > 0) return unknown;
  const idRefusal = refuseUserId(user.userId);
  if (idRefusal !== undefined) return [`users[${index}] ${idRefusal.hint}`];
  const refusal = refuseUser(user);
  if (refusal !== undefined) return [`users[${index}]: ${refusal.hint}`];
  return user.presence === undefined || isPresence(user.presence)
    ? []
    : [`users[${index}].presence must be ${sandboxPresences.join(', ')}`];
}

function randomApp(): SandboxApp {
  return {
    appId: randomInt(1, zimLimits.maxAppId + 1),
    serverSecret: randomBytes(16).toString('hex'),
  };
}

function isNonEmptyString(value: unknown): boolean {
  return typeof value === 'string' && value !== '';
}

function isIntegerInRange(value: number, lowest: number, highest: number): boolean {
  return Number.isInteger(value) && value >= lowest && value <= highest;
}
