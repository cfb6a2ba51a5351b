/** The JSON Schema of a config, for editors. */
import { z } from 'zod';
import { configSchema } from './schema.js';

/** JSON Schema (draft 2020-12) of a config file, `extends` included. */
export function configJsonSchema(): Record<string, unknown> {
  const schema = z.toJSONSchema(configSchema(), { io: 'input' }) as Record<string, unknown> & {
    properties: Record<string, unknown>;
  };
  const file = { anyOf: [{ type: 'string' }, { type: 'array', items: { type: 'string' } }] };
  return {
    ...schema,
    // Keys missing from a file may come from the one that it extends.
    required: [],
    properties: {
      extends: { description: 'Configs that this one extends, relative to it.', ...file },
      ...schema.properties,
    },
  };
}
