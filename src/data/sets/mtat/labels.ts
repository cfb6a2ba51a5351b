/** Labels from a CSV beside the tags: a class for each clip, such as mood or quadrant. */
import { UsageError } from '../../../base/errors.js';
import { exists } from '../../../base/files.js';
import { readTable, type SkippedRow } from '../../table.js';

/** A column of classes. */
export interface ClassColumn {
  /** Class by clip id; clips without one are absent. */
  byClip: Map<string, string>;
  /** The classes, sorted. */
  classes: string[];
  skipped: SkippedRow[];
}

/**
 * Reads one column of a table of labels.
 *
 * @param path - comma-separated file with a header and a column `clip_id`
 * @param column - the column
 * @param part - which part of a class such as high-energy/low-stress is wanted, from 1; null for the whole
 * @param part - which part of a class such as high-energy/low-stress is wanted, from 1; null for the whole
 * @returns the class of each clip that has one
 * @throws UsageError when the file or the column is missing
 */
export async function readClassColumn(
  path: string,
  column: string,
  part: number | null = null,
): Promise<ClassColumn> {
  if (!(await exists(path))) {
    throw new UsageError(
      `data.labels: there is no file ${path}, from which data.target "${column}" is to be read; give its path, or set data.target to "tags".`,
    );
  }
  const byClip = new Map<string, string>();
  let idAt = -1;
  let valueAt = -1;
  const { skipped } = await readTable(
    path,
    ',',
    (header) => {
      idAt = header.indexOf('clip_id');
      valueAt = header.indexOf(column);
      if (idAt < 0) throw new UsageError(`${path} has no column "clip_id" in its header line; add it.`);
      if (valueAt < 0) {
        const others = header.filter((name) => name !== 'clip_id').join(', ');
        throw new UsageError(`data.target: ${path} has no column "${column}"; it has ${others}.`);
      }
    },
    (fields) => {
      const whole = fields[valueAt].trim();
      const value = part === null ? whole : (whole.split('/')[part - 1] ?? '').trim();
      if (value) byClip.set(fields[idAt], value);
      if (value) return null;
      return whole ? `"${whole}" has no part ${part}` : `no ${column} is given`;
    },
  );
  return { byClip, classes: [...new Set(byClip.values())].sort(), skipped };
}
