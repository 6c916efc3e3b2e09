/** One value for each AppID, so that apps share no state. */
export class PerApp<Value> {
  private readonly values: ReadonlyMap<number, Value>;
  private readonly firstAppId: number;

  constructor(appIds: readonly [number, ...number[]], create: (appId: number) => Value) {
    this.values = new Map(appIds.map((appId) => [appId, create(appId)]));
    this.firstAppId = appIds[0];
  }

  /**
   * Returns the value of an AppID, by default that of the sandbox's first app.
   *
   * @throws Error for an unknown AppID
   */
  of(appId = this.firstAppId): Value {
    const value = this.values.get(appId);
    if (value === undefined) throw new Error(`This sandbox has no app ${appId}.`);
    return value;
  }

  all(): Value[] {
    return [...this.values.values()];
  }
}
