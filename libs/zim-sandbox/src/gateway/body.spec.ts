import { once } from 'node:events';
import { connect } from 'node:net';
import { type JournalEntry } from '../core/journal.js';
import { ZimSandbox } from '../sandbox.js';
import { inviteBody, post, publicParameters } from '../testing/zim-client.js';
import { maxBodyBytes } from './body.js';

let sandbox: ZimSandbox;

beforeEach(async () => {
  sandbox = await ZimSandbox.start({ users: ['alice', 'bob'] });
});
afterEach(() => sandbox.stop());

const target = () => `/?${publicParameters(sandbox, 'CallInvite').toString()}`;
const send = (body: string) => post(sandbox.url + target(), body);

function padded(bytes: number): string {
  const body = inviteBody({ Padding: '' });
  return JSON.stringify({ ...body, Padding: 'x'.repeat(bytes - JSON.stringify(body).length) });
}

describe('the body', () => {
  it.each([
    ['', 100000012, 'the body is empty'],
    ['{"FromUserId":', 100000012, 'the body is not JSON'],
    ['FromUserId=alice', 100000012, 'the body is not JSON'],
    ['[]', 660000002, 'the body must be a JSON object'],
    ['null', 660000002, 'the body must be a JSON object'],
    ['7', 660000002, 'the body must be a JSON object'],
    [
      JSON.stringify(JSON.stringify(inviteBody())),
      660000002,
      'the body is a JSON string: the object was serialized twice',
    ],
  ])('%j is answered with %i', async (body, code, hint) => {
    const answer = await send(body);
    expect(answer.reply).toMatchObject({ Code: code, ErrorUsers: [] });
    expect(answer.hint).toBe(hint);
    expect(answer.status).toBe(200);
  });

  it('is refused if it is nested deeper than 64 levels', async () => {
    const deep = `${'{"a":'.repeat(5_000)}1${'}'.repeat(5_000)}`;
    const body = JSON.stringify(inviteBody({ OfflinePush: 0 })).replace(':0', `:${deep}`);
    const answer = await send(body);
    expect(answer.reply.Code).toBe(100000012);
    expect(answer.hint).toContain('nested deeper than 64 levels');
    expect((await fetch(`${sandbox.url}/__/state`)).status).toBe(200);
  });

  it('must be UTF-8', async () => {
    const bytes = Buffer.from(JSON.stringify(inviteBody({ ExtendedData: 'é' })), 'latin1');
    const response = await fetch(sandbox.url + target(), { method: 'POST', body: bytes });
    expect(await response.json()).toMatchObject({ Code: 100000012 });
    expect(response.headers.get('x-sandbox-hint')).toBe('the body is not UTF-8');
  });

  it('may have 1 MiB, but no byte more', async () => {
    expect((await send(padded(maxBodyBytes))).reply.Code).toBe(0);
    const over = await send(padded(maxBodyBytes + 1));
    expect(over.reply.Code).toBe(100000012);
    expect(over.hint).toContain(`the body has ${maxBodyBytes + 1} bytes`);
  });

  it('of 2 MB is refused, and the next request still works', async () => {
    const { reply } = await send(padded(2_000_000));
    expect(reply.Code).toBe(100000012);
    expect((await send(JSON.stringify(inviteBody()))).reply.Code).toBe(0);
    expect(sandbox.calls.list()).toHaveLength(1);
  });

  it('is in the journal if it has at most 128 KiB', async () => {
    await send(padded(1000));
    await send(padded(128 * 1024 + 1));
    expect(sandbox.journal.entries().map((entry) => entry.body)).toEqual([
      JSON.parse(padded(1000)),
      '[cut: 131073 bytes]',
    ]);
  });

  it('that breaks off is in the journal, and no phone rings', async () => {
    const entry = new Promise<JournalEntry>((resolve) => sandbox.journal.onEntry(resolve));
    const socket = connect(sandbox.port, '127.0.0.1');
    await once(socket, 'connect');
    socket.write(
      `POST ${target()} HTTP/1.1\r\nHost: x\r\nContent-Length: 500\r\n\r\n{"FromUserId":"alice"`,
    );
    socket.end();
    expect(await entry).toMatchObject({
      code: 100000012,
      signature: 'verified',
      hint: 'the connection broke off after 21 bytes of the body',
    });
    expect(sandbox.calls.list()).toEqual([]);
    socket.destroy();
  });

  it.each(['GET', 'PUT', 'DELETE'])('of CallInvite cannot be sent by %s', async (method) => {
    const answer = await post(sandbox.url + target(), JSON.stringify(inviteBody()), method);
    expect(answer.reply.Code).toBe(660000002);
    expect(answer.hint).toBe('CallInvite takes POST');
  });
});
