/** Samples after MP3: encoded by LAME and decoded by mpg123, in place of the originals. */
import { readFrameHeader } from '../formats/mp3/header.js';
import { resample } from '../resample.js';
import { type EncodeMp3, SAMPLE_RATES, startMp3Encoder, takesBitRate } from './mp3.js';

/** Bit rates in kbit/s that an MP3 file may have, over all sample rates. */
export const MP3_BIT_RATES = [
  8, 16, 24, 32, 40, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320,
] as const;

/** Samples by which LAME and mpg123 together delay the sound. */
const DELAY = 576 + 529;

/**
 * Samples after which mpg123's filter bank is back at the start of its buffer, as sums in another order would differ in
 * the last bit: 8 granules. LAME adds 2 to the sound and the silence after it, which is two granules at least.
 */
const CYCLE = 8 * 576;
const ADDED = 2 * 576;
const paddedLength = (samples: number): number =>
  Math.ceil((samples + DELAY + 2 * ADDED) / CYCLE) * CYCLE - ADDED;

/**
 * Turns mono samples of a rate in Hz to what an MP3 file of a constant bit rate keeps of them: as many, at the same
 * instants. A rate that MP3 does not have is raised to the next one, and LAME itself lowers the rate where it finds the
 * bits too few, as it does for a file; both are undone.
 */
export type Mp3RoundTrip = (samples: Float32Array, sampleRate: number, bitRate: number) => Float32Array;

/** Starts the encoder and the decoder, once for any number of sounds. */
export async function startMp3RoundTrip(): Promise<Mp3RoundTrip> {
  const encode = await startMp3Encoder();
  const { MPEGDecoder } = await import('mpg123-decoder');
  const decoder = new MPEGDecoder({ enableGapless: false });
  await decoder.ready;
  const rates = new Map<string, number>();
  return (samples, sampleRate, bitRate) => {
    const key = `${sampleRate} ${bitRate}`;
    const rate = rates.get(key) ?? encodedRate(encode, sampleRate, bitRate);
    rates.set(key, rate);
    const own = rate === sampleRate ? samples : resample(samples, sampleRate, rate);
    const padded = new Float32Array(paddedLength(own.length));
    padded.set(own);
    const { channelData } = decoder.decode(encode([padded], { sampleRate: rate, bitRate }));
    const kept = channelData[0].slice(DELAY, DELAY + own.length);
    const back = rate === sampleRate ? kept : resample(kept, rate, sampleRate);
    // Rounded lengths of two resamplings may differ by a sample.
    const out = new Float32Array(samples.length);
    out.set(back.subarray(0, samples.length));
    return out;
  };
}

/** The rate that LAME writes: the lowest that holds the sound and the bit rate, or a lower one of LAME's choice. */
function encodedRate(encode: EncodeMp3, sampleRate: number, bitRate: number): number {
  const enough = SAMPLE_RATES.filter((rate) => takesBitRate(rate, bitRate));
  const first = enough.find((rate) => rate >= sampleRate) ?? enough.at(-1)!;
  const bytes = encode([new Float32Array(CYCLE)], { sampleRate: first, bitRate });
  return readFrameHeader(bytes, 0)!.sampleRate;
}
