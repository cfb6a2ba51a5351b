/** Registries that an extension may add to: plain objects, whose schemas are derived when they are asked for. */
import { UsageError } from './errors.js';

let changes = 0;

/**
 * Adds a member to a registry.
 *
 * @param registry - the object that lists all members by name
 * @param what - what a member is, for the message: `branch`
 * @throws UsageError when the name is taken by another member
 */
export function register<Member>(
  registry: Record<string, Member>,
  what: string,
  name: string,
  member: Member,
): void {
  if (registry[name] === member) return;
  if (Object.hasOwn(registry, name))
    throw new UsageError(`There is a ${what} "${name}" already; give the extension's another name.`);
  registry[name] = member;
  changes++;
}

/** A value derived from registries, computed again after one of them changed. */
export function derived<Value>(compute: () => Value): () => Value {
  let latest: { changes: number; value: Value } | null = null;
  return () => {
    if (latest?.changes !== changes) latest = { changes, value: compute() };
    return latest.value;
  };
}
/** The names of a registry's members, as a schema's enumeration takes them. */
export function keysOf<Registry extends object>(
  registry: Registry,
): [keyof Registry & string, ...(keyof Registry & string)[]] {
  return Object.keys(registry) as [keyof Registry & string, ...(keyof Registry & string)[]];
}
