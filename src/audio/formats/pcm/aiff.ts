/** AIFF, and AIFC with samples that are not compressed. */
import { DamagedAudio, type OpenAudio } from '../../audio.js';
import type { ByteReader } from '../../source.js';
import { type AudioFormat, fourLetters, spells, UnsupportedAudio, viewOf } from '../format.js';
import type { SampleForm } from './samples.js';
import { openPcm, type PcmHeader } from './stream.js';

type Coding = Pick<SampleForm, 'kind' | 'isLittleEndian'> & { bytes?: number };

/** By AIFC's name of the compression; integers and numbers have big-endian bytes unless the name is `sowt` or turned round. */
const CODINGS: Record<string, Coding> = {
  NONE: { kind: 'integer', isLittleEndian: false },
  twos: { kind: 'integer', isLittleEndian: false },
  sowt: { kind: 'integer', isLittleEndian: true },
  'raw ': { kind: 'unsigned', isLittleEndian: false },
  in24: { kind: 'integer', isLittleEndian: false, bytes: 3 },
  in32: { kind: 'integer', isLittleEndian: false, bytes: 4 },
  '42n1': { kind: 'integer', isLittleEndian: true, bytes: 3 },
  '23ni': { kind: 'integer', isLittleEndian: true, bytes: 4 },
  fl32: { kind: 'float', isLittleEndian: false, bytes: 4 },
  FL32: { kind: 'float', isLittleEndian: false, bytes: 4 },
  fl64: { kind: 'float', isLittleEndian: false, bytes: 8 },
  FL64: { kind: 'float', isLittleEndian: false, bytes: 8 },
  alaw: { kind: 'alaw', isLittleEndian: false, bytes: 1 },
  ALAW: { kind: 'alaw', isLittleEndian: false, bytes: 1 },
  ulaw: { kind: 'ulaw', isLittleEndian: false, bytes: 1 },
  ULAW: { kind: 'ulaw', isLittleEndian: false, bytes: 1 },
};

/** A number of 80 bits: sign and exponent, then the mantissa with its first bit. */
function readExtended(view: DataView, at: number): number {
  const exponent = (view.getUint16(at) & 0x7fff) - 16_383 - 63;
  return Number(view.getBigUint64(at + 2)) * 2 ** exponent;
}

/** Reads the chunk of the format, and how many bytes of samples it states. */
function readCommon(bytes: Uint8Array): PcmHeader {
  if (bytes.length < 18) throw new DamagedAudio('has a format chunk that is too short');
  const view = viewOf(bytes);
  const name = bytes.length >= 22 ? String.fromCharCode(...bytes.subarray(18, 22)) : 'NONE';
  const coding = CODINGS[name];
  if (!coding)
    throw new UnsupportedAudio(`holds AIFC sound coded as ${fourLetters(bytes, 18)}, which is not supported`);
  const [channels, frames, bits] = [view.getUint16(0), view.getUint32(2), view.getUint16(6)];
  const size = coding.bytes ?? Math.ceil(bits / 8);
  const form = { ...coding, channels, bits: coding.bytes ? 8 * size : bits, bytes: size };
  return { form, sampleRate: Math.round(readExtended(view, 8)), dataBytes: frames * channels * size };
}

/** Walks the chunks up to the samples. */
async function readHeader(reader: ByteReader): Promise<PcmHeader> {
  await reader.skip(12);
  let common: PcmHeader | null = null;
  for (;;) {
    const head = await reader.peek(16);
    if (head.length < 8) throw new DamagedAudio('ends before its samples');
    const length = viewOf(head).getUint32(4);
    if (spells(head, 0, 'SSND')) {
      if (!common) throw new DamagedAudio('has no format chunk before its samples');
      await reader.skip(16 + (head.length < 16 ? 0 : viewOf(head).getUint32(8)));
      return common;
    }
    await reader.skip(8);
    if (spells(head, 0, 'COMM')) common = readCommon(await reader.peek(Math.min(length, 22)));
    await reader.skip(length + (length % 2));
  }
}

/** AIFF and AIFC of 8 to 64 bits, floating point, A-law and µ-law. */
export const aiff: AudioFormat = {
  name: 'AIFF',
  decoder: 'polytag aiff 1',
  hasMark: true,
  matches: (head) => spells(head, 0, 'FORM') && (spells(head, 8, 'AIFF') || spells(head, 8, 'AIFC')),
  async open(reader, source): Promise<OpenAudio> {
    return openPcm(aiff, await readHeader(reader), reader, source);
  },
};
