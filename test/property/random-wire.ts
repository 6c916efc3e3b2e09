import type { Socket } from 'node:net';
import fc from 'fast-check';
import { acceptedBody, httpReply } from '../support/raw-server.js';
import { replyTexts } from './random-replies.js';

/** What a server does with one request: sends bytes, and then leaves the connection open or ends it. */
export interface WireScript {
  readonly kind: string;
  readonly bytes: Buffer;
  readonly ending: 'open' | 'end' | 'reset';
  /** The bytes go in two parts, cut here. */
  readonly cutAt: number;
  /** The body, if the head announces its length. */
  readonly body?: string;
}

/** Sends what the script says. */
export function perform({ bytes, ending, cutAt }: WireScript, socket: Socket): void {
  const finish = () => {
    if (ending === 'end') socket.end();
    else if (ending === 'reset') socket.resetAndDestroy();
  };
  const rest = bytes.subarray(cutAt);
  if (cutAt > 0) socket.write(bytes.subarray(0, cutAt));
  if (rest.length === 0) finish();
  else setImmediate(() => socket.write(rest, finish));
}

/** A call's own id, so that a reply that comes to the wrong call is noticed. */
export const callIdOf = (index: number) => String(1_000_000 + index);

const good = (index: number) => httpReply(acceptedBody(callIdOf(index)));
/** A reply without a request. */
const stray = httpReply(acceptedBody('666'));
const anyBytes = fc
  .uint8Array({ minLength: 1, maxLength: 80 })
  .map((bytes) => Buffer.from(bytes).toString('latin1'));

const heads = fc.constantFrom(
  'HTTP/1.1 200 OK\r\nBad Header\r\n\r\n',
  'HTTP/1.1 200 OK\r\nX: \0\r\n\r\n',
  'HTTP/9.9 200 OK\r\n\r\n',
  'HTTP/1.1 99 Odd\r\n\r\n',
  'HTTP/1.1 -1\r\n\r\n',
  'HTTP/1.1 1000000 Odd\r\n\r\n',
  'HTTP/1.1\r\n\r\n',
  'HTTP/1.1 200 OK\r\nContent-Length: -5\r\n\r\n',
  'HTTP/1.1 200 OK\r\nContent-Length: 5\r\nContent-Length: 6\r\n\r\n{"Code":0}',
  'HTTP/1.1 200 OK\r\nContent-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n',
  'HTTP/1.1 200 OK\r\nTransfer-Encoding: gzip, chunked\r\n\r\nzz\r\n',
  'HTTP/1.1 101 Switching Protocols\r\nUpgrade: x\r\nConnection: upgrade\r\n\r\n',
  'HTTP/1.1 204 No Content\r\n\r\n',
  'HTTP/1.1 304 Not Modified\r\n\r\n',
  'HTTP/1.1 302 Found\r\nLocation: http://127.0.0.1:1/\r\nContent-Length: 0\r\n\r\n',
  `HTTP/1.1 200 OK\r\nX: ${'x'.repeat(20_000)}\r\n\r\n`,
  'GET / HTTP/1.1\r\nHost: x\r\n\r\n',
  '\r\n\r\n',
  'SSH-2.0-OpenSSH_9.6\r\n',
);
const chunks = fc.constantFrom(
  'zz\r\n',
  '5\r\nabc',
  'ffffffffffffffffff\r\n',
  '-1\r\n',
  '5;a=b\r\nabcdef\r\n',
  '0\r\nX: \0\r\n\r\n',
  '',
);
const chunkedHead = 'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n';

type Draft = Omit<WireScript, 'bytes' | 'cutAt'> & { readonly text: string };

const fixed = (
  kind: string,
  text: (index: number) => string,
  ending: WireScript['ending'] = 'open',
) => fc.constant((index: number): Draft => ({ kind, ending, text: text(index) }));
const drawn = <T>(
  kind: string,
  from: fc.Arbitrary<T>,
  text: (drawn: T, index: number) => string,
  ending: WireScript['ending'] = 'open',
) => from.map((value) => (index: number): Draft => ({ kind, ending, text: text(value, index) }));

/** Silence costs a whole time limit, and so is rare. */
const silences = fc.oneof(
  fixed('silence', () => ''),
  fixed('a head without an end', () => 'HTTP/1.1 200 OK\r\n'),
  fixed('a body that is too short', (index) => good(index).slice(0, -1)),
  drawn('chunks that do not end', chunks, (chunk) => chunkedHead + chunk),
);
const chunked = (body: string) =>
  `${chunkedHead}${Buffer.byteLength(body).toString(16)}\r\n${body}\r\n0\r\n\r\n`;

const drafts = fc.oneof(
  {
    weight: 80,
    arbitrary: fc.constant((index: number): Draft => {
      const body = acceptedBody(callIdOf(index));
      return { kind: 'a good reply', ending: 'open', text: httpReply(body), body };
    }),
  },
  {
    weight: 50,
    arbitrary: fc
      .tuple(replyTexts, fc.constantFrom('open' as const, 'end' as const))
      .map(([body, ending]) => (): Draft => ({
        kind: 'a random body',
        ending,
        text: Buffer.from(httpReply(body)).toString('latin1'),
        body,
      })),
  },
  { weight: 10, arbitrary: fixed('chunks', (index) => chunked(acceptedBody(callIdOf(index)))) },
  { weight: 10, arbitrary: drawn('broken chunks', chunks, (chunk) => chunkedHead + chunk, 'end') },
  { weight: 10, arbitrary: drawn('no HTTP', anyBytes, (bytes) => bytes, 'end') },
  { weight: 10, arbitrary: drawn('a broken head', heads, (head) => head, 'end') },
  {
    weight: 5,
    arbitrary: fixed(
      'a body to the end of the connection',
      (index) => `HTTP/1.0 200 OK\r\n\r\n${acceptedBody(callIdOf(index))}`,
      'end',
    ),
  },
  {
    weight: 5,
    arbitrary: fixed(
      'many informational replies',
      (index) => `${'HTTP/1.1 100 Continue\r\n\r\n'.repeat(20)}${good(index)}`,
    ),
  },
  { weight: 5, arbitrary: fixed('two replies', (index) => good(index) + stray) },
  {
    weight: 5,
    arbitrary: drawn('bytes after the reply', anyBytes, (bytes, index) => good(index) + bytes),
  },
  {
    weight: 5,
    arbitrary: drawn(
      'a length that is too small',
      fc.integer({ min: 1, max: 150 }),
      (less, index) =>
        good(index).replace(/(?<=Length: )\d+/, (length) =>
          String(Math.max(0, Number(length) - less)),
        ),
    ),
  },
  {
    weight: 5,
    arbitrary: drawn(
      'a length that is too large',
      fc.integer({ min: 1, max: 1e9 }),
      (more, index) =>
        good(index).replace(/(?<=Length: )\d+/, (length) => String(Number(length) + more)),
      'end',
    ),
  },
  {
    weight: 10,
    arbitrary: drawn(
      'an early end',
      fc.nat({ max: 220 }),
      (length, index) => good(index).slice(0, length),
      'end',
    ),
  },
  {
    weight: 10,
    arbitrary: drawn(
      'a reset',
      fc.nat({ max: 220 }),
      (length, index) => good(index).slice(0, length),
      'reset',
    ),
  },
  { weight: 1, arbitrary: silences },
);

/** Returns one script for each of so many calls. */
export function drawScripts(count: number, seed: number): WireScript[] {
  const arbitrary = fc.tuple(drafts, fc.nat({ max: 300 }));
  return fc.sample(arbitrary, { numRuns: count, seed }).map(([draft, cutAt], index) => {
    const { text, ...script } = draft(index);
    return { ...script, bytes: Buffer.from(text, 'latin1'), cutAt };
  });
}
