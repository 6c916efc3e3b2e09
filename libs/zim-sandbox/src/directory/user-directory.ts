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
  /** The session that began, or that ended. */
  readonly session: {
    readonly id: string;
    readonly loginAtMs: number;
    /** Whether the user had logged in before. */
    readonly isRelogin: boolean;
  };
}

/** A user who was registered, or whose presence has changed. */
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

/** Who is registered and who is online, app by app. Without an AppID, the sandbox's first app is meant. */
export class UserDirectory {
  readonly #users: PerApp<Map<string, Entry>>;
  readonly #seed: readonly SandboxSeedUser[];
  readonly #clock: SandboxClock;
  readonly #firstAppId: number;
  readonly #listeners = new Listeners<PresenceChange>();
  readonly #changeListeners = new Listeners<UserChange>();

  /** @param seed users that every app has from the start and after each reset */
  constructor(
    appIds: readonly [number, ...number[]],
    seed: readonly SandboxSeedUser[],
    clock: SandboxClock,
  ) {
    this.#users = new PerApp(appIds, () => new Map<string, Entry>());
    this.#firstAppId = appIds[0];
    this.#seed = seed;
    this.#clock = clock;
    this.reset();
  }

  /**
   * Registers users as if each had logged in and stayed, unless a presence is named; one who is registered
   * gets the new name and picture; ids that begin with `unregistered.` never are. This is the set-up of a scene: nobody is told of it, and no callback comes.
   *
   * @throws Error that names every illegal user, in which case nobody is registered, or an unknown AppID
   */
  register(users: readonly (string | SandboxSeedUser)[], appId?: number): void {
    const space = this.#users.of(appId);
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
      this.#put(space, user);
      const entry = space.get(user.userId);
      if (entry !== undefined) this.#tell(entry, appId);
    }
  }

  has(userId: string, appId?: number): boolean {
    return this.#users.of(appId).has(userId);
  }

  /** In the order of registration. */
  list(appId?: number): readonly SandboxUser[] {
    return [...this.#users.of(appId).values()].map(({ user }) => user);
  }

  get(userId: string, appId?: number): SandboxUser | undefined {
    return this.#users.of(appId).get(userId)?.user;
  }

  /** `undefined` for somebody who is not registered. */
  presence(userId: string, appId?: number): SandboxPresence | undefined {
    return this.#users.of(appId).get(userId)?.presence;
  }

  /**
   * The user's app logs in, from whatever state; a first login registers the user, as ZIM's does.
   *
   * @throws SandboxStateError if the user is online; Error for an illegal user id or an unknown AppID
   */
  login(userId: string, appId?: number): void {
    const space = this.#users.of(appId);
    if (!space.has(userId)) this.register([{ userId, presence: 'never-logged-in' }], appId);
    const entry = this.#entry(userId, appId);
    if (entry.presence === 'online') throw new SandboxStateError(`${userId} is online already`);
    entry.session = this.#newSession(entry.presence !== 'never-logged-in');
    this.#move(entry, 'online', appId);
  }

  /**
   * The user's app logs out.
   *
   * @throws SandboxStateError if the user is not online; Error for an unknown AppID
   */
  logout(userId: string, appId?: number): void {
    this.#move(this.#online(userId, appId), 'logged-out', appId);
  }

  /**
   * ZIM hears nothing more of the user's app, and has given up waiting for its heartbeat.
   *
   * @throws SandboxStateError if the user is not online; Error for an unknown AppID
   */
  disconnect(userId: string, appId?: number): void {
    this.#move(this.#online(userId, appId), 'offline', appId);
  }

  /**
   * Calls the listener with each login, logout and loss.
   *
   * @returns ends that
   */
  onPresence(listener: (change: PresenceChange) => void): () => void {
    return this.#listeners.add(listener);
  }

  /**
   * Calls the listener with each user who is registered or whose presence changes, but not with a reset.
   *
   * @internal
   */
  onChange(listener: (change: UserChange) => void): () => void {
    return this.#changeListeners.add(listener);
  }

  /** @internal */
  reset(): void {
    for (const space of this.#users.all()) {
      space.clear();
      for (const user of this.#seed) this.#put(space, user);
    }
  }

  #put(space: Map<string, Entry>, { presence, ...user }: SandboxSeedUser): void {
    if (isNeverRegistered(user.userId)) return;
    const before = space.get(user.userId);
    space.set(user.userId, {
      user: Object.freeze(user),
      presence: presence ?? before?.presence ?? 'online',
      session: before?.session ?? this.#newSession(false),
    });
  }

  #online(userId: string, appId?: number): Entry {
    const entry = this.#entry(userId, appId);
    if (entry.presence !== 'online')
      throw new SandboxStateError(`${userId} is not online, but ${entry.presence}`);
    return entry;
  }

  #entry(userId: string, appId?: number): Entry {
    const entry = this.#users.of(appId).get(userId);
    if (entry === undefined) throw new SandboxStateError(`${userId} is not registered`);
    return entry;
  }

  #move(entry: Entry, to: SandboxPresence, appId = this.#firstAppId): void {
    const { user, presence: from, session } = entry;
    entry.presence = to;
    this.#tell(entry, appId);
    this.#listeners.tell({ atMs: this.#clock.now(), appId, user, from, to, session });
  }

  #tell({ user, presence }: Entry, appId = this.#firstAppId): void {
    this.#changeListeners.tell({ appId, user, presence });
  }

  #newSession(isRelogin: boolean): PresenceChange['session'] {
    return { id: randomSessionId(), loginAtMs: this.#clock.now(), isRelogin };
  }
}

/** 18 decimal digits, as in the vendor's sample: more than a JavaScript number can hold. */
function randomSessionId(): string {
  return String(9n * 10n ** 17n + BigInt(randomInt(2 ** 47)));
}

function refusePresence(presence: unknown): string | undefined {
  return presence === undefined || isPresence(presence)
    ? undefined
    : `presence must be ${sandboxPresences.join(', ')}`;
}
