/** The Info, Xing or VBRI tag: a first frame without sound, in which encoders state lengths. */
import { spells, viewOf } from '../format.js';
import { HEADER_BYTES, type Mp3Frame } from './header.js';

/** Content of the tag. */
export interface InfoTag {
  /** Frames after this one; null when not stated. */
  frames: number | null;
  /** Bytes of this frame and those after it; null when not stated. */
  bytes: number | null;
  /** Samples of a decoder's to cut at the beginning: what the encoder put before the sound, and the decoder's delay. */
  skip: number;
  /** Samples to cut at the end. */
  cut: number;
}

/** Samples by which a layer III decoder is late: what an encoder's delay does not count. */
const DECODER_DELAY = 529;

const FLAG = { frames: 1, bytes: 2, contents: 4, quality: 8 };
/** Bytes from the encoder's name (LAME, Lavc, …) to delay and padding, of twelve bits each. */
const DELAY_AFTER_NAME = 21;

/** Where Fraunhofer's tag begins, whatever the side information. */
const VBRI_AT = HEADER_BYTES + 32;

/** The tag of a frame; null when the frame holds sound. */
export function readInfoTag({ header, bytes }: Mp3Frame): InfoTag | null {
  if (spells(bytes, VBRI_AT, 'VBRI') && bytes.length >= VBRI_AT + 18) {
    const view = viewOf(bytes);
    const [size, frames] = [view.getUint32(VBRI_AT + 10), view.getUint32(VBRI_AT + 14)];
    return { frames: frames || null, bytes: size || null, skip: 0, cut: 0 };
  }
  const start = HEADER_BYTES + header.sideInfo;
  if (!spells(bytes, start, 'Xing') && !spells(bytes, start, 'Info')) return null;
  if (bytes.length < start + 8) return { frames: null, bytes: null, skip: 0, cut: 0 };
  const view = viewOf(bytes);
  const flags = view.getUint32(start + 4);
  let at = start + 8;
  const frames = flags & FLAG.frames && at + 4 <= bytes.length ? view.getUint32(at) : null;
  if (flags & FLAG.frames) at += 4;
  const size = flags & FLAG.bytes && at + 4 <= bytes.length ? view.getUint32(at) : null;
  if (flags & FLAG.bytes) at += 4;
  if (flags & FLAG.contents) at += 100;
  if (flags & FLAG.quality) at += 4;
  const packed = at + DELAY_AFTER_NAME;
  if (packed + 3 > bytes.length || bytes[at] === 0) return { frames, bytes: size, skip: 0, cut: 0 };
  const delay = (bytes[packed] << 4) | (bytes[packed + 1] >> 4);
  const padding = ((bytes[packed + 1] & 15) << 8) | bytes[packed + 2];
  // Also where both are 0, as mpg123 and ffmpeg do.
  return { frames, bytes: size, skip: delay + DECODER_DELAY, cut: Math.max(0, padding - DECODER_DELAY) };
}
