/** The Info (or Xing) tag: a first frame without sound, in which encoders state lengths. */
import { spells, viewOf } from '../format.js';
import type { Mp3Frame } from './frames.js';
import { HEADER_BYTES } from './header.js';

/** Content of the tag. */
export interface InfoTag {
  /** Frames after this one; null when not stated. */
  frames: number | null;
  /** Samples that the encoder put before the sound. */
  delay: number;
  /** Samples that it put after. */
  padding: number;
}

/** Samples by which a layer III decoder is late: what an encoder's delay does not count. */
export const DECODER_DELAY = 529;

const FLAG = { frames: 1, bytes: 2, contents: 4, quality: 8 };
/** Bytes from the encoder's name (LAME, Lavc, …) to delay and padding, of twelve bits each. */
const DELAY_AFTER_NAME = 21;

/** The tag of a file's first frame; null when that frame holds sound. */
export function readInfoTag({ header, bytes }: Mp3Frame): InfoTag | null {
  const start = HEADER_BYTES + header.sideInfo;
  if (!spells(bytes, start, 'Xing') && !spells(bytes, start, 'Info')) return null;
  if (bytes.length < start + 8) return { frames: null, delay: 0, padding: 0 };
  const view = viewOf(bytes);
  const flags = view.getUint32(start + 4);
  let at = start + 8;
  const frames = flags & FLAG.frames && at + 4 <= bytes.length ? view.getUint32(at) : null;
  if (flags & FLAG.frames) at += 4;
  if (flags & FLAG.bytes) at += 4;
  if (flags & FLAG.contents) at += 100;
  if (flags & FLAG.quality) at += 4;
  const packed = at + DELAY_AFTER_NAME;
  if (packed + 3 > bytes.length || bytes[at] === 0) return { frames, delay: 0, padding: 0 };
  return {
    frames,
    delay: (bytes[packed] << 4) | (bytes[packed + 1] >> 4),
    padding: ((bytes[packed + 1] & 15) << 8) | bytes[packed + 2],
  };
}
