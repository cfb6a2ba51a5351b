/** Files as answers, whole or in parts, as players ask for them (RFC 9110, 14). */
import { createReadStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import { Readable } from 'node:stream';
import type { Context } from 'hono';
import { Refusal, type StudioBindings } from './refusal.js';

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

/** Answers with a file. Throws Refusal for a part that it does not have. */
export async function sendFile(
  context: Context<StudioBindings>,
  path: string,
  mediaType: string,
): Promise<Response> {
  const { size } = await stat(path);
  context.header('Accept-Ranges', 'bytes');
  context.header('Content-Type', mediaType);
  const range = byteRange(context.req.header('Range'), size);
  if (range === 'unsatisfiable')
    throw new Refusal(416, `The file has ${size} bytes; ask for a part of them.`, {
      'Content-Range': `bytes */${size}`,
    });
  const { first, last } = range ?? { first: 0, last: size - 1 };
  context.header('Content-Length', String(last - first + 1));
  if (range !== null) context.header('Content-Range', `bytes ${first}-${last}/${size}`);
  const stream = createReadStream(path, { start: first, end: Math.max(first, last) });
  return context.body(Readable.toWeb(stream) as ReadableStream, range === null ? 200 : 206);
}
