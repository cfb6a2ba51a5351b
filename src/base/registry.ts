/** Registries that an extension may add to: plain objects, whose schemas are derived when they are asked for. */
import { z } from 'zod';
import { UsageError } from './errors.js';

let changes = 0;

/** Adds a member to a registry; throws UsageError when another has the name. `what`, for the message: `branch`. */
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

/** A member that a config selects by a key, such as `kind` or `set`. */
interface Configurable {
  options: z.ZodObject;
}

type OptionsOf<Members extends Record<string, Configurable>> = Members[keyof Members]['options'];

/**
 * The union of the options of a registry's members (at least one), discriminated by the key that holds the member's
 * name: `kind`, `set`.
 */
export function unionOfOptions<Members extends Record<string, Configurable>>(
  discriminator: string,
  members: Members,
): z.ZodDiscriminatedUnion<[OptionsOf<Members>, ...OptionsOf<Members>[]]> {
  const options = Object.values(members).map((member) => member.options as OptionsOf<Members>);
  return z.discriminatedUnion(discriminator, options as [OptionsOf<Members>, ...OptionsOf<Members>[]]);
}

/** Refines a list in which nothing may be given twice; `nameOf`: what a reader calls a value. Default: as it is written. */
export const withoutDoubles = <Schema extends z.ZodType<readonly unknown[]>>(
  list: Schema,
  nameOf: (value: z.output<Schema>[number]) => string = String,
): Schema =>
  list.superRefine((values, context) => {
    const names = values.map(nameOf);
    const twice = names.find((name, i) => names.indexOf(name) !== i);
    if (twice !== undefined)
      context.addIssue({ code: 'custom', message: `${twice} is given twice; remove one of them` });
  });
