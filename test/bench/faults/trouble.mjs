// Everything that goes wrong, and what a client can know when that was the last it met.

/**
 * Each with a client of its own, for what one of them meets others feel, too: `idle` connections end between two
 * requests, `clocks` are those of servers whose `Date` is wrong, and the port of `dead` is closed.
 *
 * @typedef {'main' | 'idle' | 'clocks' | 'dead'} Lane
 */

/** @type {readonly Lane[]} */
export const lanes = ['main', 'idle', 'clocks', 'dead'];

/**
 * @typedef {'done' | 'not-sent' | 'refused' | 'rejected' | 'unknown'} Outcome
 */

/**
 * @typedef {object} Trouble
 * @property {string} name
 * @property {number} weight how often it is chosen, beside the others
 * @property {Lane} lane
 * @property {readonly Outcome[]} ends the truths that a client can tell if this was its last attempt
 * @property {object} [fault] a fault of the sandbox; without one the request meets none
 * @property {boolean} isRegistered whether there is such a callee
 */

/** Faults after which the outcome cannot be known: the client sees the same whether the sandbox executed the call or not. */
const unknowable = [
  ...atBothMoments(2, { kind: 'hang' }),
  ...atBothMoments(3, { kind: 'reset' }),
  ...atBothMoments(2, { kind: 'close' }),
  trouble(2, { kind: 'half-reply', then: 'reset' }),
  trouble(2, { kind: 'half-reply', then: 'silence' }),
  ...atBothMoments(1, { kind: 'truncated-json' }),
  ...atBothMoments(1, { kind: 'invalid-json' }),
  ...atBothMoments(2, { kind: 'html-502' }),
  ...atBothMoments(1, { kind: 'empty-200' }),
  ...atBothMoments(1, { kind: 'status', status: 200, body: 'Please log in to this network' }),
  ...atBothMoments(0.5, { kind: 'status', status: 403 }),
  ...atBothMoments(1, { kind: 'status', status: 429, retryAfterSeconds: 1 }),
  ...atBothMoments(2, { kind: 'status', status: 500 }),
  ...atBothMoments(1, { kind: 'status', status: 503, retryAfterSeconds: 1 }),
  ...atBothMoments(1, { kind: 'status', status: 503, retryAfterSeconds: 0 }),
  ...atBothMoments(1, { kind: 'status', status: 504 }),
  ...[1, 105001, 660000001, 660000003, 987654321].flatMap((code) =>
    atBothMoments(0.7, { kind: 'code', code }),
  ),
  ...atBothMoments(1, { kind: 'redirect', status: 307 }),
  ...atBothMoments(0.5, { kind: 'redirect', status: 302 }),
  // Beyond the time limit of a request, the second one by far.
  trouble(2, { kind: 'delay', ms: 600 }),
  trouble(1, { kind: 'delay', ms: 900 }),
  trouble(1, { kind: 'slow-drip', msPerByte: 20 }),
  // Heavy for a client that reads the whole reply.
  trouble(0.3, { kind: 'oversized', bytes: 2 * 1024 * 1024 }),
  trouble(0.05, { kind: 'gzip-bomb' }),
].map((row) => ({ ...row, ends: ['unknown'] }));

/** ZIM refuses these before it reads the request; with `when: 'after'` the refusal would be false, and undetectable. */
const stopped = [
  trouble(2, { kind: 'code', code: 7 }),
  trouble(3, { kind: 'code', code: 660300005 }),
  trouble(1, { kind: 'code', code: 660300005, retryAfterSeconds: 0 }),
  trouble(1, { kind: 'code', code: 660300005, retryAfterSeconds: 1 }),
  trouble(0.5, { kind: 'code', code: 660300005, retryAfterSeconds: 2 }),
  trouble(0.5, { kind: 'code', code: 100000004 }),
].map((row) => ({ ...row, ends: ['refused'] }));

const denied = [
  trouble(1, { kind: 'code', code: 660500002 }),
  trouble(1, { kind: 'code', code: 660900003 }),
  { ...trouble(1), name: 'no user of that name', isRegistered: false },
].map((row) => ({ ...row, ends: ['rejected'] }));

/** What a client has to get over. */
const harmless = [
  trouble(3, { kind: 'delay', ms: 60 }),
  trouble(0.5, { kind: 'oversized', bytes: 64 * 1024 }),
].map((row) => ({ ...row, ends: ['done'] }));

/** So near to the time limit of a request that it may end either way. */
const borderline = [
  trouble(1, { kind: 'delay', ms: 395 }),
  trouble(1, { kind: 'slow-drip', msPerByte: 2 }),
].map((row) => ({ ...row, ends: ['done', 'unknown'] }));

const elsewhere = [
  { ...trouble(3, { kind: 'close-idle', afterMs: 0 }), lane: 'idle' },
  { ...trouble(3, { kind: 'close-idle', afterMs: 5 }), lane: 'idle' },
  { ...trouble(1, { kind: 'wrong-date', offsetSeconds: 3_600 }), lane: 'clocks' },
  { ...trouble(1, { kind: 'wrong-date', offsetSeconds: -7_200 }), lane: 'clocks' },
  {
    ...trouble(1, { kind: 'clock-skew', offsetSeconds: 3_600 }),
    lane: 'clocks',
    ends: ['done', 'refused'],
  },
  {
    ...trouble(1, { kind: 'clock-skew', offsetSeconds: -3_600 }),
    lane: 'clocks',
    ends: ['done', 'refused'],
  },
  { ...trouble(4), name: 'a closed port', lane: 'dead', ends: ['not-sent'] },
];

/** @type {readonly Trouble[]} */
export const troubles = [
  ...unknowable,
  ...stopped,
  ...denied,
  ...harmless,
  ...borderline,
  ...elsewhere,
];

/** @type {Trouble} */
export const noTrouble = { ...trouble(0), name: 'none' };

function atBothMoments(weight, fault) {
  return ['before', 'after'].map((when) => trouble(weight, { ...fault, when }));
}

function trouble(weight, fault) {
  return { name: nameOf(fault), weight, lane: 'main', ends: ['done'], fault, isRegistered: true };
}

function nameOf({ kind, ...fields } = {}) {
  const values = Object.entries(fields).map(([name, value]) =>
    name === 'when' ? value : `${name}=${value}`,
  );
  return [kind, ...values].join(' ');
}
