import { type SandboxAssumptions } from '../core/assumptions.js';
import { ZimSandbox } from '../sandbox.js';
import { fixedClock } from './fixed-clock.js';
import { call, inviteBody } from './zim-client.js';

export const sampleSecret = '9193cc662a4c0ec135ec71fb57194b38';

/** Starts a sandbox for each test, with the vendor's sample app at the time of the vendor's sample signature. */
export function useSampleSandbox() {
  let sandbox: ZimSandbox;
  const start = async (assumptions: Partial<SandboxAssumptions> = {}) => {
    sandbox = await ZimSandbox.start({
      apps: [{ appId: 12345, serverSecret: sampleSecret }],
      users: ['alice', 'bob'],
      clock: fixedClock(),
      assumptions,
    });
  };
  beforeEach(() => start());
  afterEach(() => sandbox.stop());
  return {
    get sandbox() {
      return sandbox;
    },
    async restart(assumptions: Partial<SandboxAssumptions>) {
      await sandbox.stop();
      await start(assumptions);
    },
    /** Sends a valid invite, with public parameters replaced or left out. */
    invite: (overrides: Record<string, string | null>) =>
      call(sandbox, 'CallInvite', inviteBody(), overrides),
  };
}
