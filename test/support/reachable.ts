/**
 * Returns every text that can be reached from a value: through fields of any name, hidden ones and those of
 * prototypes, symbols, getters, maps, sets, buffers and causes. Some tool may print anything that is reachable.
 */
export function textsWithin(root: unknown): string[] {
  const texts: string[] = [];
  const seen = new Set<object>([Object.prototype, Function.prototype, Array.prototype]);
  const queue: unknown[] = [root];
  const look = (value: unknown) => {
    if (typeof value === 'string') texts.push(value);
    else if (value !== null && ['object', 'function'].includes(typeof value)) queue.push(value);
  };
  while (queue.length > 0) {
    const value = queue.pop();
    if (typeof value !== 'object' && typeof value !== 'function') look(value);
    else if (value !== null && !seen.has(value)) {
      seen.add(value);
      if (value instanceof Uint8Array) texts.push(Buffer.from(value).toString('latin1'));
      else childrenOf(value).forEach(look);
    }
  }
  return texts;
}

function childrenOf(value: object): unknown[] {
  const children: unknown[] = [Object.getPrototypeOf(value)];
  if (value instanceof Map) children.push(...[...value].flat());
  if (value instanceof Set) children.push(...value);
  // The getters of a prototype need an instance.
  const isPrototype = Object.hasOwn(value, 'constructor');
  for (const key of Reflect.ownKeys(value)) {
    const isGetter = Object.getOwnPropertyDescriptor(value, key)?.get !== undefined;
    children.push(key, isPrototype && isGetter ? undefined : Reflect.get(value, key));
  }
  return children;
}
