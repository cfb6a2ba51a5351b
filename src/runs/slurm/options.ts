/** Options of sbatch for each task: `time=08:00:00`, `partition=cpu`. */
import { UsageError } from '../../base/errors.js';

/** Options of sbatch by their long names, without dashes; null for one without a value (`exclusive`). */
export type SlurmOptions = ReadonlyMap<string, string | null>;

/** Options that the array's script sets, or that would change sbatch's output. */
const RESERVED = new Set([
  ...['array', 'chdir', 'error', 'input', 'no-requeue', 'open-mode', 'output', 'requeue', 'signal'],
  ...['help', 'parsable', 'quiet', 'test-only', 'usage', 'verbose', 'version', 'wait', 'wrap'],
]);

/** No spaces, quotes or line ends: a value is written into a line of a script. */
const FORM = /^([a-z][a-z0-9]*(?:-[a-z0-9]+)*)(?:=([\w.,:;@%+/=[\]*&|!~^-]+))?$/;

/**
 * Parses options, each `key=value` or `key` alone. Throws a UsageError for another form, one that comes twice, or one
 * that the script sets itself.
 */
export function parseSlurmOptions(texts: readonly string[]): SlurmOptions {
  const options = new Map<string, string | null>();
  for (const text of texts) {
    const match = FORM.exec(text);
    if (!match)
      throw new UsageError(
        `--slurm ${JSON.stringify(text)} is not an option of sbatch; write its long name without dashes, such as time=08:00:00 or exclusive.`,
      );
    const [, key, value = null] = match;
    if (RESERVED.has(key))
      throw new UsageError(`--slurm ${key} cannot be given: the array's script sets it.`);
    if (options.has(key)) throw new UsageError(`--slurm ${key} is given twice; remove one.`);
    options.set(key, value);
  }
  return options;
}
