/** Schemas that derive from registries whose members' options have a `kind`. */
import { z } from 'zod';

/** One schema of all members of a registry, told apart by their `kind`. */
export function unionOf<Schema extends z.ZodType>(
  registry: Record<string, { options: Schema }>,
): z.ZodType<z.output<Schema>> {
  const options = Object.values(registry).map((member) => member.options);
  return z.discriminatedUnion('kind', options as never) as unknown as z.ZodType<z.output<Schema>>;
}
