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

/** A project in ZEGO's console, as far as the sandbox needs one. */
export interface SandboxApp {
  /** Unsigned 32-bit number. */
  readonly appId: number;
  /** What requests of the app are signed with; any text that is not empty. */
  readonly serverSecret: string;
  /** What callbacks of the app are signed with; any text that is not empty. Default: the ServerSecret. */
  readonly callbackSecret?: string;
}

/** How to start a sandbox; everything has a default. */
export interface SandboxOptions {
  /** 0 to 65535; 0, the default, takes any free port. */
  readonly port?: number;
  /** Default: one app with a random AppID and a random secret of 32 hex digits. */
  readonly apps?: readonly SandboxApp[];
  /** Users that every app has, at the start and after each reset; online, unless they say otherwise. */
  readonly users?: readonly (string | SandboxSeedUser)[];
  /** Where the vendor's pages are silent. */
  readonly assumptions?: Partial<SandboxAssumptions>;
  readonly clock?: SandboxClock;
  /** Calls a second that an AppID may make; 1 to 1,000,000, default 20, which is ZIM's. */
  readonly callsPerSecond?: number;
  /** Entries kept in the journal of each AppID; 1 to 1,000,000, default 10,000. */
  readonly maxJournalEntries?: number;
  /** Where callbacks of every app go: an http address of this machine. Default: nowhere. */
  readonly callbackUrl?: string;
  /**
   * How long a callback waits for an answer, in milliseconds of real time; 1 to 600,000, default 5000. No page
   * states ZIM's own.
   */
  readonly callbackTimeoutMs?: number;
  /** What goes wrong, from the start and again after each reset. Default: nothing. */
  readonly faults?: readonly SandboxFaultRule[];
}

/** The options of a program that has not checked its switches and faults yet. */
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
 * The options filled up with defaults, and all that is wrong with them. The problems name places, never the
 * values of an app: someone who mixes up AppID and secret should not find the secret in a log.
 */
export function resolveSettings(options: UncheckedOptions): {
  settings: Settings;
  problems: string[];
} {
  const problems = [...unknownNames(Object.keys(options), optionNames)];
  const whole = (name: string, value: number, lowest: number, highest: number): number => {
    if (!isWhole(value, lowest, highest))
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
    port: whole('port', options.port ?? 0, 0, 65535),
    apps,
    users,
    assumptions: resolveAssumptions(options.assumptions ?? {}, problems),
    clock: options.clock ?? new SandboxClock(),
    callsPerSecond: whole(
      'callsPerSecond',
      options.callsPerSecond ?? zimActions.CallInvite.callsPerSecond,
      1,
      1_000_000,
    ),
    maxJournalEntries: whole(
      'maxJournalEntries',
      options.maxJournalEntries ?? 10_000,
      1,
      1_000_000,
    ),
    callbackUrl,
    callbackTimeoutMs: whole('callbackTimeoutMs', options.callbackTimeoutMs ?? 5000, 1, 600_000),
    faults: (options.faults ?? []).flatMap((fault, index) => {
      const checked = checkFaultRule(fault);
      if ('rule' in checked) return [checked.rule];
      problems.push(...checked.problems.map((problem) => `faults[${index}]: ${problem}`));
      return [];
    }),
  };
  return { settings, problems };
}

/** The AppIDs in the order of the apps. */
export function appIdsOf(settings: Settings): readonly [number, ...number[]] {
  const [first, ...others] = settings.apps;
  return [first.appId, ...others.map((app) => app.appId)];
}

function appProblems(apps: readonly SandboxApp[]): string[] {
  const problems: string[] = [];
  for (const [index, app] of apps.entries()) {
    problems.push(...unknownNames(Object.keys(app), appFields, `apps[${index}].`));
    if (!isWhole(app.appId, 0, zimLimits.maxAppId))
      problems.push(`apps[${index}].appId must be an unsigned 32-bit number`);
    else if (apps.findIndex((other) => other.appId === app.appId) < index)
      problems.push(`apps[${index}].appId is given twice`);
    if (!isFilledText(app.serverSecret))
      problems.push(`apps[${index}].serverSecret must not be empty`);
    if (app.callbackSecret !== undefined && !isFilledText(app.callbackSecret))
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

function isFilledText(value: unknown): boolean {
  return typeof value === 'string' && value !== '';
}

function isWhole(value: number, lowest: number, highest: number): boolean {
  return Number.isInteger(value) && value >= lowest && value <= highest;
}
