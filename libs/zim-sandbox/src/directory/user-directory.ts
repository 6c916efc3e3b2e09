import { randomInt } from 'node:crypto';
import { type SandboxClock } from '../core/clock.js';
import { Listeners } from '../core/listeners.js';
import { PerApp } from '../core/per-app.js';
import { SandboxStateError } from '../core/state-error.js';
import { unknownNames } from '../core/unknown-names.js';
import {
  isPresence,
  refuseUser,
  sandboxPresences,
  seedUserFields,
  type SandboxPresence,
  type SandboxSeedUser,
  type SandboxUser,
} from '../core/user-rules.js';
import { isNeverRegistered } from '../faults/magic-ids.js';

/** A login, logout or lost heartbeat. */
export interface PresenceChange {
  /** Unix time in milliseconds on the sandbox's clock. */
  readonly atMs: number;
  readonly appId: number;
  readonly user: SandboxUser;
  readonly from: SandboxPresence;
  readonly to: SandboxPresence;
  /** The session that began or ended. */
  readonly session: {
    readonly id: string;
    readonly loginAtMs: number;
    /** Whether the user had logged in before. */
    readonly isRelogin: boolean;
  };
}

/** A user who was registered or whose presence has changed. */
export interface UserChange {
  readonly appId: number;
  readonly user: SandboxUser;
  readonly presence: SandboxPresence;
}

interface Entry {
  readonly user: SandboxUser;
  presence: SandboxPresence;
  session: PresenceChange['session'];
}

/** The registered users of each app, and their presence. Without an AppID, the sandbox's first app is meant. */
export class UserDirectory {
  private readonly users: PerApp<Map<string, Entry>>;
  private readonly seed: readonly SandboxSeedUser[];
  private readonly clock: SandboxClock;
  private readonly firstAppId: number;
  private readonly presenceListeners = new Listeners<PresenceChange>();
  private readonly changeListeners = new Listeners<UserChange>();

  /** @param seed - users of every app, at the start and after each reset */
  constructor(
    appIds: readonly [number, ...number[]],
    seed: readonly SandboxSeedUser[],
    clock: SandboxClock,
  ) {
    this.users = new PerApp(appIds, () => new Map<string, Entry>());
    this.firstAppId = appIds[0];
    this.seed = seed;
    this.clock = clock;
    this.reset();
  }

  /**
   * Registers users who are online, unless they name another presence. A registered user gets the new name and
   * picture; ids that begin with `unregistered.` are skipped. Sends no callbacks.
   *
   * @throws Error that names every invalid user, in which case none is registered, or for an unknown AppID
   */
  register(users: readonly (string | SandboxSeedUser)[], appId?: number): void {
    const registered = this.users.of(appId);
    const wanted = users.map((user) => (typeof user === 'string' ? { userId: user } : user));
    const problems = wanted.flatMap((user, index) => {
      const hint = refuseUser(user)?.hint ?? refusePresence(user.presence);
      return [
        ...unknownNames(Object.keys(user), seedUserFields, `users[${index}].`),
        ...(hint === undefined ? [] : [`users[${index}]: ${hint}`]),
      ];
    });
    if (problems.length > 0) throw new Error(problems.join('; '));
    for (const user of wanted) {
      this.put(registered, user);
      const entry = registered.get(user.userId);
      if (entry !== undefined) this.emitChange(entry, appId);
    }
  }

  has(userId: string, appId?: number): boolean {
    return this.users.of(appId).has(userId);
  }

  /** Returns the users in the order of registration. */
  list(appId?: number): readonly SandboxUser[] {
    return [...this.users.of(appId).values()].map(({ user }) => user);
  }

  get(userId: string, appId?: number): SandboxUser | undefined {
    return this.users.of(appId).get(userId)?.user;
  }

  /** Returns `undefined` for a user who is not registered. */
  presence(userId: string, appId?: number): SandboxPresence | undefined {
    return this.users.of(appId).get(userId)?.presence;
  }

  /**
   * Logs the user's app in; a first login registers the user, as ZIM's does.
   *
   * @throws SandboxStateError if the user is online; Error for an invalid user id or an unknown AppID
   */
  login(userId: string, appId?: number): void {
    if (!this.has(userId, appId)) this.register([{ userId, presence: 'never-logged-in' }], appId);
    const entry = this.entry(userId, appId);
    if (entry.presence === 'online') throw new SandboxStateError(`${userId} is online already`);
    entry.session = this.newSession(entry.presence !== 'never-logged-in');
    this.move(entry, 'online', appId);
  }

  /**
   * Logs the user's app out.
   *
   * @throws SandboxStateError if the user is not online; Error for an unknown AppID
   */
  logout(userId: string, appId?: number): void {
    this.move(this.online(userId, appId), 'logged-out', appId);
  }

  /**
   * Sets the user offline: the app has lost its connection, and its heartbeat has timed out.
   *
   * @throws SandboxStateError if the user is not online; Error for an unknown AppID
   */
  disconnect(userId: string, appId?: number): void {
    this.move(this.online(userId, appId), 'offline', appId);
  }

  /**
   * Calls the listener with each login, logout and lost connection.
   *
   * @returns removes the listener
   */
  onPresence(listener: (change: PresenceChange) => void): () => void {
    return this.presenceListeners.add(listener);
  }

  /**
   * Calls the listener with each user who is registered or whose presence changes, but not on a reset.
   *
   * @internal
   */
  onChange(listener: (change: UserChange) => void): () => void {
    return this.changeListeners.add(listener);
  }

  /** @internal */
  reset(): void {
    for (const registered of this.users.all()) {
      registered.clear();
      for (const user of this.seed) this.put(registered, user);
    }
  }

  private put(registered: Map<string, Entry>, { presence, ...user }: SandboxSeedUser): void {
    if (isNeverRegistered(user.userId)) return;
    const before = registered.get(user.userId);
    registered.set(user.userId, {
      user: Object.freeze(user),
      presence: presence ?? before?.presence ?? 'online',
      session: before?.session ?? this.newSession(false),
    });
  }

  private online(userId: string, appId?: number): Entry {
    const entry = this.entry(userId, appId);
    if (entry.presence !== 'online')
      throw new SandboxStateError(`${userId} is not online, but ${entry.presence}`);
    return entry;
  }

  private entry(userId: string, appId?: number): Entry {
    const entry = this.users.of(appId).get(userId);
    if (entry === undefined) throw new SandboxStateError(`${userId} is not registered`);
    return entry;
  }

  private move(entry: Entry, to: SandboxPresence, appId = this.firstAppId): void {
    const { user, presence: from, session } = entry;
    entry.presence = to;
    this.emitChange(entry, appId);
    this.presenceListeners.emit({ atMs: this.clock.now(), appId, user, from, to, session });
  }

  private emitChange({ user, presence }: Entry, appId = this.firstAppId): void {
    this.changeListeners.emit({ appId, user, presence });
  }

  private newSession(isRelogin: boolean): PresenceChange['session'] {
    return { id: randomSessionId(), loginAtMs: this.clock.now(), isRelogin };
  }
}

/** Returns 18 decimal digits, as in the vendor's sample: more than a JavaScript number can hold. */
function randomSessionId(): string {
  return String(9n * 10n ** 17n + BigInt(randomInt(2 ** 47)));
}

function refusePresence(presence: unknown): string | undefined {
  return presence === undefined || isPresence(presence)
    ? undefined
    : `presence must be ${sandboxPresences.join(', ')}`;
}
