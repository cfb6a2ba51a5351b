/** Sony Wave64: WAVE with identifiers of 16 bytes and lengths of 64 bits. */
import { DamagedAudio, type OpenAudio } from '../../audio.js';
import type { ByteReader } from '../../source.js';
import { type AudioFormat, spells, viewOf } from '../format.js';
import { openPcm, type PcmHeader } from './stream.js';
import { readWaveFormat } from './wave-format.js';

/** Bytes of a chunk's identifier, whose first four are those of WAVE, and of its length, which counts both. */
const CHUNK_HEADER = 24;

/** Walks the chunks up to the data. */
async function readHeader(reader: ByteReader): Promise<PcmHeader> {
  await reader.skip(40);
  let format: Omit<PcmHeader, 'dataBytes'> | null = null;
  for (;;) {
    const head = await reader.peek(CHUNK_HEADER);
    if (head.length < CHUNK_HEADER) throw new DamagedAudio('ends before its data chunk');
    const length = Number(viewOf(head).getBigUint64(16, true)) - CHUNK_HEADER;
    if (length < 0) throw new DamagedAudio('has a chunk of a length that cannot be');
    await reader.skip(CHUNK_HEADER);
    if (spells(head, 0, 'data')) {
      if (!format) throw new DamagedAudio('has no format chunk before its data');
      return { ...format, dataBytes: length };
    }
    if (spells(head, 0, 'fmt ')) format = readWaveFormat(await reader.peek(Math.min(length, 40)), true);
    await reader.skip(Math.ceil(length / 8) * 8);
  }
}

/** Wave64, with the samples of WAV. */
export const w64: AudioFormat = {
  name: 'Wave64',
  decoder: 'polytag w64 1',
  hasMark: true,
  matches: (head) => spells(head, 0, 'riff\x2e\x91\xcf\x11') && spells(head, 24, 'wave'),
  async open(reader, source): Promise<OpenAudio> {
    return openPcm(w64, await readHeader(reader), reader, source);
  },
};
