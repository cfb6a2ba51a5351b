/** Sun and NeXT's AU. */
import { DamagedAudio, type OpenAudio } from '../../audio.js';
import { type AudioFormat, spells, UnsupportedAudio, viewOf } from '../format.js';
import type { SampleForm } from './samples.js';
import { openPcm } from './stream.js';

/** By the header's number. */
const CODINGS: Record<number, Pick<SampleForm, 'kind' | 'bytes'>> = {
  1: { kind: 'ulaw', bytes: 1 },
  2: { kind: 'integer', bytes: 1 },
  3: { kind: 'integer', bytes: 2 },
  4: { kind: 'integer', bytes: 3 },
  5: { kind: 'integer', bytes: 4 },
  6: { kind: 'float', bytes: 4 },
  7: { kind: 'float', bytes: 8 },
  27: { kind: 'alaw', bytes: 1 },
};

/** Bytes of the header without its text. */
const HEADER = 24;

/** AU with integers, floating point numbers, A-law or µ-law. */
export const au: AudioFormat = {
  name: 'AU',
  decoder: 'polytag au 1',
  matches: (head) => spells(head, 0, '.snd') || spells(head, 0, 'dns.'),
  async open(reader, source): Promise<OpenAudio> {
    const head = await reader.peek(HEADER);
    if (head.length < HEADER) throw new DamagedAudio('ends within its header');
    const view = viewOf(head);
    const isLittleEndian = spells(head, 0, 'dns.');
    const word = (at: number): number => view.getUint32(at, isLittleEndian);
    const [offset, length, number] = [word(4), word(8), word(12)];
    const coding = CODINGS[number];
    if (!coding) throw new UnsupportedAudio(`holds AU sound of coding ${number}, which is not supported`);
    await reader.skip(Math.max(HEADER, offset));
    const form = { ...coding, channels: word(20), bits: 8 * coding.bytes, isLittleEndian };
    const dataBytes = length === 0xffffffff ? Number.POSITIVE_INFINITY : length;
    return openPcm(au, { form, sampleRate: word(16), dataBytes }, reader, source);
  },
};
