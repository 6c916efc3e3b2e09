import { type SandboxClock } from '../core/clock.js';
import { checkFaultRule } from '../core/fault-rule.js';
import { Listeners } from '../core/listeners.js';
import { momentOf } from '../core/fault-table.js';
import {
  type SandboxFault,
  type SandboxFaultMatch,
  type SandboxFaultRule,
  type SandboxInjectedFault,
} from '../core/fault.js';
import { magicFault } from './magic-ids.js';

/** An active rule. */
export interface SandboxActiveFault extends SandboxFaultRule {
  /** Counts up from 1 and never repeats; after a reset, the rules of the start have the same ids as before. */
  readonly id: number;
  /** How many requests got the fault; at `times`, no more do. */
  readonly hits: number;
  /** For a rule with `lastsMs`: when it ends, as Unix time in milliseconds on the sandbox's clock. */
  readonly until?: number;
}

/** The parts of a request that rules match. */
export interface MatchedRequest {
  readonly action?: string;
  readonly appId?: number;
  readonly userIds: readonly string[];
  readonly attempt: number;
}

/** The fault to inject into a request. */
export interface DecidedFault {
  readonly fault: SandboxFault;
  /** As the journal shows it. */
  readonly injection: SandboxInjectedFault;
}

interface Entry {
  readonly rule: SandboxFaultRule;
  readonly until: number | undefined;
  readonly cancelTimer: () => void;
  hits: number;
}

/** Operations to which the faults of magic user ids apply; others can name such users without a fault. */
const callActions = new Set(['CallInvite', 'CallAccept', 'CallReject']);

/**
 * The fault rules. They are tried in the order in which they were added, those of the start first; the first that
 * matches and has hits left applies. If none applies, the first user named whose id has a fault decides.
 */
export class SandboxFaults {
  private readonly seed: readonly SandboxFaultRule[];
  private readonly clock: SandboxClock;
  private readonly rules = new Map<number, Entry>();
  private readonly listeners = new Listeners<undefined>();
  private lastId: number;

  /** @param seed - rules that are active at the start and after each reset */
  constructor(seed: readonly SandboxFaultRule[], clock: SandboxClock) {
    this.seed = seed;
    this.clock = clock;
    this.lastId = seed.length;
    this.reset();
  }

  /**
   * Adds a rule after all others. It is active until it is removed, has no hits left or ends.
   *
   * @throws Error that names every problem of the rule, in which case nothing has changed
   */
  add(rule: SandboxFaultRule): SandboxActiveFault {
    const checked = checkFaultRule(rule);
    if ('problems' in checked)
      throw new Error(`This fault rule is wrong: ${checked.problems.join('; ')}.`);
    const added = this.put(++this.lastId, checked.rule);
    this.emitChange();
    return added;
  }

  /** Returns copies of the rules that have not ended, in the order in which they are tried; used-up ones included. */
  list(): readonly SandboxActiveFault[] {
    return [...this.rules].map(([id, entry]) => describe(id, entry));
  }

  /** @returns whether the rule existed */
  remove(id: number): boolean {
    this.rules.get(id)?.cancelTimer();
    const isRemoved = this.rules.delete(id);
    if (isRemoved) this.emitChange();
    return isRemoved;
  }

  /** Removes all rules; a reset restores those of the start. */
  clear(): void {
    this.stop();
    this.rules.clear();
    this.emitChange();
  }

  /**
   * Calls the listener whenever a rule is added, is removed or gets a hit, but not on a reset.
   *
   * @internal
   */
  onChange(listener: () => void): () => void {
    return this.listeners.add(listener);
  }

  /** @internal */
  decide(request: MatchedRequest): DecidedFault | undefined {
    for (const [id, entry] of this.rules) {
      const { match = {}, times = Infinity, fault } = entry.rule;
      if (entry.hits >= times || !matches(match, request)) continue;
      entry.hits++;
      this.emitChange();
      return { fault, injection: { id, kind: fault.kind, when: momentOf(fault) } };
    }
    if (!callActions.has(request.action ?? '')) return undefined;
    const magic = magicFault(request.userIds);
    if (magic === undefined) return undefined;
    const { prefix, fault } = magic;
    return { fault, injection: { prefix, kind: fault.kind, when: momentOf(fault) } };
  }

  /** @internal */
  reset(): void {
    this.stop();
    this.rules.clear();
    for (const [index, rule] of this.seed.entries()) this.put(index + 1, rule);
  }

  /**
   * Cancels the timers of rules that would end by themselves.
   *
   * @internal
   */
  stop(): void {
    for (const { cancelTimer } of this.rules.values()) cancelTimer();
  }

  private emitChange(): void {
    this.listeners.emit(undefined);
  }

  private put(id: number, rule: SandboxFaultRule): SandboxActiveFault {
    const { lastsMs } = rule;
    const endsByItself = lastsMs !== undefined;
    const entry: Entry = {
      rule,
      hits: 0,
      until: endsByItself ? this.clock.now() + lastsMs : undefined,
      cancelTimer: endsByItself ? this.clock.setTimer(lastsMs, () => this.remove(id)) : noop,
    };
    this.rules.set(id, entry);
    return describe(id, entry);
  }
}

function matches(match: SandboxFaultMatch, request: MatchedRequest): boolean {
  const { action, appId, userId, attempt } = match;
  return (
    (action === undefined || action === request.action) &&
    (appId === undefined || appId === request.appId) &&
    (userId === undefined || request.userIds.includes(userId)) &&
    (attempt === undefined || attempt === request.attempt)
  );
}

function describe(id: number, { rule, hits, until }: Entry): SandboxActiveFault {
  return { id, ...structuredClone(rule), hits, ...(until === undefined ? {} : { until }) };
}

function noop(): void {
  // A rule without an end has no timer.
}

/** Returns the text about an injected fault for the hint. */
export function describeInjection({ kind, when, id, prefix }: SandboxInjectedFault): string {
  const moment = when === undefined ? '' : `, ${when} execution`;
  const cause = id === undefined ? `the user id prefix ${prefix ?? ''}` : `rule ${id}`;
  return `fault injected: ${kind}${moment} (${cause})`;
}
