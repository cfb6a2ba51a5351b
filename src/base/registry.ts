/** Registries that an extension may add to: plain objects, whose schemas are derived when they are asked for. */
import { z } from 'zod';
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

/** What a config names by a key, such as `kind` or `set`. */
interface Configurable {
  options: z.ZodObject;
}

type OptionsOf<Members extends Record<string, Configurable>> = Members[keyof Members]['options'];

/**
 * The union of what a config may say of the members of a registry, told apart by a literal in each.
 *
 * @param discriminator - key that holds the member's name: `kind`, `set`
 * @param members - at least one; the order is that of the JSON Schema
 */
export function unionOfOptions<Members extends Record<string, Configurable>>(
  discriminator: string,
  members: Members,
): z.ZodDiscriminatedUnion<[OptionsOf<Members>, ...OptionsOf<Members>[]]> {
  const options = Object.values(members).map((member) => member.options as OptionsOf<Members>);
  return z.discriminatedUnion(discriminator, options as [OptionsOf<Members>, ...OptionsOf<Members>[]]);
}
