import { type SandboxFault } from '../core/fault.js';
import { ZimSandbox } from '../sandbox.js';
import { fixedClock } from '../testing/fixed-clock.js';
import { Wire } from '../testing/wire.js';
import { call, inviteBody } from '../testing/zim-client.js';

let sandbox: ZimSandbox;
const wires: Wire[] = [];

beforeEach(async () => {
  sandbox = await ZimSandbox.start({ users: ['alice', 'bob'], clock: fixedClock() });
});
afterEach(async () => {
  for (const wire of wires.splice(0)) wire.close();
  await sandbox.stop();
});

const invite = (overrides = {}) => call(sandbox, 'CallInvite', inviteBody(), overrides);

/** An invite by a connection of its own, which meets the fault; resolves when the fault has hit. */
async function inviteInto(fault: SandboxFault): Promise<Wire> {
  const { id } = sandbox.faults.add({ times: 1, fault });
  const wire = await Wire.open(sandbox);
  wires.push(wire);
  wire.invite(sandbox);
  await wire.until(() => sandbox.faults.list().some((rule) => rule.id === id && rule.hits === 1));
  return wire;
}

const repetitions = () =>
  sandbox.journal
    .entries()
    .map(({ attempt, reusesNonce, overlaps }) => ({ attempt, reusesNonce, overlaps }));

/** How often the invite is sent, after which nothing waits for its reply. */
async function untilItDoesNotOverlap(): Promise<void> {
  do await invite();
  while (sandbox.journal.entries().at(-1)?.overlaps);
}

describe('the same content', () => {
  it('may be sent again once it was answered, signed again', async () => {
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
  ])('does not overlap with one whose reply was lost or damaged: %j', async (fault) => {
    sandbox.faults.add({ times: 1, fault });
    await invite().catch(() => 'as it was meant to be');
    await invite();
    expect(repetitions()).toMatchObject([
      { attempt: 1, overlaps: false },
      { attempt: 2, overlaps: false },
    ]);
  });

  it('overlaps with one whose client still waits, until that client gives up', async () => {
    const wire = await inviteInto({ kind: 'hang' });
    await invite();
    expect(repetitions()).toMatchObject([
      { attempt: 1, overlaps: false },
      { attempt: 2, overlaps: true },
    ]);
    wire.close();
    await untilItDoesNotOverlap();
  });

  it('overlaps with one that is delayed, even if its client has given up', async () => {
    const wire = await inviteInto({ kind: 'delay', ms: 5000 });
    wire.close();
    await invite();
    expect(repetitions()).toMatchObject([{ attempt: 2, overlaps: true }]);
    await sandbox.clock.advance(5000);
    await untilItDoesNotOverlap();
  });
});

it('a nonce that comes again is noted, whatever the request asks for', async () => {
  await invite({ SignatureNonce: 'n' });
  await call(sandbox, 'UserRegister', {}, { SignatureNonce: 'n' });
  await invite();
  expect(repetitions()).toEqual([
    { attempt: 1, reusesNonce: false, overlaps: false },
    { attempt: 1, reusesNonce: true, overlaps: false },
    { attempt: 2, reusesNonce: false, overlaps: false },
  ]);
});
