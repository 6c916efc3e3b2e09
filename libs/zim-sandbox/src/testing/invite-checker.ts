import { SandboxCallbacks } from '../callbacks/callbacks.js';
import { CallEngine } from '../calls/call-engine.js';
import { CallLog } from '../calls/call-log.js';
import { SandboxIds } from '../core/ids.js';
import { isJsonObject } from '../core/json.js';
import { appIdsOf, resolveSettings } from '../core/settings.js';
import { UserDirectory } from '../directory/user-directory.js';
import { createCallInvite } from '../gateway/call-invite.js';

const callerUnregistered = 660500002;

/** The sandbox's rules for invites, without its server. */
export class InviteChecker {
  readonly calls: CallLog;
  private readonly codeOf: (body: Readonly<Record<string, unknown>>) => number;

  constructor() {
    const { settings } = resolveSettings({ assumptions: { duplicateCallees: 'refuse' } });
    const directory = new UserDirectory(appIdsOf(settings), [], settings.clock);
    this.calls = new CallLog(appIdsOf(settings));
    const callbacks = new SandboxCallbacks(settings);
    const engine = new CallEngine({ settings, directory, calls: this.calls, callbacks });
    const action = createCallInvite({ directory, engine, settings, ids: new SandboxIds() });
    const query = new URLSearchParams();
    this.codeOf = (body) => action.run(settings.apps[0].appId, { query, body }).code;
  }

  /** Whether a body keeps every rule. No user is registered, so it is then refused for its caller only. */
  accepts(body: object): boolean {
    const wire: unknown = JSON.parse(JSON.stringify(body));
    if (!isJsonObject(wire)) throw new Error('a body is an object');
    return this.codeOf(wire) === callerUnregistered;
  }
}
