import { isDeepStrictEqual } from 'node:util';
import fc from 'fast-check';
import { ZimInvalidRequestError } from 'nestjs-zim-call';
import { checkedInviteBody } from 'nestjs-zim-call/testing';
import { InviteChecker } from 'zim-sandbox/testing';
import { countOf, isFullRun, seed, seeded } from '../support/property.js';
import { breachesOf, type Breach, type Rule } from './invite-rules.js';
import { invites, uncheckedWire } from './random-invites.js';

type Input = Readonly<Record<string, unknown>>;

const runs = countOf({ sample: 1_000, full: 100_000 });

/** Where the library is stricter than the sandbox, and why that is right. Everywhere else both must agree. */
const onlyTheLibraryRefuses: Partial<Record<Rule, string>> = {
  'half a surrogate pair': 'it has no UTF-8 form, and no page says what ZIM does with its escape',
  'inherited name': 'nothing that every object inherits reaches the wire',
  'no number in JSON': 'JSON writes null for it, which counts as absent',
  'push fields the page does not list': "ZIM's page for invites gives them no rules",
  'unknown property': 'ZIM ignores what its page does not have, a misspelt field among it',
  'whole seconds': "ZIM's schema says number, and no page says what ZIM does with a fraction",
};

const sandbox = new InviteChecker();

interface LibraryVerdict {
  readonly body?: object;
  /** The fields that were refused, without the places of list items. */
  readonly paths: readonly string[];
}

function libraryVerdict(invite: Input): LibraryVerdict {
  try {
    return { body: checkedInviteBody(invite), paths: [] };
  } catch (error) {
    if (!(error instanceof ZimInvalidRequestError)) throw error;
    return { paths: error.errors.map(({ path }) => path.replace(/\[\d+\].*$/, '')) };
  }
}

/** Says where library and sandbox disagree; `undefined` if they agree. */
function disagreement(invite: Input, breaches: readonly Breach[]): string | undefined {
  const { body, paths } = libraryVerdict(invite);
  const wire = uncheckedWire(invite);
  if (body !== undefined) {
    if (breaches.length > 0) return 'the library accepts it';
    if (!sandbox.accepts(body)) return 'the sandbox refuses what the library sends';
    return isSameCall(body, wire) ? undefined : 'the library sends something else';
  }
  if (breaches.length === 0) return 'the library refuses it';
  if (!areReported(paths, breaches)) return `the library blames ${paths.join(', ')}`;
  const mustRefuse = breaches.some(({ rule }) => onlyTheLibraryRefuses[rule] === undefined);
  if (sandbox.accepts(wire) === mustRefuse) {
    return mustRefuse ? 'the sandbox accepts it' : 'the sandbox refuses it';
  }
  return undefined;
}

/** Whether the library reports each wrong field, and no other. It reports an inherited name before anything else. */
function areReported(paths: readonly string[], breaches: readonly Breach[]): boolean {
  const inherited = breaches.filter(({ rule }) => rule === 'inherited name');
  const expected = (inherited.length > 0 ? inherited : breaches).map(({ path }) => path);
  return isDeepStrictEqual(new Set(paths), new Set(expected));
}

/** The library leaves out what is null, and pushes where a push is given. */
function isSameCall(body: object, wire: Record<string, unknown>): boolean {
  const { OfflinePush: push, ...rest } = wire;
  const expected = withoutNulls({ ...rest, OfflinePush: { Enable: 1, ...withoutNulls(push) } });
  return isDeepStrictEqual(JSON.parse(JSON.stringify(body)), expected);
}

function withoutNulls(value: unknown): object {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return value as object;
  return Object.fromEntries(
    Object.entries(value)
      .filter(([, field]) => field !== null && field !== undefined)
      .map(([name, field]) => [name, Object.is(field, -0) ? 0 : withoutNulls(field)]),
  );
}

it(
  seeded(`library and sandbox agree on ${runs} random invites`),
  () => {
    const seen = new Map<string, number>();
    const count = (key: string) => seen.set(key, (seen.get(key) ?? 0) + 1);
    const property = fc.property(invites, (invite) => {
      const breaches = breachesOf(invite);
      count(breaches.length === 0 ? 'accepted' : 'refused');
      for (const rule of new Set(breaches.map((breach) => breach.rule))) {
        count(rule);
        // A rule that is always broken together with others would prove nothing.
        if (breaches.length === 1) count(`only ${rule}`);
      }
      const problem = disagreement(invite, breaches);
      if (problem !== undefined) {
        throw new Error(`${problem}; it breaks ${JSON.stringify(breaches)}`);
      }
    });
    fc.assert(property, { numRuns: runs, seed });

    if (isFullRun) {
      const keys = [...everyRule, ...everyRule.map((rule) => `only ${rule}`)];
      expect(keys.filter((key) => (seen.get(key) ?? 0) < 200)).toEqual([]);
    }
    expect(seen.get('accepted')).toBeGreaterThan(0.2 * runs);
    expect(seen.get('refused')).toBeGreaterThan(0.2 * runs);
    expect(sandbox.calls.list()).toEqual([]);
  },
  180_000,
);

const everyRule: readonly Rule[] = [
  'duplicate callee',
  'extended data bytes',
  'extended data type',
  'half a surrogate pair',
  'id bytes',
  'id characters',
  'id empty',
  'id type',
  'inherited name',
  'list of callees',
  'no callee',
  'no number in JSON',
  'push fields the page does not list',
  'push switch',
  'push text type',
  'push type',
  'ten callees',
  'timeout range',
  'timeout type',
  'unknown property',
  'whole seconds',
];
