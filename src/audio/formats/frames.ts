/** Finds the frames of MP3 and of bare AAC, which have headers and no container, between tags and damage. */
import { joinBytes } from '../samples.js';
import { leadingTagLength, TAG_HEAD_BYTES, trailerLength } from '../tags.js';
import { spells } from './format.js';

/** A frame. */
export interface Frame<Header> {
  header: Header;
  bytes: Uint8Array;
}

/** How frames are known. */
export interface FrameKind<Header> {
  /** Bytes of a header. */
  headerBytes: number;
  /** The header at an offset, with the length of its frame; null where there is none. */
  readHeader(bytes: Uint8Array, at: number): Header | null;
  /** Whether a frame may be of the stream that begins with another. */
  isLike(header: Header, first: Header): boolean;
}

/** Data between or after frames that is not damage, with its length where it states one at its beginning. */
function tagLength(bytes: Uint8Array, at: number): number {
  if (spells(bytes, at, 'TAG+')) return 227;
  if (spells(bytes, at, 'TAG')) return 128;
  return leadingTagLength(bytes, at);
}

/** Most bytes behind the last frame that are looked through for tags that state their length at their end. */
const LARGEST_TRAILER = 1 << 24;

/** Frames that must follow each other before the first is believed: random bytes sometimes look like a header. */
const RUN = 3;

/** What the search tells of bytes that are neither frames nor tags. */
export interface Gaps {
  /** Called for each break that frames follow. */
  onGap: () => void;
  /** Called once where the last frame is cut off, or what follows it is unknown. */
  onTail: (isCutFrame: boolean) => void;
}

/**
 * Finds frames in order. All are like the first; where the chain breaks, the next two frames in a row are looked for.
 */
export async function* findFrames<Header extends { length: number }>(
  chunks: AsyncIterable<Uint8Array>,
  { headerBytes, readHeader, isLike }: FrameKind<Header>,
  { onGap, onTail }: Gaps,
): AsyncGenerator<Frame<Header>, void> {
  let bytes: Uint8Array = new Uint8Array(0);
  let first: Header | null = null;
  let inChain = false;
  let skip = 0;
  /** What was passed over since the last frame: a gap if a frame follows, else perhaps tags. */
  let passed: Uint8Array[] = [];
  let passedBytes = 0;
  let isBroken = false;

  const pass = (from: number, to: number): void => {
    if (to === from || first === null) return;
    passedBytes += to - from;
    if (passedBytes <= LARGEST_TRAILER) passed.push(bytes.slice(from, to));
  };

  /** Whether a chain of `run` frames begins at a byte; at the end of the stream a shorter one that fits exactly will do. */
  const chainAt = (at: number, run: number, ended: boolean): boolean | 'more' => {
    let position = at;
    for (let i = 0; i < run; i++) {
      if (position + headerBytes > bytes.length) {
        if (!ended) return 'more';
        return i > 0 && position === bytes.length;
      }
      const header = readHeader(bytes, position);
      if (!header || (first && !isLike(header, first))) return i > 0 && tagLength(bytes, position) > 0;
      position += header.length;
    }
    return true;
  };

  const take = function* (ended: boolean): Generator<Frame<Header>, void> {
    let at = Math.min(skip, bytes.length);
    skip -= at;
    let from = 0;
    while (at + headerBytes <= bytes.length) {
      const found = chainAt(at, inChain ? 1 : first ? RUN - 1 : RUN, ended);
      if (found === 'more') break;
      if (found) {
        const header = readHeader(bytes, at) as Header;
        if (at + header.length > bytes.length) break;
        first ??= header;
        if (isBroken) onGap();
        isBroken = false;
        passed = [];
        passedBytes = 0;
        inChain = true;
        yield { header, bytes: bytes.subarray(at, at + header.length) };
        at += header.length;
        from = at;
        continue;
      }
      if (!ended && at + TAG_HEAD_BYTES > bytes.length) break; // a tag's length may lie beyond what is read
      const tag = tagLength(bytes, at);
      if (tag > 0) {
        skip = Math.max(0, tag - (bytes.length - at));
        at = Math.min(bytes.length, at + tag);
        continue;
      }
      // Zeros fill up to a block's end here and there; they are not lost sound.
      isBroken ||= inChain && bytes[at] !== 0;
      inChain = inChain && bytes[at] === 0;
      at++;
    }
    pass(from, at);
    bytes = bytes.slice(at);
  };

  for await (const chunk of chunks) {
    bytes = joinBytes([bytes, chunk]);
    yield* take(false);
  }
  yield* take(true);
  if (first === null) return;
  const isCutFrame = inChain && readHeader(bytes, 0) !== null;
  const tail = joinBytes([...passed, bytes]);
  if (isCutFrame || (isBroken && trailerLength(tail) < tail.length)) onTail(isCutFrame);
}
