/** Names of PostgreSQL's tables. */
import { UsageError } from '../../../base/errors.js';

const NAME = /^[\p{L}_][\p{L}\p{N}_$]*$/u;

/** PostgreSQL cuts longer names off. */
const MOST_BYTES = 63;

/** Of the table beside that of the tracks. */
const META = '_meta';

/** A table of tracks and the table beside it, quoted, as SQL takes them. */
export interface TableName {
  name: string;
  meta: string;
}

/**
 * Quotes NAME or SCHEMA.NAME, in its own case.
 *
 * @throws UsageError for a name of other characters than letters, digits, _ and $, or of more than 58 bytes
 */
export function tableName(given: string): TableName {
  const parts = given.split('.');
  const isName = (part: string): boolean => NAME.test(part) && Buffer.byteLength(part + META) <= MOST_BYTES;
  if (parts.length > 2 || !parts.every(isName))
    throw new UsageError(
      `"${given}" cannot be the name of a table: give NAME or SCHEMA.NAME, of letters, digits and _, at most ${MOST_BYTES - META.length} bytes each.`,
    );
  const quoted = (suffix: string): string =>
    parts.map((part, i) => `"${part}${i === parts.length - 1 ? suffix : ''}"`).join('.');
  return { name: quoted(''), meta: quoted(META) };
}
