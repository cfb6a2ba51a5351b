/** Configs from files and the command line: `extends`, overrides, and errors that say where. */
import { readdir } from 'node:fs/promises';
import { basename, dirname, isAbsolute, resolve } from 'node:path';
import { type Document, isMap, LineCounter, parse, parseDocument } from 'yaml';
import { messageOf, systemCode, UsageError } from '../base/errors.js';
import { exists } from '../base/files.js';
import { nearestName } from '../base/nearest-name.js';
import { packagePath } from '../base/package.js';
import { inputKinds } from '../inputs/index.js';
import { COMMON_KEYS, inputsSchema } from '../inputs/schema.js';
import { branches } from '../models/branches/index.js';
import { inputNames } from '../models/spec-parts.js';
import { readText } from '../text/files/read-text.js';
import { checkExperiment } from '../training/checks.js';
import { substituteEnvironment } from './environment.js';
import { explain, explainLike } from './explain.js';
import { loadExtensions } from './extensions.js';
import { DISCRIMINATORS } from './nearest.js';
import { withNoiseProfile } from './noise-profile.js';
import { type Config, configSchema } from './schema.js';
import { isTree, type Origins, originOf, type Tree, valueAt, withValue } from './tree.js';

/** Keys whose value may be the name of a kind alone, `fusion: concat`, with the key that the name belongs to. */
const KINDS: readonly (readonly [path: string, key: (typeof DISCRIMINATORS)[number]])[] = [
  ['data', 'set'],
  ['model.fusion', 'kind'],
  ['model.zoo', 'kind'],
  ['model.baseline.features', 'kind'],
  ['model.baseline.classifier', 'kind'],
  ['loss', 'kind'],
  ['training.optimizer', 'kind'],
  ['training.schedule', 'kind'],
  ['training.average', 'kind'],
];

/** Writes out the kinds that are given by their names alone. */
function writeOutKinds(tree: Tree): Tree {
  return KINDS.reduce((all, [key, discriminator]) => {
    const path = key.split('.');
    const name = valueAt(all, path);
    return typeof name === 'string' ? withValue(all, path, { [discriminator]: name }) : all;
  }, tree);
}

/** Merges maps and replaces everything else, also by `null`. */
function merge(base: Tree, over: Tree): Tree {
  const merged: Tree = { ...base };
  for (const [key, value] of Object.entries(over)) {
    // An assignment would change the prototype and no key.
    if (key === '__proto__') throw new UsageError('There is no key "__proto__"; remove it.');
    const below = merged[key];
    merged[key] = isTree(value) && isTree(below) && !replaces(below, value) ? merge(below, value) : value;
  }
  return merged;
}

/** Whether `over` names another kind, for which the options of the first make no sense. */
function replaces(below: Tree, over: Tree): boolean {
  return DISCRIMINATORS.some((key) => key in over && key in below && over[key] !== below[key]);
}

function recordOrigins(document: Document, lines: LineCounter, file: string, origins: Origins): void {
  const walk = (node: unknown, path: string[]): void => {
    if (!isMap(node)) return;
    for (const { key, value } of node.items) {
      const name = [...path, String(key)];
      const offset = (key as { range?: [number, number, number] }).range?.[0] ?? 0;
      origins.set(name.join('.'), `${file}, line ${lines.linePos(offset).line}`);
      walk(value, name);
    }
  };
  walk(document.contents, []);
}

/**
 * What may be wrong with text that is not YAML: input methods for Chinese type a full-width colon, which is not a colon
 * to YAML, and `${env:NAME}` between the braces of a map needs quotes.
 */
function hint(text: string): string {
  const lines = text.split('\n');
  const unquoted = lines.findIndex(
    (line) => /[[{,:]\s*[^\s"'#][^"'#]*\$\{/.test(line) && /[[{]/.test(line.replaceAll('${', '')),
  );
  if (unquoted >= 0) return ` (line ${unquoted + 1}: between braces, quote "\${…}")`;
  const at = lines.findIndex((line) => /^\s*(?:- )?[\w.-]+：/.test(line));
  return at < 0 ? '' : ` (line ${at + 1} has a full-width colon "："; write ":" and a space)`;
}

/** The value of a document. Throws UsageError for an alias that leads nowhere, or to more than memory can hold. */
function documentValue(document: Document, file: string): unknown {
  try {
    return document.toJS();
  } catch (error) {
    throw new UsageError(`${file}: not valid YAML: ${messageOf(error).replace(/\.$/, '')}.`);
  }
}

/**
 * The value of an override: YAML, but for comments, which an argument of a command cannot have: `a=/music #1` is the
 * folder `/music #1`.
 */
function overrideValue(text: string): unknown {
  const isPlain = !/^\s*["'[{]/.test(text);
  return isPlain && /\s#/.test(text) ? text.trim() : parse(text);
}

/** Reads a file and those that it extends, nearest last. */
async function readTree(file: string, origins: Origins, above: string[]): Promise<Tree> {
  if (above.includes(file))
    throw new UsageError(`${file}: extends itself through ${above.join(', ')}; remove one "extends".`);
  const text = await readText(file).catch(async (error: unknown) => {
    if (error instanceof UsageError) throw error;
    if (systemCode(error) === 'EISDIR') throw new UsageError(`${file} is a folder; give a YAML file in it.`);
    const by = above.length > 0 ? ` (extended by ${above[above.length - 1]})` : '';
    throw new UsageError(`There is no config ${file}${by}; ${await shippedAdvice(file)}`);
  });
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines });
  if (document.errors.length > 0) {
    const [error] = document.errors;
    throw new UsageError(
      `${file}, line ${error.linePos?.[0].line ?? 1}: not valid YAML: ${error.message.split('\n')[0].replace(/ at line.*/, '')}${hint(text)}.`,
    );
  }
  const own = documentValue(document, file) ?? {};
  if (!isTree(own))
    throw new UsageError(
      `${file}: a config must be a map of keys such as "data:" and "model:"${hint(text)}.`,
    );
  recordOrigins(document, lines, file, origins);
  const { extends: written = [], ...rest } = own;
  const bases = substituteEnvironment(written, origins, 'extends').value;
  if (Array.isArray(rest.extensions)) {
    const paths = substituteEnvironment(rest.extensions, origins, 'extensions').value as unknown[];
    rest.extensions = paths.map((path) => resolve(dirname(file), String(path)));
  }
  let tree: Tree = {};
  for (const base of [bases].flat()) {
    if (typeof base !== 'string')
      throw new UsageError(`${file}: "extends" must be a file name or a list of file names.`);
    tree = merge(tree, await readTree(await configPath(base, dirname(file)), origins, [...above, file]));
  }
  // Again: the lines of this file win over those of the files that it extends.
  recordOrigins(document, lines, file, origins);
  return merge(tree, writeOutKinds(rest));
}

/** Applies `a.b=value`, or `~a.b`, which removes the key. */
function applyOverride(tree: Tree, override: string, origins: Origins): Tree {
  const removal = /^~([\w.-]+)$/.exec(override);
  const match = removal ?? /^\+{0,2}([\w.-]+)=(.*)$/s.exec(override);
  if (!match)
    throw new UsageError(
      `"${override}" is not an override; write key=value, as in training.epochs=10, or ~key to remove a key.`,
    );
  const path = match[1].split('.');
  origins.set(match[1], `the command line, "${override}"`);
  if (removal) {
    if (!has(tree, path)) {
      throw new UsageError(
        `The command line, "${override}": the config has no key "${match[1]}" to remove; check its spelling.`,
      );
    }
    return remove(tree, path);
  }
  let value: unknown;
  try {
    value = overrideValue(match[2]);
  } catch {
    const advice = match[2].includes('${') ? `between braces, quote "\${…}"` : 'quote the value';
    throw new UsageError(`The value in "${override}" is not valid YAML; ${advice}.`);
  }
  const assigned = path.reduceRight<unknown>((inner, key) => ({ [key]: inner }), value) as Tree;
  return merge(tree, writeOutKinds(assigned));
}

function has(tree: Tree, [key, ...rest]: string[]): boolean {
  const below = tree[key];
  return Object.hasOwn(tree, key) && (rest.length === 0 || (isTree(below) && has(below, rest)));
}

function remove(tree: Tree, [key, ...rest]: string[]): Tree {
  const copy = { ...tree };
  if (rest.length === 0) delete copy[key];
  else if (isTree(copy[key])) copy[key] = remove(copy[key], rest);
  return copy;
}

/**
 * Writes out what a branch's name leaves open: its kind, where the name is not one, and its input, where there is none
 * of the branch's name.
 */
function completeBranches(tree: Tree, origins: Origins): Tree {
  const { model, inputs } = tree;
  if (!isTree(model) || !isTree(model.branches)) return tree;
  const declared = isTree(inputs) ? inputs : {};
  const kindOfInput = (name: string): string => {
    const input = declared[name];
    return isTree(input) && typeof input.kind === 'string' ? input.kind : name;
  };
  const completed = Object.entries(model.branches).map(([name, branch]): [string, unknown] => {
    if (!isTree(branch)) return [name, branch];
    const named = typeof branch.input === 'string' ? branch.input : null;
    if (named !== null && !(named in declared) && !(named in inputKinds))
      throw new UsageError(
        `${originOf(`model.branches.${name}.input`, origins)}: model.branches.${name}.input: there is no input "${named}"; add inputs.${named} with a kind, or give the nearest known one, "${nearestName(named, [...Object.keys(declared), ...Object.keys(inputKinds)])}".`,
      );
    const ownInput = name in declared || name in inputKinds ? name : null;
    const usualBranch = inputKinds[kindOfInput(named ?? name)]?.branch;
    const kind = typeof branch.kind === 'string' ? branch.kind : name in branches ? name : usualBranch;
    if (!kind) return [name, branch];
    const input = named ?? ownInput ?? branches[kind]?.input ?? name;
    return [name, { ...branch, ...(kind !== name && { kind }), ...(input !== name && { input }) }];
  });
  return { ...tree, model: { ...model, branches: Object.fromEntries(completed) } };
}

/**
 * Checks a tree of keys and fills in every default. `inputs` gets what a branch takes and loses what none takes;
 * `origins` is where each key was written; `fromText` names keys whose values came as text and may be meant as numbers,
 * switches or null. Throws a UsageError that names the first wrong key, its place and the nearest known key.
 */
export function resolveConfig(tree: Tree, origins: Origins = new Map(), fromText: string[] = []): Config {
  let completed = completeBranches(writeOutKinds(tree), origins);
  const schema = configSchema();
  let parsed = schema.safeParse(completed);
  if (!parsed.success && fromText.length > 0) {
    for (const { code, path } of parsed.error.issues) {
      const keys = path.map(String);
      if (code !== 'invalid_type' || !fromText.includes(keys.join('.'))) continue;
      completed = withValue(completed, keys, parse(String(valueAt(completed, keys))));
    }
    parsed = schema.safeParse(completed);
  }
  if (!parsed.success) throw new UsageError(explain(parsed.error.issues[0], completed, origins));
  const names = inputNames(parsed.data.model);
  const written = isTree(completed.inputs) ? completed.inputs : {};
  const inputs = Object.fromEntries(
    Object.entries(written).filter(([name]) => COMMON_KEYS.includes(name) || names.includes(name)),
  );
  for (const name of names) inputs[name] ??= written[inputKinds[name]?.like ?? ''] ?? {};
  const completedInputs = inputsSchema().safeParse(inputs);
  if (!completedInputs.success) throw new UsageError(explainLike(completedInputs.error.issues[0], origins));
  const config = { ...parsed.data, inputs: completedInputs.data };
  checkExperiment(config);
  return config;
}

/** A config with changes as on the command line. Throws a UsageError that names the first wrong one. */
export function changedConfig(config: Config, changes: readonly string[]): Config {
  const origins: Origins = new Map();
  const tree = changes.reduce(
    (all, change) => applyOverride(all, change, origins),
    config as unknown as Tree,
  );
  return resolveConfig(tree, origins);
}

/** Which of polytag's own configs may be meant: the end of a sentence. */
async function shippedAdvice(file: string): Promise<string> {
  const names = (await readdir(packagePath('configs')).catch((): string[] => []))
    .filter((name) => name.endsWith('.yaml'))
    .map((name) => name.slice(0, -'.yaml'.length));
  const meant = basename(file).replace(/\.ya?ml$/, '');
  if (names.includes(meant)) return `did you mean configs/${meant}.yaml, which comes with polytag?`;
  return `the ones that come with polytag are configs/NAME.yaml with NAME one of ${names.join(', ')}.`;
}

/** The path of the config that comes with polytag for a network of the zoo, under `configs/`. */
export async function shippedConfigOf(network: string): Promise<string> {
  const names = (await readdir(packagePath('configs'))).filter((name) => name.endsWith('.yaml'));
  // Variants of a config have longer names.
  for (const name of names.sort((a, b) => a.length - b.length)) {
    const tree: unknown = parse(await readText(packagePath(`configs/${name}`)));
    const zoo = isTree(tree) ? valueAt(tree, ['model', 'zoo']) : undefined;
    if (isTree(zoo) && zoo.kind === network) return `configs/${name}`;
  }
  throw new Error(`There is no config of the network ${network}.`);
}

/**
 * The file as named, relative to a folder; where there is none, the one of that name that comes with polytag:
 * `configs/mtat.yaml`.
 */
async function configPath(file: string, folder = '.'): Promise<string> {
  const path = resolve(folder, file);
  const shipped = packagePath(file);
  return !isAbsolute(file) && !(await exists(path)) && (await exists(shipped)) ? shipped : path;
}

/**
 * Loads a config.
 *
 * @param file - YAML file, or the path of one that comes with polytag; its `extends` names files relative to itself
 * @param overrides - `key=value`, later ones win. References to environment variables are replaced when all are merged,
 *   so that an override takes the place of an unset one
 * @param replaced - top keys that take the place of the config's own, such as `model`
 * @throws UsageError with file and line of what is wrong
 */
export async function loadConfig(
  file: string,
  overrides: string[] = [],
  replaced: Tree = {},
): Promise<Config> {
  const path = await configPath(file);
  const origins: Origins = new Map([['', path]]);
  let tree = await readTree(path, origins, []);
  for (const override of overrides) tree = applyOverride(tree, override, origins);
  tree = { ...tree, ...replaced };
  const { value, keys } = substituteEnvironment(tree, origins);
  const { extensions } = value as Tree;
  if (Array.isArray(extensions)) await loadExtensions(extensions.map(String));
  return withNoiseProfile(resolveConfig(value as Tree, origins, keys));
}
