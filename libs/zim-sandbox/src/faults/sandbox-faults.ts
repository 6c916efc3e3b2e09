import { checkFaultRule } from '../core/fault-rule.js';
import { Listeners } from '../core/listeners.js';
import { momentOf } from '../core/fault-table.js';
import {
  type SandboxFault,
  type SandboxFaultMatch,
  type SandboxFaultRule,
  type SandboxInjection,
} from '../core/fault.js';
import { magicFault } from './magic-ids.js';

/** A rule in force. */
export interface SandboxActiveFault extends SandboxFaultRule {
  /** Counts up from 1; none comes twice, not even after a reset, which leaves those of the start theirs. */
  readonly id: number;
  /** How many requests it has met; at `times`, it meets no more. */
  readonly hits: number;
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
  readonly injection: SandboxInjection;
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
  readonly #rules = new Map<number, { readonly rule: SandboxFaultRule; hits: number }>();
  readonly #listeners = new Listeners<readonly SandboxActiveFault[]>();
  #lastId: number;

  /** @param seed rules in force at the start and after each reset */
  constructor(seed: readonly SandboxFaultRule[]) {
    this.#seed = seed;
    this.#lastId = seed.length;
    this.reset();
  }

  /**
   * Puts a rule in force, after all others, until it is removed or used up.
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

  /** All rules, those used up too, in the order in which they are tried: copies, which never change. */
  list(): readonly SandboxActiveFault[] {
    return [...this.#rules].map(([id, { rule, hits }]) => describe(id, rule, hits));
  }

  /** @returns whether there was such a rule */
  remove(id: number): boolean {
    const isRemoved = this.#rules.delete(id);
    if (isRemoved) this.#tell();
    return isRemoved;
  }

  /** Removes all rules, also those of the start, which come back with a reset. */
  clear(): void {
    this.#rules.clear();
    this.#tell();
  }

  /**
   * Calls the listener with all rules whenever one comes, goes or hits, but not with a reset.
   *
   * @internal
   */
  onChange(listener: (rules: readonly SandboxActiveFault[]) => void): () => void {
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
    this.#rules.clear();
    for (const [index, rule] of this.#seed.entries()) this.#put(index + 1, rule);
  }

  #tell(): void {
    this.#listeners.tell(this.list());
  }

  #put(id: number, rule: SandboxFaultRule): SandboxActiveFault {
    this.#rules.set(id, { rule, hits: 0 });
    return describe(id, rule, 0);
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

function describe(id: number, rule: SandboxFaultRule, hits: number): SandboxActiveFault {
  return { id, ...structuredClone(rule), hits };
}

/** For the person at the desk. */
export function describeInjection({ kind, when, id, prefix }: SandboxInjection): string {
  const moment = when === undefined ? '' : `, ${when} execution`;
  const cause = id === undefined ? `the user id prefix ${prefix ?? ''}` : `rule ${id}`;
  return `fault injected: ${kind}${moment} (${cause})`;
}
