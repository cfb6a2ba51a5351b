/** The known key that was probably meant. */
import { nearestName } from '../base/nearest-name.js';
import { aliasOf } from './aliases.js';
import { configJsonSchema } from './schema.js';

interface SchemaNode {
  properties?: Record<string, SchemaNode>;
  items?: SchemaNode;
  anyOf?: SchemaNode[];
  oneOf?: SchemaNode[];
  const?: unknown;
  default?: unknown;
}

/** Keys that name the kind of an object. */
export const DISCRIMINATORS = ['kind', 'set'] as const;

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

/** The objects that the schema allows at a path, and what the config has there. */
function objectsAt(
  path: readonly string[],
  tree: unknown,
  schema: object = configJsonSchema(),
): SchemaNode[] {
  let nodes: SchemaNode[] = [schema as SchemaNode];
  let value = tree;
  for (const part of path) {
    nodes = nodes
      .flatMap((node) => (node.items ? [node.items] : objectsIn(node, value)))
      .flatMap((node) => (/^\d+$/.test(part) ? node : (node.properties?.[part] ?? [])));
    value = (value as Record<string, unknown> | undefined)?.[part];
  }
  return nodes.flatMap((node) => objectsIn(node.items ?? node, value));
}

/** The kinds that an object at a path may have, and the key that names them; null where it has none. */
export function kindsAt(
  path: readonly string[],
  tree: unknown,
): { key: (typeof DISCRIMINATORS)[number]; names: string[] } | null {
  const objects = objectsAt(path, tree);
  for (const key of DISCRIMINATORS) {
    const names = objects.flatMap(({ properties }) => {
      const name = properties?.[key]?.const;
      return typeof name === 'string' ? [name] : [];
    });
    if (names.length > 0) return { key, names };
  }
  return null;
}

/**
 * Advice on an unknown key below `path`: the end of a sentence, without a full stop. `schema`: a JSON Schema. Default:
 * that of configs, whose keys have aliases.
 */
export function nearestKey(path: string[], key: string, tree: unknown, schema?: object): string {
  const known = [
    ...new Set(objectsAt(path, tree, schema).flatMap(({ properties }) => Object.keys(properties ?? {}))),
  ];
  const prefix = path.length > 0 ? `${path.join('.')}.` : '';
  const nearest = known.length > 0 ? nearestName(key, known) : null;
  const alias = schema ? null : aliasOf(key);
  const last = alias?.split('.').at(-1);
  if (alias !== null && last !== undefined && last !== nearest) {
    if (alias === 'extends')
      return 'write "extends: other.yaml", or a list of files, of which later ones win';
    if (known.includes(last)) return `write "${prefix}${last}"`;
    if (alias.includes('.') || alias in (objectsAt([], tree)[0].properties ?? {})) return `write "${alias}"`;
  }
  return nearest === null ? 'remove it' : `the nearest known key is "${prefix}${nearest}"`;
}
