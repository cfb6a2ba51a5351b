/** Parts of a file, as a player asks for them (RFC 9110, 14). */

/** First and last byte. */
export interface ByteRange {
  first: number;
  last: number;
}

/**
 * The part of a file that a Range header asks for; null for all of it: without a header, or with one of another form, which
 * may be ignored.
 */
export function byteRange(header: string | undefined, bytes: number): ByteRange | 'unsatisfiable' | null {
  const [, from, to] = /^bytes=(\d{0,15})-(\d{0,15})$/.exec(header ?? '') ?? [];
  if (from === undefined || (from === '' && to === '')) return null;
  const first = from === '' ? Math.max(0, bytes - Number(to)) : Number(from);
  const last = from === '' || to === '' ? bytes - 1 : Math.min(bytes - 1, Number(to));
  if (first >= bytes || (from === '' && Number(to) === 0)) return 'unsatisfiable';
  return last < first ? null : { first, last };
}
