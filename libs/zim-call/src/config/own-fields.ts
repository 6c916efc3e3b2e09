/**
 * The fields an object has itself. What a flaw of some other package has put where every object inherits it must
 * not become a part of a request.
 */
export function ownFields<T extends object>(value: T): T {
  const copy: T = { ...value };
  Object.setPrototypeOf(copy, null);
  return copy;
}
