/** A config before its schema has seen it: maps of keys, and where each key was written. */

/** A map of keys. */
export type Tree = { [key: string]: unknown };

/**
 * Where a key was written, by its dotted name: `configs/a.yaml, line 3` or `the command line, "seed=3"`. The file of the
 * config itself is under the empty name.
 */
export type Origins = Map<string, string>;

export const isTree = (value: unknown): value is Tree =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** Where a key, or the nearest key above it, was written: the file for one that was written nowhere. */
export function originOf(key: string, origins: Origins): string {
  for (let path = key.split('.'); path.length > 0; path = path.slice(0, -1)) {
    const origin = origins.get(path.join('.'));
    if (origin) return origin;
  }
  return origins.get('') ?? 'config';
}

/** The value at a path of keys and places in lists; undefined where there is none. */
export function valueAt(tree: unknown, path: readonly string[]): unknown {
  return path.reduce<unknown>(
    (below, key) =>
      typeof below === 'object' && below !== null && Object.hasOwn(below, key)
        ? (below as Tree)[key]
        : undefined,
    tree,
  );
}

/** A copy of a tree with the value at a path, which exists, replaced. */
export function withValue<Value>(tree: Value, [key, ...rest]: readonly string[], value: unknown): Value {
  if (key === undefined) return value as Value;
  const copy = (Array.isArray(tree) ? [...tree] : { ...tree }) as Tree;
  copy[key] = withValue(copy[key], rest, value);
  return copy as Value;
}
