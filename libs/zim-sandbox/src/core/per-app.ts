/** One value for each AppID: what belongs to one never meets what belongs to another. */
export class PerApp<Space> {
  readonly #spaces: ReadonlyMap<number, Space>;
  readonly #firstAppId: number;

  constructor(appIds: readonly [number, ...number[]], create: (appId: number) => Space) {
    this.#spaces = new Map(appIds.map((appId) => [appId, create(appId)]));
    this.#firstAppId = appIds[0];
  }

  /** The space of an AppID; of the sandbox's first app if none is named. */
  of(appId = this.#firstAppId): Space {
    const space = this.#spaces.get(appId);
    if (space === undefined) throw new Error(`This sandbox has no app ${appId}.`);
    return space;
  }

  all(): Space[] {
    return [...this.#spaces.values()];
  }
}
