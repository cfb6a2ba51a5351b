/** What is wrong with a config, in a sentence that names place, key and value. */
import type { z } from 'zod';
import { nearestName } from '../base/nearest-name.js';
import { inputKinds } from '../inputs/index.js';
import { COMMON_KEYS } from '../inputs/schema.js';
import { kindsAt, nearestKey } from './nearest.js';
import { isTree, type Origins, originOf, type Tree, valueAt } from './tree.js';

/** Message for an issue of the schema. */
export function explain(issue: z.core.$ZodIssue, tree: Tree, origins: Origins): string {
  const path = issue.path.map(String);
  if (issue.code === 'unrecognized_keys') {
    const key = [...path, issue.keys[0]].join('.');
    return `${originOf(key, origins)}: there is no key "${key}"; ${nearestKey(path, issue.keys[0], tree)}.`;
  }
  const stranger = unknownInput(path, tree);
  if (stranger !== null)
    return `${originOf(`inputs.${stranger}`, origins)}: there is no key "inputs.${stranger}"; ${nearestKey(['inputs'], stranger, tree)}, and an input with another name needs its kind, as in {kind: mel}.`;
  const key = path.join('.');
  const value = valueAt(tree, path);
  if (issue.code === 'invalid_union' && issue.discriminator === undefined) {
    // What is wrong inside of a possibility is named by its own key.
    const [inner] = complaints(issue, value);
    if (inner && inner.path.length > 0)
      return explain({ ...inner, path: [...issue.path, ...inner.path] }, tree, origins);
  }
  const place = originOf(key, origins);
  const sentence = `${place}: ${key || 'the config'}: ${wrongValue(issue, value, path, tree)}`;
  return isSweep(value) && place.startsWith('the command line')
    ? `${sentence}. Several values are a sweep: polytag sweep CONFIG '${key}=${value}'.`
    : `${sentence}.`;
}

/** What is wrong with options that an input has of another: of all that was written, nothing was wrong by itself. */
export function explainLike({ path, message }: z.core.$ZodIssue, origins: Origins): string {
  const name = String(path[0]);
  const like = `inputs.${inputKinds[name]?.like ?? name}`;
  return `${originOf(like, origins)}: ${like}: its options are those of inputs.${name} too, but ${message}, or write inputs.${name}.`;
}

/** Whether a value is written as the values of a sweep are. */
const isSweep = (value: unknown): value is string =>
  typeof value === 'string' && (/^[^,[{"']+(,[^,]+)+$/.test(value) || /^[a-z_]+\(.*\)$/.test(value));

const TYPES: Readonly<Record<string, string>> = {
  number: 'a number',
  int: 'a whole number',
  boolean: 'true or false',
  string: 'text',
  array: 'a list, as in [1, 2]',
  tuple: 'a list, as in [1, 2]',
  object: 'a map of keys, as in {key: value}',
  record: 'a map of keys, as in {key: value}',
};

/** A value as a person writes it, on one line and not too long. */
function written(value: unknown): string {
  const text = JSON.stringify(value) ?? 'nothing';
  return text.length > 60 ? `${text.slice(0, 59)}…` : text;
}

/** What a value must be and is not: the end of a sentence. `tree`: of a config, which decides the kinds that are known. */
export function wrongValue(
  issue: z.core.$ZodIssue,
  value: unknown,
  path: string[],
  tree: Tree | null = null,
): string {
  if (value === undefined && tree && path.join('.') === 'model')
    return 'it is missing; name the inputs that the model takes, as in "model: {branches: {mel: {}}}", or a base that has a model, as in "extends: mtat.yaml"';
  const not = value === undefined ? '; it is missing' : `, not ${written(value)}`;
  switch (issue.code) {
    case 'invalid_type': {
      const kinds = tree && typeof value === 'string' ? kindsAt(path, tree) : null;
      if (kinds) {
        const known = kinds.names.includes(value as string) ? (value as string) : kinds.names[0];
        return `must be a map of keys, as in {${kinds.key}: ${known}}${not}`;
      }
      const group =
        tree && path.length === 1 && typeof value === 'string'
          ? `; settings of another file come with "extends: FILE"`
          : '';
      return `must be ${TYPES[issue.expected] ?? issue.expected}${not}${group}`;
    }
    case 'too_small':
    case 'too_big': {
      const bound = issue.code === 'too_small' ? issue.minimum : issue.maximum;
      const [inside, outside] = issue.code === 'too_small' ? ['at least', 'above'] : ['at most', 'below'];
      const side = `${issue.inclusive === false ? outside : inside} ${bound}`;
      if (issue.origin === 'array') return `must have ${side} values${not}`;
      if (issue.origin === 'string') return `must have ${side} characters${not}`;
      return `must be ${side}${not}`;
    }
    case 'invalid_value': {
      const known = issue.values.map(String);
      const near = typeof value === 'string' && known.length > 1 ? nearestName(value, known) : null;
      return `must be ${known.length > 1 ? 'one of ' : ''}${known.join(', ')}${not}${near === null || known.length < 4 ? '' : `; the nearest is ${near}`}`;
    }
    case 'invalid_union':
      return wrongUnion(issue, value, path);
    default:
      return issue.message.replace(/^Invalid input: /, '');
  }
}

/** Each possibility's own complaint; those of the same type as the value come nearest: words are none of a map of keys. */
const complaints = (issue: z.core.$ZodIssueInvalidUnion, value: unknown): z.core.$ZodIssue[] =>
  issue.errors
    .flat()
    .filter(
      ({ code, path: below }) =>
        below.length > 0 || (code !== 'invalid_type' && !(code === 'invalid_value' && isTree(value))),
    );

/** As `wrongValue`, where one of several kinds or types is possible. */
function wrongUnion(issue: z.core.$ZodIssueInvalidUnion, value: unknown, path: string[]): string {
  if (issue.discriminator !== undefined) {
    const known =
      (issue as { options?: unknown[] }).options?.filter((name) => typeof name === 'string') ?? [];
    const what = value === undefined ? 'it must be one' : `"${value}" is not one`;
    return `${what} of ${known.join(', ')}`;
  }
  const nearest = complaints(issue, value).map((inner) =>
    wrongValue(inner, valueAt(value, inner.path.map(String)), [...path, ...inner.path.map(String)]),
  );
  if (nearest.length > 0) return nearest[0];
  const types = issue.errors
    .flat()
    .flatMap((inner) => (inner.code === 'invalid_type' ? [TYPES[inner.expected] ?? inner.expected] : []));
  return `must be ${[...new Set(types)].join(' or ')}${value === undefined ? '; it is missing' : `, not ${written(value)}`}`;
}

/** A key of `inputs` that is neither a kind of input nor names one. */
function unknownInput([first, name, ...rest]: string[], tree: Tree): string | null {
  if (first !== 'inputs' || name === undefined || name in inputKinds || COMMON_KEYS.includes(name))
    return null;
  const value = isTree(tree.inputs) ? tree.inputs[name] : undefined;
  return isTree(value) && typeof value.kind === 'string' && rest.length > 0 ? null : name;
}
