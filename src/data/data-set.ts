/** The contract of a data set, everything that the toolkit knows about it. */
import type { z } from 'zod';
import { UsageError } from '../base/errors.js';
import type { Dataset } from './dataset.js';
import type { Publication } from './download/publication.js';

export interface ImportOption {
  type: 'number' | 'string';
  default?: number | string;
  choices?: readonly (number | string)[];
  describe: string;
}

export interface ImportSummary {
  /** Printed by `--json`. */
  report: object;
  /** Printed otherwise. */
  lines: string[];
  /** Sentences on what is missing or was left out. */
  warnings: string[];
}

/** How `polytag data NAME import` reads a folder. */
export interface Importer {
  describe: string;
  /** What the folder must hold. */
  folder: string;
  options: Record<string, ImportOption>;
  run(root: string, options: Record<string, unknown>): Promise<ImportSummary>;
}

/** How `polytag data NAME download` fetches the data set. */
export interface Download {
  describe: string;
  /** Folder that the help suggests: `data/mtat`. */
  folder: string;
  publication: Publication;
}

export interface DataSet<Options extends z.ZodObject = z.ZodObject> {
  title: string;
  /** The paper to cite; null for the user's own recordings. */
  citation: string | null;
  /** The licence of the recordings and annotations; null for the user's own. */
  licence: string | null;
  /** Where it is published; null where the user must get it. */
  homepage: string | null;
  download: Download | null;
  import: Importer | null;
  /** Schema of `data` in a config; its key `set` is the literal name of the data set. */
  options: Options;
  /**
   * Reads examples and labels without opening audio. Throws a UsageError for a missing file or an empty split or class.
   */
  load(options: z.output<Options>): Promise<Dataset>;
}

/** Gives a data set its type, so that `load` receives the output of `options`. */
export function defineDataSet<Options extends z.ZodObject>(dataSet: DataSet<Options>): DataSet<Options> {
  return dataSet;
}

/** Options as a config would give them, with their defaults. Throws a UsageError that names the first wrong key. */
export function parseOptions<Options extends z.ZodObject>(
  schema: Options,
  given: Record<string, unknown>,
): z.output<Options> {
  const parsed = schema.safeParse(given);
  if (parsed.success) return parsed.data;
  const [{ path, message }] = parsed.error.issues;
  throw new UsageError(`data.${path.join('.')}: ${message.replace(/^Invalid input: /, '')}.`);
}
