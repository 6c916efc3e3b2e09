import { PerApp } from '../core/per-app.js';
import { refuseUser, type SandboxUser } from './user-rules.js';

/** Who is registered, app by app. Without an AppID, the sandbox's first app is meant. */
export class UserDirectory {
  readonly #users: PerApp<Map<string, SandboxUser>>;
  readonly #seed: readonly string[];

  /** @param seed ids of users that every app has from the start and after each reset */
  constructor(appIds: readonly [number, ...number[]], seed: readonly string[]) {
    this.#users = new PerApp(appIds, () => new Map<string, SandboxUser>());
    this.#seed = seed;
    this.reset();
  }

  /**
   * Registers users as if each had logged in once; one who is registered gets the new name and picture.
   *
   * @throws Error that names every illegal user, in which case nobody is registered, or an unknown AppID
   */
  register(users: readonly (string | SandboxUser)[], appId?: number): void {
    const space = this.#users.of(appId);
    const wanted = users.map((user) => (typeof user === 'string' ? { userId: user } : user));
    const problems = wanted.flatMap((user, index) => {
      const refusal = refuseUser(user);
      return refusal === undefined ? [] : [`users[${index}]: ${refusal.hint}`];
    });
    if (problems.length > 0) throw new Error(problems.join('; '));
    for (const user of wanted) space.set(user.userId, Object.freeze({ ...user }));
  }

  has(userId: string, appId?: number): boolean {
    return this.#users.of(appId).has(userId);
  }

  /** In the order of registration. */
  list(appId?: number): readonly SandboxUser[] {
    return [...this.#users.of(appId).values()];
  }

  /** @internal */
  reset(): void {
    for (const space of this.#users.all()) {
      space.clear();
      for (const userId of this.#seed) space.set(userId, Object.freeze({ userId }));
    }
  }
}
