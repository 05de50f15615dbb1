// What stands in a reused object for another that it is given when it begins. Knows nothing of either.

const NOT_BEGUN = new Proxy(
  {},
  {
    get(_, name): never {
      throw new TypeError(`${String(name)} is asked of an object that was not begun`);
    },
  },
);

/**
 * For a field that every `begin` sets: null would have to be tested for at each use, on the way of every message. Where a
 * `begin` was forgotten, the first use says so.
 */
export function notBegun<T extends object>(): T {
  return NOT_BEGUN as T;
}
