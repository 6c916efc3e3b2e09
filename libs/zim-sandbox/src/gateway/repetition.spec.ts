import { type SandboxFault } from '../core/fault.js';
import { ZimSandbox } from '../sandbox.js';
import { fixedClock } from '../testing/fixed-clock.js';
import { RawConnection } from '../testing/raw-connection.js';
import { call, inviteBody } from '../testing/zim-client.js';

let sandbox: ZimSandbox;
const connections: RawConnection[] = [];

beforeEach(async () => {
  sandbox = await ZimSandbox.start({ users: ['alice', 'bob'], clock: fixedClock() });
});
afterEach(async () => {
  for (const connection of connections.splice(0)) connection.close();
  await sandbox.stop();
});

const invite = (overrides = {}) => call(sandbox, 'CallInvite', inviteBody(), overrides);

/** Sends an invite into a fault on a connection of its own; resolves when the fault has a hit. */
async function inviteWithFault(fault: SandboxFault): Promise<RawConnection> {
  const { id } = sandbox.faults.add({ times: 1, fault });
  const connection = await RawConnection.open(sandbox);
  connections.push(connection);
  connection.invite(sandbox);
  await connection.until(() =>
    sandbox.faults.list().some((rule) => rule.id === id && rule.hits === 1),
  );
  return connection;
}

const repetitions = () =>
  sandbox.journal
    .entries()
    .map(({ attempt, reusesNonce, overlaps }) => ({ attempt, reusesNonce, overlaps }));

/** Sends the invite until no earlier one is waiting for its reply. */
async function untilItDoesNotOverlap(): Promise<void> {
  do await invite();
  while (sandbox.journal.entries().at(-1)?.overlaps);
}

describe('the same content', () => {
  it('can be sent again with a new signature after the reply', async () => {
    await invite();
    await invite();
    expect(repetitions()).toEqual([
      { attempt: 1, reusesNonce: false, overlaps: false },
      { attempt: 2, reusesNonce: false, overlaps: false },
    ]);
  });

  it.each<SandboxFault>([
    { kind: 'reset', when: 'after' },
    { kind: 'half-reply' },
    { kind: 'truncated-json' },
  ])('does not overlap with a request whose reply was lost or damaged: %j', async (fault) => {
    sandbox.faults.add({ times: 1, fault });
    await invite().catch(() => 'the injected failure');
    await invite();
    expect(repetitions()).toMatchObject([
      { attempt: 1, overlaps: false },
      { attempt: 2, overlaps: false },
    ]);
  });

  it('overlaps with a request whose client still waits, until that client disconnects', async () => {
    const connection = await inviteWithFault({ kind: 'hang' });
    await invite();
    expect(repetitions()).toMatchObject([
      { attempt: 1, overlaps: false },
      { attempt: 2, overlaps: true },
    ]);
    connection.close();
    await untilItDoesNotOverlap();
  });

  it('overlaps with a delayed request, even if its client has disconnected', async () => {
    const connection = await inviteWithFault({ kind: 'delay', ms: 5000 });
    connection.close();
    await invite();
    expect(repetitions()).toMatchObject([{ attempt: 2, overlaps: true }]);
    await sandbox.clock.advance(5000);
    await untilItDoesNotOverlap();
  });
});

it('a reused nonce is recorded, whatever the request contains', async () => {
  await invite({ SignatureNonce: 'n' });
  await call(sandbox, 'UserRegister', {}, { SignatureNonce: 'n' });
  await invite();
  expect(repetitions()).toEqual([
    { attempt: 1, reusesNonce: false, overlaps: false },
    { attempt: 1, reusesNonce: true, overlaps: false },
    { attempt: 2, reusesNonce: false, overlaps: false },
  ]);
});
