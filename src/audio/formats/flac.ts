/** FLAC by libFLAC, compiled to WebAssembly. */
import { FLACDecoder } from '@wasm-audio-decoders/flac';
import { DamagedAudio, type OpenAudio } from '../audio.js';
import { type AudioFormat, spells, viewOf } from './format.js';
import { decodeByWasm } from './wasm-decoder.js';

/** Bytes up to the end of STREAMINFO: mark, block header, block. */
const STREAM_INFO_END = 4 + 4 + 34;

/** Free Lossless Audio Codec, in its own container. */
export const flac: AudioFormat = {
  name: 'FLAC',
  decoder: '@wasm-audio-decoders/flac 0.2.11',
  matches: (head) => spells(head, 0, 'fLaC'),
  async open(reader): Promise<OpenAudio> {
    const head = await reader.peek(STREAM_INFO_END);
    if (head.length < STREAM_INFO_END || (head[4] & 0x7f) !== 0) throw new DamagedAudio('has no FLAC header');
    // 20 bits sample rate, 3 channels − 1, 5 bits a sample − 1, 36 samples in all
    const view = viewOf(head);
    const high = view.getUint32(18);
    const sampleRate = high >>> 12;
    const fullScale = 2 ** ((high >> 4) & 31); // of one bit less than a sample has
    const channels = ((high >> 9) & 7) + 1;
    const samples = (high & 15) * 2 ** 32 + view.getUint32(22);
    if (sampleRate === 0) throw new DamagedAudio('states a sample rate of 0 Hz');
    let errors = 0;
    let decoded = 0;
    const blocks = async function* (): AsyncGenerator<Float32Array[], void> {
      const all = decodeByWasm(
        () => new FLACDecoder(),
        reader.rest(),
        { sampleRate, channels },
        (count) => {
          errors += count;
        },
      );
      for await (const block of all) {
        decoded += block[0].length;
        // The decoder divides by the largest positive integer; full scale is one more, as libsndfile has it.
        for (const channel of block) {
          for (let n = 0; n < channel.length; n++)
            channel[n] = Math.round(channel[n] * (fullScale - 1)) / fullScale;
        }
        yield block;
      }
      // Frames that the parser could not find are not reported by it; the header says how many there were.
      if (errors === 0 && decoded < samples) errors++;
    };
    const duration = samples === 0 ? null : samples / sampleRate;
    return {
      info: { format: flac.name, decoder: flac.decoder, sampleRate, channels, duration },
      blocks: blocks(),
      errors: () => errors,
    };
  },
};
