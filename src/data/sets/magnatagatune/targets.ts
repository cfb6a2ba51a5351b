/** Targets of a clip: its tags, or a class from a table beside them, such as mood or quadrant. */
import { isAbsolute, join } from 'node:path';
import { UsageError } from '../../../base/errors.js';
import { exists } from '../../../base/files.js';
import { encodingOf, type TextEncoding } from '../../../text/encodings.js';
import { notesOnSkipped, readTable, type SkippedRow } from '../../table.js';
import type { MtatClip } from './table.js';

export interface ClassColumn {
  /** Class by clip id; clips without one are absent. */
  byClip: Map<string, string>;
  classes: string[];
  skipped: SkippedRow[];
}

/**
 * The class of each clip in a column of a comma-separated table with a header and a column `clip_id`.
 *
 * @param part - which part of a class such as high-energy/low-stress is wanted, from 1; null for the whole
 * @param encoding - null: found out
 * @throws UsageError when the file or the column is missing
 */
export async function readClassColumn(
  path: string,
  column: string,
  part: number | null = null,
  encoding: TextEncoding | null = null,
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
    { encoding, key: 'data.encoding' },
  );
  return { byClip, classes: [...new Set(byClip.values())].sort(), skipped };
}

/** The targets of a clip; null for one that is left out. */
type TargetsOf = (clip: MtatClip) => Uint8Array | null;

/** Tags: one 1 for each; under the protocol `labelled`, a clip without any has no targets. */
export function tagTargets(
  labels: string[],
  protocol: 'labelled' | 'all',
): { labels: string[]; targetsOf: TargetsOf } {
  return {
    labels,
    targetsOf: (clip) => {
      if (clip.tags.length === 0 && protocol === 'labelled') return null;
      const targets = new Uint8Array(labels.length);
      for (const tag of clip.tags) targets[tag] = 1;
      return targets;
    },
  };
}

interface ClassOptions {
  /** CSV, relative to the root. */
  labels: string;
  target: string;
  /** From 1; null for the whole class. */
  target_part: number | null;
  encoding: string | null;
}

/**
 * Classes from a column of the labels table. Throws a UsageError when table or column is missing, or has fewer than two
 * classes.
 */
export async function classTargets(
  root: string,
  options: ClassOptions,
  notes: string[],
): Promise<{ labels: string[]; targetsOf: TargetsOf }> {
  const path = isAbsolute(options.labels) ? options.labels : join(root, options.labels);
  const { byClip, classes, skipped } = await readClassColumn(
    path,
    options.target.normalize(),
    options.target_part,
    encodingOf(options.encoding),
  );
  if (classes.length < 2) {
    throw new UsageError(
      `data.target: the column "${options.target}" of ${path} has ${classes.length} classes; at least two are needed.`,
    );
  }
  notes.push(...notesOnSkipped(skipped, options.labels));
  return {
    labels: classes,
    targetsOf: (clip) => {
      const found = byClip.get(clip.id);
      if (found === undefined) return null;
      const targets = new Uint8Array(classes.length);
      targets[classes.indexOf(found)] = 1;
      return targets;
    },
  };
}
