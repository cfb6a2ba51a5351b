/** Parses a sweep's words: `key=a,b,c`, `key=range(1,10,3)`, `key=log_uniform(1e-4,1e-1)`, `key=value`. */
import { parse } from 'yaml';
import { UsageError } from '../../base/errors.js';
import { nearestName } from '../../base/nearest-name.js';

/** A key with the values that it takes, as YAML writes them. */
export interface ListedKey {
  key: string;
  kind: 'list';
  values: string[];
}

/** A key whose values are drawn; `int` includes both ends. */
export interface DrawnKey {
  key: string;
  kind: 'uniform' | 'log_uniform' | 'int';
  low: number;
  high: number;
}

export type SweptKey = ListedKey | DrawnKey;

export interface SweepWords {
  /** Overrides that hold for every run, in their order. */
  fixed: string[];
  swept: SweptKey[];
}

/** Most values of one key. */
const MOST_VALUES = 10_000;

/** Digits of a computed number, without rounding errors. */
const DIGITS = 12;

/** Parses a function's arguments into a swept key. */
type ValueFunction = (key: string, words: readonly string[], text: string) => SweptKey;

const functions = {
  range: (key, words, text) => {
    const [start, stop, step = 1] = numbers(words, 2, 3, text, 'range(start,stop,step)');
    const count = Math.ceil((stop - start) / step - 1e-9);
    if (step === 0 || !Number.isFinite(count))
      throw new UsageError(`"${text}" does not end: its step is ${step}; give one that leads to ${stop}.`);
    if (count <= 0)
      throw new UsageError(
        `"${text}" has no values: steps of ${step} do not lead from ${start} to ${stop}, which itself is left out.`,
      );
    return list(key, count, (i) => start + i * step, text);
  },
  log_range: (key, words, text) => {
    const [start, stop, count] = numbers(words, 3, 3, text, 'log_range(first,last,count)');
    if (!(start > 0 && stop > 0 && Number.isInteger(count) && count >= 1))
      throw new UsageError(
        `"${text}": log_range(first,last,count) takes two numbers above 0 and the number of values.`,
      );
    const ratio = count === 1 ? 1 : (stop / start) ** (1 / (count - 1));
    return list(key, count, (i) => start * ratio ** i, text);
  },
  choice: (key, words, text) => {
    if (words.length === 0) throw new UsageError(`"${text}" has no values; write choice(a,b,c).`);
    return { key, kind: 'list', values: words.map(canonical) };
  },
  uniform: (key, words, text) => drawn('uniform', key, words, text),
  log_uniform: (key, words, text) => {
    const made = drawn('log_uniform', key, words, text);
    if (made.low <= 0) throw new UsageError(`"${text}": both ends of log_uniform must be above 0.`);
    return made;
  },
  int: (key, words, text) => {
    const made = drawn('int', key, words, text);
    if (!Number.isInteger(made.low) || !Number.isInteger(made.high))
      throw new UsageError(`"${text}": both ends of int must be whole numbers.`);
    return made;
  },
} satisfies Record<string, ValueFunction>;

function numbers(
  words: readonly string[],
  least: number,
  most: number,
  text: string,
  form: string,
): number[] {
  const values = words.map(Number);
  if (values.length < least || values.length > most || values.some((value) => !Number.isFinite(value)))
    throw new UsageError(`"${text}" cannot be read; write ${form} with numbers.`);
  return values;
}

function list(key: string, count: number, valueAt: (i: number) => number, text: string): ListedKey {
  if (count > MOST_VALUES)
    throw new UsageError(`"${text}" has ${count} values; at most ${MOST_VALUES} can be swept.`);
  const values = Array.from({ length: count }, (_, i) => String(Number(valueAt(i).toPrecision(DIGITS))));
  return { key, kind: 'list', values };
}

function drawn(kind: DrawnKey['kind'], key: string, words: readonly string[], text: string): DrawnKey {
  const [low, high] = numbers(words, 2, 2, text, `${kind}(low,high)`);
  if (low >= high) throw new UsageError(`"${text}": ${low} is not below ${high}.`);
  return { key, kind, low, high };
}

/** Canonical form of a number, so that 1e-2 and 0.01 are the same experiment. */
function canonical(text: string): string {
  try {
    const value: unknown = parse(text);
    return typeof value === 'number' ? String(value) : text;
  } catch {
    return text;
  }
}

const CLOSING: Record<string, string> = { '[': ']', '{': '}', '(': ')' };

/**
 * Splits text such as `[16,32],[32,64]` at the commas outside brackets and quotes, without spaces around the values;
 * none of an empty text. Throws a UsageError, naming `word`, when brackets or quotes do not match, or a value is empty.
 */
export function splitValues(text: string, word: string): string[] {
  if (text.trim() === '') return [];
  const parts: string[] = [];
  const open: string[] = [];
  let quote: string | null = null;
  let current = '';
  for (let i = 0; i < text.length; i++) {
    const letter = text[i];
    if (quote === '"' && letter === '\\') {
      current += letter + (text[++i] ?? '');
      continue;
    }
    if (quote !== null) quote = letter === quote ? null : quote;
    // A quote begins where a value begins; in the middle of one it is an apostrophe.
    else if ((letter === '"' || letter === "'") && /(^|[[{(,:\s])$/.test(current)) quote = letter;
    else if (letter in CLOSING) open.push(CLOSING[letter]);
    else if (letter === ']' || letter === '}' || letter === ')') {
      if (open.pop() !== letter) throw new UsageError(`The brackets in "${word}" do not match.`);
    } else if (letter === ',' && open.length === 0) {
      parts.push(current.trim());
      current = '';
      continue;
    }
    current += letter;
  }
  if (open.length > 0 || quote !== null)
    throw new UsageError(`The ${quote === null ? 'brackets' : 'quotes'} in "${word}" do not match.`);
  parts.push(current.trim());
  if (parts.includes(''))
    throw new UsageError(`"${word}" has an empty value between commas; remove the comma, or write null.`);
  return parts;
}

/**
 * Parses the words of a sweep in the syntax of Hydra's basic sweeper: `key=a,b,c` and `key=range(…)` make a swept key,
 * `key=value` and `~key` override all runs. Throws a UsageError that names a word that cannot be parsed.
 */
export function parseSweepWords(words: readonly string[]): SweepWords {
  const fixed: string[] = [];
  const swept: SweptKey[] = [];
  for (const word of words) {
    const match = /^\+{0,2}([\w.-]+)=(.*)$/s.exec(word);
    // Words that are not assignments are left to the config's parser and its message.
    const key = match ? sweptKey(match[1], match[2].trim(), word) : null;
    if (key === null) fixed.push(word);
    else if (swept.some((other) => other.key === key.key))
      throw new UsageError(`${key.key} is swept twice; give all its values in one word.`);
    else swept.push(key);
  }
  return { fixed, swept };
}

function sweptKey(key: string, text: string, word: string): SweptKey | null {
  const call = /^([a-z_]+)\((.*)\)$/s.exec(text);
  if (call && splitValues(text, word).length === 1) {
    const [, name, inside] = call;
    if (!Object.hasOwn(functions, name))
      throw new UsageError(
        `"${word}": there is no function "${name}"; the nearest is "${nearestName(name, Object.keys(functions))}", and text with parentheses must be quoted.`,
      );
    return functions[name as keyof typeof functions](key, splitValues(inside, word), word);
  }
  const values = splitValues(text, word);
  return values.length > 1 ? { key, kind: 'list', values: values.map(canonical) } : null;
}
