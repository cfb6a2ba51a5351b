/** The reference of every key of a config, in Markdown, from the JSON Schema: type, default, meaning. */
import { configJsonSchema } from './schema.js';

/** The parts of JSON Schema that zod writes for configs. */
interface Node {
  type?: string | string[];
  description?: string;
  default?: unknown;
  const?: unknown;
  enum?: unknown[];
  minimum?: number;
  maximum?: number;
  exclusiveMinimum?: number;
  exclusiveMaximum?: number;
  items?: Node;
  prefixItems?: Node[];
  properties?: Record<string, Node>;
  required?: string[];
  additionalProperties?: Node | boolean;
  anyOf?: Node[];
  oneOf?: Node[];
}

/** One kind of an object, or the object itself. */
interface Variant {
  /** `kind: gated`; null for an object of one kind. */
  name: string | null;
  node: Node;
}

const DISCRIMINATORS = ['kind', 'set'];

const alternatives = ({ anyOf = [], oneOf = [] }: Node): Node[] => [...anyOf, ...oneOf];

/** The objects that a node may be; none for plain values. */
function variantsOf(node: Node): Variant[] {
  if (node.properties) {
    const key = DISCRIMINATORS.find((name) => node.properties?.[name]?.const !== undefined);
    return [{ name: key ? `${key}: ${node.properties[key].const}` : null, node }];
  }
  return alternatives(node).flatMap(variantsOf);
}

/** Every key of a schema with its description, objects in lists and of users' own names included. */
export function describedKeys(
  node: Node = configJsonSchema() as Node,
  path = '',
): [string, string | undefined][] {
  const below = Object.entries(node.properties ?? {}).flatMap(
    ([name, child]): [string, string | undefined][] => {
      const key = path === '' ? name : `${path}.${name}`;
      return [[key, child.description], ...describedKeys(child, key)];
    },
  );
  const others = [
    ...alternatives(node),
    ...(node.items ? [node.items] : []),
    ...(typeof node.additionalProperties === 'object' ? [node.additionalProperties] : []),
  ];
  return [...below, ...others.flatMap((child) => describedKeys(child, path))];
}

const NUMBER_NAMES: Record<string, string> = { integer: 'whole number', number: 'number' };

function numberText(node: Node, name: string): string {
  const { minimum, maximum, exclusiveMinimum, exclusiveMaximum } = node;
  // zod bounds whole numbers by those that a double holds exactly.
  const isBound = (bound: number | undefined): bound is number =>
    bound !== undefined && Math.abs(bound) < Number.MAX_SAFE_INTEGER;
  if (isBound(minimum) && isBound(maximum)) return `${name} from ${minimum} to ${maximum}`;
  const least = isBound(minimum)
    ? [`≥ ${minimum}`]
    : isBound(exclusiveMinimum)
      ? [`> ${exclusiveMinimum}`]
      : [];
  const most = isBound(maximum)
    ? [`≤ ${maximum}`]
    : isBound(exclusiveMaximum)
      ? [`< ${exclusiveMaximum}`]
      : [];
  const bounds = [...least, ...most].join(' and ');
  return bounds === '' ? name : `${name} ${bounds}`;
}

/** What a value may be: `whole number > 0`, `` `none` or `log10` ``, `list of text`. */
function typeText(node: Node): string {
  if (node.const !== undefined) return code(node.const);
  if (node.enum) return node.enum.map(code).join(', ');
  const choices = alternatives(node);
  if (choices.length > 0) return [...new Set(choices.map(typeText))].join(' or ');
  const types = [node.type ?? 'any value'].flat();
  return types
    .map((type) => {
      if (type in NUMBER_NAMES) return numberText(node, NUMBER_NAMES[type]);
      if (type === 'string') return 'text';
      if (type === 'boolean') return 'true or false';
      if (type === 'null') return '`null`';
      if (type === 'object') return 'map';
      if (type !== 'array') return type;
      if (node.prefixItems) return `[${node.prefixItems.map(typeText).join(', ')}]`;
      return `list of ${node.items?.properties ? 'maps' : node.items ? typeText(node.items) : 'values'}`;
    })
    .join(' or ');
}

const code = (value: unknown): string => `\`${typeof value === 'string' ? value : JSON.stringify(value)}\``;

/** Text in a cell of a table. */
const cell = (text: string): string =>
  text.replaceAll('|', '\\|').replaceAll('<', '&lt;').replace(/\s+/g, ' ');

function defaultText({ default: value }: Node, isRequired: boolean): string {
  if (value === undefined) return isRequired ? 'required' : '';
  return typeof value === 'object' && value !== null && Object.keys(value).length === 0 ? '' : code(value);
}

/**
 * Tables of an object: its plain keys, then a section for each key that is an object of several kinds or a list of
 * objects.
 */
function sections(path: string, { name, node }: Variant, level: number): string[] {
  const rows: string[] = [];
  const later: string[] = [];
  const heading = path === '' ? 'Top level' : `\`${path}\`${name === null ? '' : ` with \`${name}\``}`;
  const walk = (inside: Node, prefix: string): void => {
    for (const [own, child] of Object.entries(inside.properties ?? {})) {
      const key = `${prefix}${own}`;
      const whole = path === '' ? key : `${path}.${key}`;
      const description = cell(child.description ?? '');
      const kinds = variantsOf(child);
      const isInline = kinds.length === 1 && kinds[0].name === null && path !== '' && path !== 'inputs';
      const isOneOfMany = kinds.length > 0 && !isInline;
      const links = isOneOfMany ? ' See below.' : '';
      const type = kinds.length > 0 && kinds.length === alternatives(child).length ? 'map' : typeText(child);
      const required = inside.required?.includes(own) ?? false;
      rows.push(
        `| \`${key}\` | ${cell(type)} | ${cell(defaultText(child, required))} | ${description}${links} |`,
      );
      if (isInline) walk(kinds[0].node, `${key}.`);
      else if (isOneOfMany)
        for (const kind of kinds) later.push(...sections(whole, kind, Math.min(level + 1, 4)));
      const item = child.items;
      if (item?.properties)
        later.push(...sections(`${whole}[]`, { name: null, node: item }, Math.min(level + 1, 4)));
    }
  };
  walk(node, '');
  const table = ['| key | type | default | meaning |', '| --- | --- | --- | --- |', ...rows];
  return [
    `${'#'.repeat(level)} ${heading}`,
    '',
    ...(node.description && path !== '' ? [node.description, ''] : []),
    ...table,
    '',
    ...later,
  ];
}

/** Branches have names of the user's own, so that each kind is shown once instead of under every name. */
function namedOnce(schema: Node): Node {
  const properties = { ...schema.properties };
  const { branches } = properties.model.properties!;
  const kinds = branches.additionalProperties as Node;
  properties.model = {
    ...properties.model,
    properties: {
      ...properties.model.properties,
      branches: {
        ...branches,
        type: 'object',
        properties: undefined,
        additionalProperties: undefined,
        oneOf: alternatives(kinds),
      },
    },
  };
  return { ...schema, properties };
}

/** What stands in a document before the reference, which follows to its end. */
const MARK = '<!-- Everything below is written by "npm run schema". -->';

/** A document with its reference brought up to date; the mark and the reference are added where there is no mark. */
export function withReference(document: string): string {
  const [before] = document.split(MARK);
  return `${before.trimEnd()}\n\n${MARK}\n\n${configReference()}`.trimStart();
}

/** The reference, from its first heading on; ends with a line break. */
function configReference(): string {
  const schema = namedOnce(configJsonSchema() as Node);
  const parts = sections('', { name: null, node: schema }, 2)
    .join('\n')
    .split(/^(?=#)/m);
  // Several data sets have the same kinds of split.
  return `${[...new Set(parts)].join('').trimEnd()}\n`;
}
