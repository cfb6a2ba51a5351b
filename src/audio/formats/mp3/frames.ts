/** Finds the frames of an MP3 stream between tags and damage. */
import { joinBytes } from '../../samples.js';
import { spells } from '../format.js';
import { type FrameHeader, HEADER_BYTES, readFrameHeader } from './header.js';

/** A frame. */
export interface Mp3Frame {
  header: FrameHeader;
  bytes: Uint8Array;
}

/** What stands between or after frames and is no damage, with its length where it states one. */
function tagLength(bytes: Uint8Array, at: number): number {
  if (spells(bytes, at, 'TAG')) return 128;
  if (spells(bytes, at, 'ID3') && at + 10 <= bytes.length) {
    const [a, b, c, d] = bytes.subarray(at + 6, at + 10);
    return 10 + ((a & 0x7f) << 21) + ((b & 0x7f) << 14) + ((c & 0x7f) << 7) + (d & 0x7f);
  }
  if (spells(bytes, at, 'APETAGEX') && at + 16 <= bytes.length) {
    const size = bytes[at + 12] | (bytes[at + 13] << 8) | (bytes[at + 14] << 16);
    return 32 + size;
  }
  return 0;
}

/** Frames that must follow each other before the first is believed: random bytes look like a header now and then. */
const RUN = 3;

/**
 * Finds frames in order. All have the sample rate and version of the first; where the chain breaks, the next two frames
 * in a row are looked for. `onGap`: called at each break and for a last frame that is cut off.
 */
export async function* mp3Frames(
  chunks: AsyncIterable<Uint8Array>,
  onGap: () => void,
): AsyncGenerator<Mp3Frame, void> {
  let bytes: Uint8Array = new Uint8Array(0);
  let first: FrameHeader | null = null;
  let inChain = false;
  let skip = 0;

  const like = (header: FrameHeader | null): boolean =>
    header !== null &&
    (first === null || (header.sampleRate === first.sampleRate && header.samples === first.samples));

  /** Whether a chain of `run` frames begins at a byte; at the end of the stream a shorter one that fits exactly will do. */
  const chainAt = (at: number, run: number, ended: boolean): boolean | 'more' => {
    let position = at;
    for (let i = 0; i < run; i++) {
      if (position + HEADER_BYTES > bytes.length) {
        if (!ended) return 'more';
        return i > 0 && position === bytes.length;
      }
      const header = readFrameHeader(bytes, position);
      if (!header || !like(header)) return i > 0 && tagLength(bytes, position) > 0;
      position += header.length;
    }
    return true;
  };

  const take = function* (ended: boolean): Generator<Mp3Frame, void> {
    let at = Math.min(skip, bytes.length);
    skip -= at;
    while (at + HEADER_BYTES <= bytes.length) {
      const found = chainAt(at, inChain ? 1 : first ? RUN - 1 : RUN, ended);
      if (found === 'more') break;
      if (found) {
        const header = readFrameHeader(bytes, at) as FrameHeader;
        if (at + header.length > bytes.length) break;
        first ??= header;
        inChain = true;
        yield { header, bytes: bytes.subarray(at, at + header.length) };
        at += header.length;
        continue;
      }
      if (!ended && at + 16 > bytes.length) break; // a tag's length may lie beyond what is read
      const tag = tagLength(bytes, at);
      if (tag > 0) {
        skip = Math.max(0, tag - (bytes.length - at));
        at = Math.min(bytes.length, at + tag);
        continue;
      }
      // Zeros fill up to a block's end here and there; they are no lost sound.
      if (inChain && bytes[at] !== 0) onGap();
      inChain = inChain && bytes[at] === 0;
      at++;
    }
    bytes = bytes.slice(at);
  };

  for await (const chunk of chunks) {
    bytes = joinBytes([bytes, chunk]);
    yield* take(false);
  }
  yield* take(true);
  if (inChain && readFrameHeader(bytes, 0)) onGap();
}
