/** Arrays of a network that lie deeper in a file, as in `{'state_dict': …}`, or that a wrapper renamed, as `module.conv1`. */
import { UsageError } from '../base/errors.js';
import type { StoredWeights } from './formats/number-types.js';

/**
 * The arrays under the one prefix under which a file has all that are wanted, without the prefix; the file's own arrays
 * where it has them without one, or lacks some. Throws a UsageError when several prefixes fit.
 *
 * @param wanted - names of arrays, at least one
 */
export function withoutPrefix(stored: StoredWeights, wanted: readonly string[], file: string): StoredWeights {
  const hasAll = (prefix: string): boolean => wanted.every((name) => stored.has(prefix + name));
  if (hasAll('')) return stored;
  const prefixes = [...stored.keys()]
    .filter((name) => name.endsWith(`.${wanted[0]}`))
    .map((name) => name.slice(0, -wanted[0].length))
    .filter(hasAll);
  if (prefixes.length > 1)
    throw new UsageError(
      `${file} holds the network more than once, under ${prefixes.join(' and ')}; save the one that you want alone.`,
    );
  const [prefix] = prefixes;
  if (prefix === undefined) return stored;
  return new Map(
    [...stored].flatMap(([name, weight]) =>
      name.startsWith(prefix) ? [[name.slice(prefix.length), weight] as const] : [],
    ),
  );
}
