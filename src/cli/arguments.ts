/** Arguments that several commands share, and numbers, which are parsed from text since yargs turns other text into NaN. */
import { stat } from 'node:fs/promises';
import { dirname } from 'node:path';
import type { Argv, Options } from 'yargs';
import { messageOf, UsageError } from '../base/errors.js';
import { exists, requireFolder } from '../base/files.js';
import { type WholeRange, wholeNumber } from '../base/numbers.js';
import { encodingNamed, TEXT_ENCODINGS, type TextEncoding } from '../text/encodings.js';

/** An option with a text value. */
export const textOption = (describe: string) => ({ type: 'string', requiresArg: true, describe }) as const;

/** An option with a text value and a default. */
export const textOr = (value: string, describe: string) =>
  ({ type: 'string', requiresArg: true, default: value, describe }) as const;

/** An option with a text value that must be given. */
export const requiredText = (describe: string) =>
  ({ type: 'string', requiresArg: true, demandOption: true, describe }) as const;

/**
 * An option with a number that is parsed from its text by `wholeOption` and the like: the help calls it a number, and a
 * message can name what was typed.
 */
export const numberText = (describe: string) =>
  ({ type: 'string', number: true, requiresArg: true, describe }) as const;

/** The same with a default. */
export const numberTextOr = (value: number, describe: string) =>
  ({ ...numberText(describe), default: String(value), defaultDescription: String(value) }) as const;

/** An option with a number. */
export const numberOption = (describe: string) => ({ type: 'number', requiresArg: true, describe }) as const;

/** A switch, off by default. */
export const switchOption = (describe: string) => ({ type: 'boolean', default: false, describe }) as const;

/** --bom of commands that write CSV. */
export const bomOption = switchOption('Begin CSV files with a byte order mark, by which Excel knows UTF-8');

/** --encoding of text files: `what` says of which. */
export const encodingOption = (what: string) =>
  textOption(`Encoding of ${what}, such as gb18030 or shift_jis (default: found out)`);

export interface ConfigArguments {
  config: string;
  overrides?: string[];
}

export function configArguments<T>(yargs: Argv<T>): Argv<T & ConfigArguments> {
  return yargs
    .positional('config', {
      type: 'string',
      demandOption: true,
      describe: 'YAML file, such as configs/mtat.yaml',
    })
    .positional('overrides', {
      type: 'string',
      array: true,
      describe: 'key=value, such as training.epochs=10; ~key removes a key',
    }) as Argv<T & ConfigArguments>;
}

/** Options of commands that make a synthetic corpus. */
export const corpusOptions = {
  clips: { type: 'number', requiresArg: true, default: 600, describe: 'Number of clips' },
  seconds: { type: 'number', requiresArg: true, default: 5, describe: 'Length of a clip in seconds' },
  seed: {
    type: 'number',
    requiresArg: true,
    default: 1,
    describe: 'Seed of the corpus: the same seed gives the same bytes',
  },
} as const;

/** Parses the whole number of --flag. Throws a UsageError for anything else. */
export function wholeOption(flag: string, given: string | number, range: WholeRange = {}): number {
  try {
    return wholeNumber(given, range);
  } catch (error) {
    throw new UsageError(`--${flag} ${messageOf(error)}, not "${given}".`);
  }
}

/** The encoding that --encoding names; null where it is not given. Throws a UsageError for a name of none. */
export function readEncoding(given: string | undefined): TextEncoding | null {
  if (given === undefined) return null;
  const encoding = encodingNamed(given);
  if (encoding === null)
    throw new UsageError(`--encoding must be one of ${TEXT_ENCODINGS.join(', ')}, not "${given}".`);
  return encoding;
}

/** Parses the number of --flag, from `least` to `most`. Throws a UsageError for anything else. */
export function numberBetween(flag: string, text: string, least: number, most: number): number {
  const number = Number(text);
  if (text.trim() === '' || !(number >= least && number <= most))
    throw new UsageError(`--${flag} must be a number from ${least} to ${most}, not "${text}".`);
  return number;
}

/**
 * Checks the path of a result before anything is computed; without endings any is right. Throws UsageError for another
 * ending, or no folder.
 */
export async function requirePlace(flag: string, path: string, ...endings: string[]): Promise<void> {
  if (endings.length > 0 && !endings.some((ending) => path.toLowerCase().endsWith(ending)))
    throw new UsageError(`--${flag} must end in ${endings.join(' or ')}, and ${path} does not.`);
  await requireFolder(dirname(path), `--${flag}`);
  const found = await stat(path).catch(() => null);
  if (found?.isDirectory()) throw new UsageError(`--${flag}: ${path} is a folder; give the name of a file.`);
}

/** Throws UsageError where a file is there that may not be replaced. */
export async function requireNew(path: string, overwrite: boolean): Promise<void> {
  if (!overwrite && (await exists(path)))
    throw new UsageError(`${path} exists; give another file, or --overwrite to replace it.`);
}

/** Adds options of a command that its subcommands do not have. */
export function withOwnOptions(yargs: Argv, options: Record<string, Options>): Argv {
  yargs.options(options);
  // The types lack the second parameter, without which options are those of the subcommands too.
  const parser = yargs as unknown as { global(names: readonly string[], isGlobal: boolean): void };
  parser.global(Object.keys(options), false);
  return yargs;
}
