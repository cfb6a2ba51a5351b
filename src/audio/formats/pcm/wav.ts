/** RIFF WAVE, its big-endian form RIFX, and RF64 and BW64, whose lengths have 64 bits. */
import { DamagedAudio, type OpenAudio } from '../../audio.js';
import type { ByteReader, ByteSource } from '../../source.js';
import { type AudioFormat, fourLetters, spells, viewOf } from '../format.js';
import { openPcm, type PcmHeader } from './stream.js';
import { readWaveFormat } from './wave-format.js';

/** Marks of the container. */
const MARKS = ['RIFF', 'RIFX', 'RF64', 'BW64'];

/** Programs that stream do not know the length, and write one near these: 2 GiB (sox, arecord) or 4 GiB. */
const UNKNOWN_LENGTHS = [2 ** 31, 2 ** 32];
const NEAR = 1 << 16;

const isUnknown = (length: number): boolean => UNKNOWN_LENGTHS.some((end) => Math.abs(length - end) <= NEAR);

/** Walks the chunks up to the data. */
async function readHeader(
  reader: ByteReader,
  { size = Number.POSITIVE_INFINITY }: ByteSource,
): Promise<PcmHeader> {
  const mark = await reader.peek(12);
  if (mark.length < 12) throw new DamagedAudio('ends within its header');
  const isLittleEndian = !spells(mark, 0, 'RIFX');
  const begin = reader.position;
  const stated = viewOf(mark).getUint32(4, isLittleEndian);
  await reader.skip(12);
  let format: Omit<PcmHeader, 'dataBytes'> | null = null;
  let longData: number | null = null;
  for (;;) {
    const head = await reader.peek(8);
    if (head.length < 8) throw new DamagedAudio('ends before its data chunk');
    const length = viewOf(head).getUint32(4, isLittleEndian);
    await reader.skip(8);
    const left = size - reader.position;
    if (spells(head, 0, 'data')) {
      if (!format) throw new DamagedAudio('has no format chunk before its data');
      if (longData !== null && length === 0xffffffff) return { ...format, dataBytes: longData };
      // No length is none, unless the file states its own length, which fits.
      const isEmpty = length === 0 && begin + 8 + stated === size;
      const isStreamed = (length === 0 && !isEmpty) || (isUnknown(length) && length > left);
      return { ...format, dataBytes: isStreamed ? Number.POSITIVE_INFINITY : length };
    }
    if (spells(head, 0, 'fmt '))
      format = readWaveFormat(await reader.peek(Math.min(length, 40)), isLittleEndian);
    if (spells(head, 0, 'ds64') && length >= 24)
      longData = Number(viewOf(await reader.peek(24)).getBigUint64(8, true));
    if (length > left) {
      throw new DamagedAudio(
        `has a chunk (${fourLetters(head)}) whose length reaches beyond the end of the file`,
      );
    }
    await reader.skip(length + (length % 2)); // chunks begin at even bytes
  }
}

/** PCM of 8 to 64 bits, floating point of 32 and 64, A-law and µ-law; a file that ends early gives what it holds. */
export const wav: AudioFormat = {
  name: 'WAV',
  decoder: 'polytag wav 2',
  hasMark: true,
  matches: (head) => MARKS.some((mark) => spells(head, 0, mark)) && spells(head, 8, 'WAVE'),
  async open(reader, source): Promise<OpenAudio> {
    return openPcm(wav, await readHeader(reader, source), reader, source);
  },
};
