/** Registries: plain objects whose members carry the schema of their options. */
import { z } from 'zod';

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
