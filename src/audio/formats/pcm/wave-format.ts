/** The format chunk of WAVE, which Wave64 has too. */
import { DamagedAudio } from '../../audio.js';
import { UnsupportedAudio, viewOf } from '../format.js';
import type { PcmHeader } from './stream.js';

/** The tag whose real format stands in its extension. */
const EXTENSIBLE = 0xfffe;

/** What the tags say that are not samples, for messages. */
const NAMES: Record<number, string> = {
  2: 'Microsoft ADPCM',
  17: 'IMA ADPCM',
  49: 'GSM 6.10',
  80: 'MPEG layer II',
  85: 'MP3',
  255: 'AAC',
  353: 'WMA',
};

const KINDS: Record<number, 'integer' | 'float' | 'alaw' | 'ulaw'> = {
  1: 'integer',
  3: 'float',
  6: 'alaw',
  7: 'ulaw',
};

/** Reads the chunk. Throws DamagedAudio when it cannot be, UnsupportedAudio when its samples are coded. */
export function readWaveFormat(bytes: Uint8Array, isLittleEndian: boolean): Omit<PcmHeader, 'dataBytes'> {
  if (bytes.length < 16) throw new DamagedAudio('has a format chunk that is too short');
  const view = viewOf(bytes);
  const word = (at: number): number => view.getUint16(at, isLittleEndian);
  const tag = word(0) === EXTENSIBLE && bytes.length >= 26 ? word(24) : word(0);
  const [channels, align, bits] = [word(2), word(12), word(14)];
  const sampleRate = view.getUint32(4, isLittleEndian);
  if (!KINDS[tag]) {
    const name = NAMES[tag] ? ` (${NAMES[tag]})` : '';
    throw new UnsupportedAudio(`holds sound of WAVE format ${tag}${name}, which is not supported`);
  }
  const least = Math.max(1, Math.ceil(bits / 8));
  // What a block has beyond its channels' bits is room around each sample.
  const size = align === 0 ? least : align / channels;
  if (channels === 0 || !Number.isInteger(size) || size < least || size > 8)
    throw new DamagedAudio(
      `states ${channels} channels of ${bits} bits in blocks of ${align} bytes, which cannot be`,
    );
  const kind = KINDS[tag] === 'integer' && size === 1 ? 'unsigned' : KINDS[tag];
  return { form: { kind, channels, bits, bytes: size, isLittleEndian }, sampleRate };
}
