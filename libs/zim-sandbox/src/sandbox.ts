import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { SandboxCallbacks } from './callbacks/callbacks.js';
import { userAction } from './callbacks/user-action.js';
import { CallEngine } from './calls/call-engine.js';
import { CallLog } from './calls/call-log.js';
import { Console, consolePath, isBrowserRequest } from './console/console.js';
import { ControlApi } from './control/control.js';
import { SandboxDevices } from './control/devices.js';
import { type SandboxClock } from './core/clock.js';
import { SandboxIds } from './core/ids.js';
import { Journal } from './core/journal.js';
import {
  appIdsOf,
  resolveSettings,
  type SandboxApp,
  type SandboxOptions,
  type Settings,
} from './core/settings.js';
import { UserDirectory } from './directory/user-directory.js';
import { magicAnswer } from './faults/magic-ids.js';
import { SandboxFaults } from './faults/sandbox-faults.js';
import { Gateway } from './gateway/gateway.js';
import { version } from './version.js';

const host = '127.0.0.1';
/** A query of 100 percent-encoded ids is longer than node's default of 16 KiB. */
const maxHeaderSize = 64 * 1024;

/**
 * A stand-in for ZEGO ZIM on this machine, for tests and development: it checks signed requests as the vendor
 * documents it, runs calls until they are answered or time out, sends callbacks to your app, refuses with the
 * documented codes, and explains each refusal in the `X-Sandbox-Hint` header and in its journal.
 *
 * It implements CallInvite, CallAccept, CallReject, UserRegister, QueryUserOnlineState and QueryUserInfos; any other
 * Action is answered with 100000007. It listens on 127.0.0.1 only, sends nothing to other machines, and uses plain
 * HTTP. AppIDs share no state.
 *
 * See https://www.zegocloud.com/docs/zim-server/accessing-server-apis
 */
export class ZimSandbox {
  /** Replaces `https://zim-api.zego.im`, such as `http://127.0.0.1:4010`. */
  readonly url: string;
  readonly port: number;
  /** The first app, with its secret. */
  readonly app: SandboxApp;
  /** All apps, with their secrets. */
  readonly apps: readonly SandboxApp[];
  /** The registered users and their presence. */
  readonly directory: UserDirectory;
  /** The calls and their states. */
  readonly calls: CallLog;
  /** Simulates the devices of users. */
  readonly devices: SandboxDevices;
  /** The callbacks to your app, and their URL. */
  readonly callbacks: SandboxCallbacks;
  /** Every request and its reply, without secrets and signatures. */
  readonly journal: Journal;
  /** The fault rules. */
  readonly faults: SandboxFaults;
  /** The sandbox's time, which can be advanced. */
  readonly clock: SandboxClock;
  private readonly engine: CallEngine;
  private readonly gateway: Gateway;
  private readonly console: Console;
  private stopped: Promise<void> | undefined;

  private constructor(
    settings: Settings,
    private readonly server: Server,
    port: number,
  ) {
    const appIds = appIdsOf(settings);
    this.port = port;
    this.url = `http://${host}:${port}`;
    this.apps = settings.apps;
    this.app = settings.apps[0];
    this.clock = settings.clock;
    this.directory = new UserDirectory(appIds, settings.users, settings.clock);
    this.calls = new CallLog(appIds);
    this.journal = new Journal(appIds, settings.maxJournalEntries);
    this.callbacks = new SandboxCallbacks(settings);
    this.faults = new SandboxFaults(settings.faults, settings.clock);
    const { directory, calls, callbacks } = this;
    const engine = new CallEngine({ settings, directory, calls, callbacks });
    this.engine = engine;
    this.devices = new SandboxDevices({ directory, calls, engine, appIds });
    directory.onPresence((change) => {
      const callback = userAction(change);
      if (callback !== undefined && settings.assumptions.userActionCallbacks === 'yes')
        callbacks.emit(change.appId, callback);
      engine.onPresence(change);
    });
    calls.onChange(({ appId, before, call }) => {
      for (const { userId, state } of call.callees) {
        const kind = magicAnswer(userId);
        const hasRung = before?.callees.some((one) => one.userId === userId && one.state === state);
        if (kind === undefined || state !== 'received' || hasRung === true) continue;
        // Deferred, so that the call has started and its call_create was emitted before the answer.
        queueMicrotask(() => {
          engine.apply(appId, call.callId, { kind, userId }, 'device');
        });
      }
    });
    const parts = {
      settings,
      directory,
      calls,
      callbacks,
      engine,
      devices: this.devices,
      journal: this.journal,
      faults: this.faults,
      ids: new SandboxIds(),
    };
    this.gateway = new Gateway({
      ...parts,
      onTimestamp: (appId, timestampSeconds) => {
        callbacks.learnTime(appId, timestampSeconds);
      },
    });
    const controlParts = {
      ...parts,
      url: this.url,
      gateway: this.gateway,
      reset: () => {
        this.reset();
      },
    };
    const control = new ControlApi(controlParts);
    this.console = new Console(controlParts, version);
    server.on('request', (request, response) => {
      // Shows clients that their calls reach no real phone.
      response.setHeader('X-Zim-Sandbox', version);
      if (isBrowserRequest(request)) {
        response.writeHead(302, { Location: consolePath, 'Cache-Control': 'no-store' }).end();
        return;
      }
      const target = request.url ?? '/';
      const local = this.console.owns(target) ? this.console : control;
      void serve(ControlApi.owns(target) ? local : this.gateway, request, response);
    });
  }

  /**
   * Starts a sandbox.
   *
   * @throws Error if `NODE_ENV` is `production`, if options are invalid (naming every problem, but no secret), or if
   * the port is in use
   */
  static async start(options: SandboxOptions = {}): Promise<ZimSandbox> {
    if (process.env.NODE_ENV === 'production')
      throw new Error(
        'zim-sandbox does not run with NODE_ENV=production: calls to it reach no phone. Use ZIM itself there.',
      );
    const { settings, problems } = resolveSettings(options);
    if (problems.length > 0)
      throw new Error(`zim-sandbox cannot start with these options: ${problems.join('; ')}.`);
    const server = createServer({ maxHeaderSize });
    const port = await listen(server, settings.port);
    return new ZimSandbox(settings, server, port);
  }

  /**
   * Clears calls, callbacks, journal, quota use and nonces, and restores the users and fault rules the sandbox was
   * started with: users have their initial presence, rules no hits. Ring timers and callback retries are cancelled;
   * callbacks being sent and requests held by a fault are aborted. The clock and the callback URLs stay as they are,
   * and no id is used again.
   */
  reset(): void {
    this.directory.reset();
    this.engine.reset();
    this.callbacks.reset();
    this.journal.reset();
    this.faults.reset();
    this.gateway.reset();
    this.console.reset();
  }

  /**
   * Stops listening and closes every connection: idle ones at once, those whose request has arrived after its reply,
   * unless a fault holds it. Callbacks being sent are aborted, and all timers are cancelled. May be called again;
   * resolves when nothing is open.
   */
  stop(): Promise<void> {
    this.stopped ??= this.shutDown();
    return this.stopped;
  }

  private async shutDown(): Promise<void> {
    await new Promise<void>((resolve) => {
      this.server.close(() => {
        resolve();
      });
      this.server.closeIdleConnections();
      // By then, every complete request has its reply; the remaining ones are incomplete.
      setImmediate(() => {
        this.gateway.stop();
        this.console.stop();
        this.server.closeAllConnections();
      });
    });
    this.engine.stop();
    this.faults.stop();
    await this.callbacks.stop();
  }
}

async function serve(
  handler: { handle(request: IncomingMessage, response: ServerResponse): Promise<void> },
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  try {
    await handler.handle(request, response);
  } catch (error) {
    // An error of the sandbox itself: a 500 that no ZIM reply looks like, and the stack as a process warning.
    process.emitWarning(error instanceof Error ? (error.stack ?? error.message) : String(error));
    response.writeHead(500, { 'Content-Type': 'application/json; charset=utf-8' });
    response.end(JSON.stringify({ error: 'The sandbox itself failed; see its output.' }));
  }
}

function listen(server: Server, port: number): Promise<number> {
  return new Promise((resolve, reject) => {
    server.once('error', (error: NodeJS.ErrnoException) => {
      reject(new Error(explainListen(error, port), { cause: error }));
    });
    server.listen(port, host, () => {
      const address = server.address();
      resolve(typeof address === 'object' && address !== null ? address.port : port);
    });
  });
}

function explainListen(error: NodeJS.ErrnoException, port: number): string {
  return error.code === 'EADDRINUSE'
    ? `Port ${port} of ${host} is in use. Stop the process that uses it, or choose another port; 0 takes any free one.`
    : `zim-sandbox cannot listen on port ${port} of ${host}: ${error.message}`;
}
