/** Apple's Core Audio Format, with samples that are not compressed. */
import { DamagedAudio, type OpenAudio } from '../../audio.js';
import type { ByteReader } from '../../source.js';
import { type AudioFormat, fourLetters, spells, UnsupportedAudio, viewOf } from '../format.js';
import { openPcm, type PcmHeader } from './stream.js';

/** Flags of linear PCM. */
const FLAG = { float: 1, littleEndian: 2 };

/** Bytes of a chunk's header, of the description, and of the count of edits before the samples. */
const CHUNK_HEADER = 12;
const DESCRIPTION = 32;
const EDIT_COUNT = 4;

function readDescription(bytes: Uint8Array): Omit<PcmHeader, 'dataBytes'> {
  if (bytes.length < DESCRIPTION) throw new DamagedAudio('has a description that is too short');
  const view = viewOf(bytes);
  const coding = String.fromCharCode(...bytes.subarray(8, 12));
  const isLaw = coding === 'alaw' || coding === 'ulaw';
  if (!isLaw && coding !== 'lpcm')
    throw new UnsupportedAudio(
      `holds CAF sound coded as ${fourLetters(bytes, 8).trim()}, which is not supported`,
    );
  const flags = view.getUint32(12);
  const [packet, channels, bits] = [view.getUint32(16), view.getUint32(24), view.getUint32(28)];
  const bytesOf = packet / channels;
  if (!Number.isInteger(bytesOf) || bytesOf < 1 || bytesOf > 8)
    throw new DamagedAudio(`states ${channels} channels in packets of ${packet} bytes, which cannot be`);
  return {
    form: {
      kind: isLaw ? coding : flags & FLAG.float ? 'float' : 'integer',
      channels,
      bits: isLaw ? 8 : bits,
      bytes: bytesOf,
      isLittleEndian: (flags & FLAG.littleEndian) !== 0,
    },
    sampleRate: Math.round(view.getFloat64(0)),
  };
}

/** Walks the chunks up to the samples. */
async function readHeader(reader: ByteReader): Promise<PcmHeader> {
  await reader.skip(8);
  let description: Omit<PcmHeader, 'dataBytes'> | null = null;
  for (;;) {
    const head = await reader.peek(CHUNK_HEADER);
    if (head.length < CHUNK_HEADER) throw new DamagedAudio('ends before its samples');
    const length = Number(viewOf(head).getBigInt64(4));
    await reader.skip(CHUNK_HEADER);
    if (spells(head, 0, 'data')) {
      if (!description) throw new DamagedAudio('has no description before its samples');
      await reader.skip(EDIT_COUNT);
      // −1: the samples reach to the end of the file.
      return { ...description, dataBytes: length < 0 ? Number.POSITIVE_INFINITY : length - EDIT_COUNT };
    }
    if (length < 0) throw new DamagedAudio('has a chunk of a length that cannot be');
    if (spells(head, 0, 'desc'))
      description = readDescription(await reader.peek(Math.min(length, DESCRIPTION)));
    await reader.skip(length);
  }
}

/** CAF with linear PCM, A-law or µ-law. */
export const caf: AudioFormat = {
  name: 'CAF',
  decoder: 'polytag caf 1',
  hasMark: true,
  matches: (head) => spells(head, 0, 'caff\0\x01'),
  async open(reader, source): Promise<OpenAudio> {
    return openPcm(caf, await readHeader(reader), reader, source);
  },
};
