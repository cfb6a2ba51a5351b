/** The known key or name that was probably meant. */
import { distance } from 'fastest-levenshtein';
import { z } from 'zod';
import { configSchema } from './schema.js';

interface SchemaNode {
  properties?: Record<string, SchemaNode>;
  anyOf?: SchemaNode[];
  oneOf?: SchemaNode[];
  const?: unknown;
  default?: unknown;
}

/** Keys that name the kind of an object. */
export const DISCRIMINATORS = ['kind', 'set'] as const;

/** The known name nearest to `written` by Levenshtein distance; `known` has at least one. */
export function nearestName<Name extends string>(written: string, known: readonly Name[]): Name {
  return known.reduce((best, candidate) =>
    distance(written, candidate) < distance(written, best) ? candidate : best,
  );
}

/** Objects that a node allows; of several kinds, the one that the config names, if any. */
function objectsIn(node: SchemaNode, value: unknown): SchemaNode[] {
  const options = [...(node.anyOf ?? []), ...(node.oneOf ?? [])].flatMap((option) =>
    objectsIn(option, value),
  );
  const all = node.properties ? [node, ...options] : options;
  const written = value as Record<string, unknown> | undefined;
  const named = all.filter((object) =>
    DISCRIMINATORS.some((key) => {
      const kind = object.properties?.[key];
      return kind?.const !== undefined && kind.const === (written?.[key] ?? kind.default);
    }),
  );
  return named.length > 0 ? named : all;
}

/** Advice on an unknown key below `path`: the end of a sentence, without a full stop. */
export function nearestKey(path: string[], key: string, tree: unknown): string {
  let nodes: SchemaNode[] = [z.toJSONSchema(configSchema(), { io: 'input' }) as SchemaNode];
  let value = tree;
  for (const part of path) {
    nodes = nodes.flatMap((node) => objectsIn(node, value)).flatMap((node) => node.properties?.[part] ?? []);
    value = (value as Record<string, unknown> | undefined)?.[part];
  }
  const known = [
    ...new Set(
      nodes.flatMap((node) => objectsIn(node, value)).flatMap((node) => Object.keys(node.properties ?? {})),
    ),
  ];
  if (known.length === 0) return 'remove it';
  const nearest = nearestName(key, known);
  const prefix = path.length > 0 ? `${path.join('.')}.` : '';
  return `the nearest known key is "${prefix}${nearest}"`;
}
