import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { isBrowserVisit } from './browser-visit.js';
import { SandboxCallbacks } from './callbacks/callbacks.js';
import { userAction } from './callbacks/user-action.js';
import { CallBoard } from './calls/call-board.js';
import { CallLog } from './calls/call-log.js';
import { Console, consolePath } from './console/console.js';
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
/** A query of 100 ids, percent-encoded, is longer than node's 16 KiB. */
const maxHeaderSize = 64 * 1024;

/**
 * A ZEGO ZIM on this machine, for tests and desks: it checks signed requests as the vendor documents it,
 * rings until somebody answers or the time is up, tells your app by callbacks, refuses with the documented
 * codes, and explains each refusal in the `X-Sandbox-Hint` header and in its journal.
 *
 * It carries out CallInvite, CallAccept, CallReject, UserRegister, QueryUserOnlineState and QueryUserInfos; any
 * other Action answers 100000007. It listens on 127.0.0.1 only, sends nothing beyond this machine, and speaks
 * plain HTTP. Each AppID is a space of its own.
 *
 * See https://www.zegocloud.com/docs/zim-server/accessing-server-apis
 */
export class ZimSandbox {
  /** What stands in for `https://zim-api.zego.im`, such as `http://127.0.0.1:4010`. */
  readonly url: string;
  readonly port: number;
  /** The first app, with its secret. */
  readonly app: SandboxApp;
  /** All apps, with their secrets. */
  readonly apps: readonly SandboxApp[];
  /** Who is registered, and who is online. */
  readonly directory: UserDirectory;
  /** The calls that were made, and how they stand. */
  readonly calls: CallLog;
  /** What users do on their phones. */
  readonly devices: SandboxDevices;
  /** What your app is told, and where. */
  readonly callbacks: SandboxCallbacks;
  /** Every request and its answer, without secrets and signatures. */
  readonly journal: Journal;
  /** What goes wrong, with which requests. */
  readonly faults: SandboxFaults;
  /** The sandbox's time, which can be moved forward. */
  readonly clock: SandboxClock;
  readonly #board: CallBoard;
  readonly #gateway: Gateway;
  readonly #console: Console;
  readonly #server: Server;
  #stopping: Promise<void> | undefined;

  private constructor(settings: Settings, server: Server, port: number) {
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
    const board = new CallBoard({ settings, directory, calls, callbacks });
    this.#board = board;
    this.devices = new SandboxDevices({ directory, calls, board, appIds });
    directory.onPresence((change) => {
      const told = userAction(change);
      if (told !== undefined && settings.assumptions.userActionCallbacks === 'yes')
        callbacks.emit(change.appId, told);
      board.follow(change);
    });
    calls.onChange(({ appId, before, call }) => {
      for (const { userId, state } of call.callees) {
        const kind = magicAnswer(userId);
        const hasRung = before?.callees.some((one) => one.userId === userId && one.state === state);
        if (kind === undefined || state !== 'received' || hasRung === true) continue;
        // Not before the call that rings is under way and told of.
        queueMicrotask(() => {
          board.apply(appId, call.callId, { kind, userId }, 'device');
        });
      }
    });
    const parts = {
      settings,
      directory,
      calls,
      callbacks,
      board,
      devices: this.devices,
      journal: this.journal,
      faults: this.faults,
      ids: new SandboxIds(),
    };
    this.#gateway = new Gateway({
      ...parts,
      onTimestamp: (appId, timestampSeconds) => {
        callbacks.learnTime(appId, timestampSeconds);
      },
    });
    const controlParts = {
      ...parts,
      url: this.url,
      gateway: this.#gateway,
      reset: () => {
        this.reset();
      },
    };
    const control = new ControlApi(controlParts);
    this.#console = new Console(controlParts, version);
    this.#server = server;
    server.on('request', (request, response) => {
      // By this a client knows that its calls reach no phone.
      response.setHeader('X-Zim-Sandbox', version);
      if (isBrowserVisit(request)) {
        response.writeHead(302, { Location: consolePath, 'Cache-Control': 'no-store' }).end();
        return;
      }
      const target = request.url ?? '/';
      const around = this.#console.owns(target) ? this.#console : control;
      void serve(ControlApi.owns(target) ? around : this.#gateway, request, response);
    });
  }

  /**
   * Starts a sandbox.
   *
   * @throws Error if `NODE_ENV` is `production`, if options are wrong (naming all of them, and no secret), or
   * if the port is taken
   */
  static async start(options: SandboxOptions = {}): Promise<ZimSandbox> {
    if (process.env.NODE_ENV === 'production')
      throw new Error(
        'zim-sandbox does not run with NODE_ENV=production: calls to it reach nobody. Use ZIM itself there.',
      );
    const { settings, problems } = resolveSettings(options);
    if (problems.length > 0)
      throw new Error(`zim-sandbox cannot start with these options: ${problems.join('; ')}.`);
    const server = createServer({ maxHeaderSize });
    const port = await listen(server, settings.port);
    return new ZimSandbox(settings, server, port);
  }

  /**
   * Forgets calls, callbacks, journal, quota use, nonces, and registered users and fault rules, except those the
   * sandbox was started with: the users are online or not as they were then, the rules have no hits. No phone
   * rings on, no callback comes again, and one on its way is broken off, as is every request that a fault keeps
   * waiting. The clock and the callback URLs stay as they are, and ids go on: none comes twice.
   */
  reset(): void {
    this.directory.reset();
    this.#board.reset();
    this.callbacks.reset();
    this.journal.reset();
    this.faults.reset();
    this.#gateway.reset();
    this.#console.reset();
  }

  /**
   * Stops listening and closes every connection: idle ones at once, those whose request has arrived after
   * its answer, unless a fault keeps it waiting. Callbacks on their way are broken off, and no timer is left. May be called again; resolves when
   * nothing is open.
   */
  stop(): Promise<void> {
    this.#stopping ??= this.#stop();
    return this.#stopping;
  }

  async #stop(): Promise<void> {
    await new Promise<void>((resolve) => {
      this.#server.close(() => {
        resolve();
      });
      this.#server.closeIdleConnections();
      // By then, every request that had arrived has its answer; what is left is half sent.
      setImmediate(() => {
        this.#gateway.stop();
        this.#console.stop();
        this.#server.closeAllConnections();
      });
    });
    this.#board.stop();
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
    // Neither ZIM's nor the client's fault: a 500 that no ZIM reply looks like, and the stack for whoever runs this.
    process.emitWarning(error instanceof Error ? (error.stack ?? error.message) : String(error));
    response.writeHead(500, { 'Content-Type': 'application/json; charset=utf-8' });
    response.end(JSON.stringify({ error: 'The sandbox itself failed; its console says why.' }));
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
    ? `Port ${port} of ${host} is taken. Stop what uses it, or choose another port; 0 takes any free one.`
    : `zim-sandbox cannot listen on port ${port} of ${host}: ${error.message}`;
}
