import { type IncomingMessage, type ServerResponse } from 'node:http';
import { type SandboxCallbacks } from '../callbacks/callbacks.js';
import { type CallLog } from '../calls/call-log.js';
import { type Journal } from '../core/journal.js';
import { Redactor } from '../core/redactor.js';
import { appIdsOf, type Settings } from '../core/settings.js';
import { type UserDirectory } from '../directory/user-directory.js';
import { type SandboxFaults } from '../faults/sandbox-faults.js';
import { readBody, type RequestBody } from '../gateway/body.js';
import { type Gateway } from '../gateway/gateway.js';
import { parseTarget } from '../gateway/target.js';
import { createCallRoutes } from './call-routes.js';
import { createCallbackRoutes } from './callback-routes.js';
import { createClockRoutes } from './clock-routes.js';
import {
  checkLocal,
  ControlError,
  readAppId,
  readLimit,
  readSeed,
  refuseUnknown,
  sendJson,
  type Route,
} from './control-request.js';
import { createDeviceRoutes } from './device-routes.js';
import { type SandboxDevices } from './devices.js';
import { createFaultRoutes } from './fault-routes.js';

export interface ControlParts {
  readonly settings: Settings;
  /** The sandbox's own URL. */
  readonly url: string;
  readonly directory: UserDirectory;
  readonly calls: CallLog;
  readonly callbacks: SandboxCallbacks;
  readonly devices: SandboxDevices;
  readonly journal: Journal;
  readonly faults: SandboxFaults;
  readonly gateway: Gateway;
  readonly reset: () => void;
}

/** Routes of the console, listed with those of this API. */
const consoleRoutes = [
  { method: 'GET', path: '/__/console', description: 'the page where phones ring, for a browser' },
  { method: 'GET', path: '/__/events', description: 'the server-sent events of that page' },
];

/** The HTTP API that inspects and controls the sandbox: plain JSON, real HTTP statuses. */
export class ControlApi {
  private readonly appIds: readonly number[];
  private readonly redactor: Redactor;
  private readonly routes: readonly Route[];

  constructor(private readonly parts: ControlParts) {
    this.appIds = appIdsOf(parts.settings);
    this.redactor = Redactor.of(parts.settings.apps);
    this.routes = [
      {
        method: 'GET',
        path: '/__/',
        description: 'this list',
        run: () => [
          ...consoleRoutes,
          ...this.routes.map(({ method, path, description }) => ({ method, path, description })),
        ],
      },
      {
        method: 'GET',
        path: '/__/journal',
        description: 'requests and replies, oldest first; ?appId= ?action= ?limit= (the newest)',
        query: ['appId', 'action', 'limit'],
        run: (query) => this.journal(query),
      },
      {
        method: 'GET',
        path: '/__/state',
        description:
          'users, calls, pending callbacks and quota use of each app, and the assumptions',
        run: () => this.state(),
      },
      {
        method: 'POST',
        path: '/__/reset',
        description:
          'clears calls, callbacks, journal, quota and nonces, and restores the users and fault rules of the start',
        run: () => {
          parts.reset();
          return { reset: true };
        },
      },
      {
        method: 'POST',
        path: '/__/seed',
        description:
          'registers users: { "appId"?, "users": [id or { "userId", "userName"?, "userAvatar"?, "presence"? }] }',
        run: (_, body) => this.seed(body),
      },
      ...createCallRoutes({ ...parts, redactor: this.redactor }),
      ...createDeviceRoutes(parts.devices, this.appIds),
      ...createCallbackRoutes(parts.callbacks, this.appIds, this.redactor),
      ...createFaultRoutes(parts.faults, this.redactor),
      ...createClockRoutes(parts.settings.clock),
    ];
  }

  /** Returns whether a request is for this API, not for ZIM's. */
  static owns(target: string): boolean {
    const { path } = parseTarget(target);
    return path === '/__' || path.startsWith('/__/');
  }

  async handle(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const body = await readBody(request);
    try {
      sendJson(response, 200, await this.answer(request, body));
    } catch (error) {
      if (!(error instanceof ControlError)) throw error;
      error.sendTo(response);
    }
  }

  private answer(request: IncomingMessage, body: RequestBody): unknown {
    checkLocal(request.headers);
    const { path, query } = parseTarget(request.url ?? '/');
    const route = this.route(request.method ?? '', path === '/__' ? '/__/' : path);
    refuseUnknown(query.keys(), route.query ?? [], '?');
    return route.run(query, body);
  }

  private route(method: string, path: string): Route {
    const matching = this.routes.filter((route) => route.path === path);
    if (matching.length === 0)
      throw new ControlError(404, 'There is no such route; GET /__/ lists all routes.');
    const route = matching.find((candidate) => candidate.method === method);
    if (route === undefined)
      throw ControlError.wrongMethod(matching.map(({ method: name }) => name));
    return route;
  }

  private journal(query: URLSearchParams): unknown {
    const appId = readAppId(query.get('appId'), this.appIds);
    const limit = readLimit(query.get('limit'));
    const action = query.get('action');
    const entries = this.parts.journal
      .entries(appId)
      .filter((entry) => action === null || entry.action === action);
    return { entries: limit === undefined ? entries : entries.slice(-limit) };
  }

  private state(): unknown {
    const { settings, directory, calls, callbacks, gateway } = this.parts;
    return this.redactor.json({
      now: new Date(settings.clock.now()).toISOString(),
      apps: Object.fromEntries(
        this.appIds.map((appId) => [
          appId,
          {
            users: directory.list(appId).map((user) => ({
              ...user,
              presence: directory.presence(user.userId, appId),
            })),
            calls: calls.list(appId),
            pendingCallbacks: callbacks
              .deliveries(appId)
              .filter(({ state }) => state === 'pending'),
            quota: gateway.quotaUse(appId),
          },
        ]),
      ),
      callsPerSecond: settings.callsPerSecond,
      assumptions: settings.assumptions,
    });
  }

  private seed(body: RequestBody): unknown {
    const { directory } = this.parts;
    const { appId, users } = readSeed(body, this.appIds);
    try {
      directory.register(users, appId);
    } catch (error) {
      throw new ControlError(400, error instanceof Error ? error.message : String(error));
    }
    return { appId: appId ?? this.appIds[0], registered: users.length };
  }
}
