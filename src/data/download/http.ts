/** One exchange with the server: asks for (the rest of) a file and judges the answer. RFC 9110 sections 13 to 15. */
import { Failure, messageOf } from '../../base/errors.js';
import { retryAfterSeconds, Transient } from './retry.js';

/** Headers that identify a version of a remote file. */
export interface Validators {
  /** Strong entity tag, or null. */
  etag: string | null;
  /** Last-Modified as the server wrote it, or null. */
  lastModified: string | null;
  /** Whole length in bytes, or null where the server did not say. */
  size: number | null;
}

/** An answer that carries (the rest of) the file. */
export interface Answer {
  /** Byte of the file at which the body begins: as requested, or 0 when the file has to start over. */
  from: number;
  validators: Validators;
  body: AsyncIterable<Uint8Array>;
}

/** A strong tag; weak ones must not be used for ranges. */
function strongTag(header: string | null): string | null {
  return header !== null && !header.startsWith('W/') ? header : null;
}

function lengthOf(headers: Headers): number | null {
  // The length of an encoded body is not the file's.
  const encoding = headers.get('content-encoding');
  if (encoding !== null && encoding !== 'identity') return null;
  const length = headers.get('content-length');
  return length !== null && /^\d+$/.test(length) ? Number(length) : null;
}

/** Value for If-Range: a strong tag, else a date; null where the version is unknown, so that resuming is not safe. */
export function rangeCondition({ etag, lastModified }: Validators): string | null {
  return etag ?? lastModified;
}

/** Whether the rest that a server offers belongs to what is on disk. */
function continues(headers: Headers, from: number, known: Validators): boolean {
  const range = /^bytes (\d+)-(\d+)\/(\d+|\*)$/.exec(headers.get('content-range') ?? '');
  if (!range || Number(range[1]) !== from) return false;
  if (range[3] !== '*' && known.size !== null && Number(range[3]) !== known.size) return false;
  // A server that does not know If-Range sends the rest of whatever it has now.
  const etag = strongTag(headers.get('etag'));
  if (etag !== null && known.etag !== null) return etag === known.etag;
  const modified = headers.get('last-modified');
  return modified === null || known.lastModified === null || modified === known.lastModified;
}

/** The body's chunks; in Node a web stream is an async iterable, which the DOM's types do not say. */
function chunksOf(body: ReadableStream<Uint8Array>): AsyncIterable<Uint8Array> {
  return body as ReadableStream<Uint8Array> & AsyncIterable<Uint8Array>;
}

/** Statuses after which the same request may succeed. */
const PASSING = new Set([408, 425, 429, 500, 502, 503, 504]);

/** Turns an answer without the file into an error. */
function refuse(url: string, response: Response): Error {
  const { status, headers } = response;
  if (PASSING.has(status))
    return new Transient(
      `the server answers ${status}`,
      retryAfterSeconds(headers.get('retry-after'), Date.now()),
    );
  const missing = status === 404 || status === 410;
  return new Failure(
    `${url} answers ${status}: ${missing ? 'there is no such file' : 'the server refuses it'}; check the base URL, or give a mirror's.`,
  );
}

/**
 * Requests a file from byte `from` on; the result is null when a 416 says that everything is on disk already.
 *
 * @param known - validators of the bytes on disk; `from` above 0 needs a `rangeCondition`
 * @throws Transient for what may pass; Failure for what will not
 */
export async function request(
  url: string,
  from: number,
  known: Validators,
  signal: AbortSignal,
): Promise<Answer | null> {
  const headers: Record<string, string> = { 'accept-encoding': 'identity' };
  const condition = rangeCondition(known);
  if (from > 0 && condition !== null) {
    headers.range = `bytes=${from}-`;
    headers['if-range'] = condition;
  }
  const response = await fetch(url, { headers, signal }).catch((error: unknown) => {
    const cause = (error as { cause?: unknown }).cause ?? error;
    throw new Transient(`no connection (${messageOf(cause) || 'refused'})`);
  });
  if (response.status === 206 && continues(response.headers, from, known) && response.body)
    return { from, validators: known, body: chunksOf(response.body) };
  if (response.status === 200 && response.body) {
    const type = response.headers.get('content-type') ?? '';
    if (type.startsWith('text/html')) {
      await response.body.cancel();
      throw new Failure(`${url} answers a web page instead of the file; check the base URL or the network.`);
    }
    return {
      from: 0,
      validators: {
        etag: strongTag(response.headers.get('etag')),
        lastModified: response.headers.get('last-modified'),
        size: lengthOf(response.headers),
      },
      body: chunksOf(response.body),
    };
  }
  await response.body?.cancel();
  if (response.status === 416 && from > 0 && from === known.size) return null;
  if (response.status === 206 || response.status === 416) {
    // The file has changed or the part is not of it: once more, from the beginning.
    return from > 0
      ? request(url, 0, { etag: null, lastModified: null, size: null }, signal)
      : refuseRange(url);
  }
  throw refuse(url, response);
}

function refuseRange(url: string): never {
  throw new Failure(`${url} answers with a range that was not asked for; give another base URL.`);
}
