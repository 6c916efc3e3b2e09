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

/** A rule in force. */
export interface SandboxActiveFault extends SandboxFaultRule {
  /** Counts up from 1; none comes twice, not even after a reset, which leaves those of the start theirs. */
  readonly id: number;
  /** How many requests it has met; at `times`, it meets no more. */
  readonly hits: number;
  /** When it ends, as Unix time in milliseconds on the sandbox's clock, if it has `lastsMs`. */
  readonly until?: number;
}

/** A request as far as rules tell one from another. */
export interface FaultyRequest {
  readonly action?: string;
  readonly appId?: number;
  readonly userIds: readonly string[];
  readonly attempt: number;
}

/** A fault that a request is to meet. */
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

/** Operations whose users bring their fate along; others must be able to name them in peace. */
const callActions = new Set(['CallInvite', 'CallAccept', 'CallReject']);

/**
 * What goes wrong with which requests. Of all rules, in the order in which they were added (those of the start
 * first), the first that matches and has hits left applies, and no other. A request without a rule meets the
 * fault of the first user it names whose id bears one.
 */
export class SandboxFaults {
  readonly #seed: readonly SandboxFaultRule[];
  readonly #clock: SandboxClock;
  readonly #rules = new Map<number, Entry>();
  readonly #listeners = new Listeners<undefined>();
  #lastId: number;

  /** @param seed rules in force at the start and after each reset */
  constructor(seed: readonly SandboxFaultRule[], clock: SandboxClock) {
    this.#seed = seed;
    this.#clock = clock;
    this.#lastId = seed.length;
    this.reset();
  }

  /**
   * Puts a rule in force, after all others, until it is removed, used up or over.
   *
   * @throws Error that names all that is wrong with the rule, in which case nothing has changed
   */
  add(rule: SandboxFaultRule): SandboxActiveFault {
    const checked = checkFaultRule(rule);
    if ('problems' in checked)
      throw new Error(`This fault rule is wrong: ${checked.problems.join('; ')}.`);
    const added = this.#put(++this.#lastId, checked.rule);
    this.#tell();
    return added;
  }

  /** All rules, those used up but not those that are over, in the order in which they are tried: copies, which never change. */
  list(): readonly SandboxActiveFault[] {
    return [...this.#rules].map(([id, entry]) => describe(id, entry));
  }

  /** @returns whether there was such a rule */
  remove(id: number): boolean {
    this.#rules.get(id)?.cancelTimer();
    const isRemoved = this.#rules.delete(id);
    if (isRemoved) this.#tell();
    return isRemoved;
  }

  /** Removes all rules, also those of the start, which come back with a reset. */
  clear(): void {
    this.stop();
    this.#rules.clear();
    this.#tell();
  }

  /**
   * Calls the listener whenever a rule comes, goes or hits, but not with a reset.
   *
   * @internal
   */
  onChange(listener: () => void): () => void {
    return this.#listeners.add(listener);
  }

  /** @internal */
  decide(request: FaultyRequest): DecidedFault | undefined {
    for (const [id, entry] of this.#rules) {
      const { match = {}, times = Infinity, fault } = entry.rule;
      if (entry.hits >= times || !fits(match, request)) continue;
      entry.hits++;
      this.#tell();
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
    this.#rules.clear();
    for (const [index, rule] of this.#seed.entries()) this.#put(index + 1, rule);
  }

  /**
   * No rule ends by itself after this.
   *
   * @internal
   */
  stop(): void {
    for (const { cancelTimer } of this.#rules.values()) cancelTimer();
  }

  #tell(): void {
    this.#listeners.tell(undefined);
  }

  #put(id: number, rule: SandboxFaultRule): SandboxActiveFault {
    const { lastsMs } = rule;
    const isLasting = lastsMs !== undefined;
    const entry: Entry = {
      rule,
      hits: 0,
      until: isLasting ? this.#clock.now() + lastsMs : undefined,
      cancelTimer: isLasting ? this.#clock.setTimer(lastsMs, () => this.remove(id)) : nothing,
    };
    this.#rules.set(id, entry);
    return describe(id, entry);
  }
}

function fits(match: SandboxFaultMatch, request: FaultyRequest): boolean {
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

function nothing(): void {
  // A rule without an end needs no timer.
}

/** For the person at the desk. */
export function describeInjection({ kind, when, id, prefix }: SandboxInjectedFault): string {
  const moment = when === undefined ? '' : `, ${when} execution`;
  const cause = id === undefined ? `the user id prefix ${prefix ?? ''}` : `rule ${id}`;
  return `fault injected: ${kind}${moment} (${cause})`;
}
