import { describe, expect, it } from 'vitest';
import { joinSamples } from '../../src/audio/samples.js';
import { logCompress } from '../../src/features/compression.js';
import { frameCount } from '../../src/features/framing.js';
import type { FeatureMatrix } from '../../src/features/matrix.js';
import { logMelSpectrogram, logMelStream } from '../../src/features/mel.js';
import { spectrogram, stftFraming } from '../../src/features/stft.js';
import { FeatureStream } from '../../src/features/stream.js';
import fc from '../fast-check.js';

const PAD_MODES = ['constant', 'reflect', 'edge'] as const;

/** All rows that a stream gives for a signal cut into pieces of some lengths. */
function streamed(stream: FeatureStream, samples: Float32Array, lengths: number[]): Float32Array {
  const parts: Float32Array[] = [];
  const keep = (rows: FeatureMatrix | null): void => {
    if (rows) parts.push(rows.values);
  };
  let at = 0;
  for (const length of [...lengths, samples.length]) {
    keep(stream.push(samples.subarray(at, at + length)));
    at = Math.min(samples.length, at + length);
  }
  keep(stream.finish());
  return joinSamples(parts);
}

describe('FeatureStream', () => {
  it('gives the rows of the whole signal, to the bit, wherever the pieces end', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 33, max: 9000 }),
        fc.array(fc.integer({ min: 0, max: 5000 }), { maxLength: 8 }),
        fc.constantFrom(...PAD_MODES),
        fc.boolean(),
        fc.integer({ min: 1, max: 90 }),
        (length, lengths, padMode, center, hopLength) => {
          const samples = Float32Array.from({ length }, (_, n) => Math.sin(n * n * 1e-3));
          const settings = { nFft: 64, hopLength, center, padMode };
          const stream = new FeatureStream(stftFraming(settings), (piece) =>
            spectrogram(piece, { ...settings, center: false }, 2),
          );
          expect(streamed(stream, samples, lengths)).toEqual(spectrogram(samples, settings, 2).values);
        },
      ),
      { numRuns: 60 },
    );
  });

  it('streams log-mel', () => {
    const settings = { sampleRate: 16_000, nFft: 512, hopLength: 256, melBands: 96 };
    const samples = Float32Array.from({ length: 100_000 }, (_, n) => Math.sin(n * n * 1e-5));
    const whole = logMelSpectrogram(samples, settings);
    expect(whole.frames).toBe(frameCount(samples.length, stftFraming(settings)));
    expect(streamed(logMelStream(settings), samples, [1, 300, 70_000])).toEqual(whole.values);
    expect(streamed(logMelStream(settings), samples.subarray(0, 10), [])).toEqual(
      logMelSpectrogram(samples.subarray(0, 10), settings).values,
    );
    expect(streamed(logMelStream(settings), new Float32Array(0), [])).toEqual(new Float32Array(96));
  });
});

describe('logCompress', () => {
  it('is log10(1 + 10000 x) to single precision, also beyond one batch', () => {
    const power = Float32Array.from({ length: 40_001 }, (_, i) => 10 ** (i / 2500 - 10));
    power[0] = 0;
    const compressed = logCompress(power);
    expect(compressed.length).toBe(power.length);
    expect(compressed[0]).toBe(0);
    let worst = 0;
    for (let i = 1; i < power.length; i++) {
      // The sum 1 + 10000 x is rounded to single precision too.
      const exact = Math.log10(Math.fround(1 + Math.fround(10_000 * power[i])));
      worst = Math.max(worst, Math.abs(compressed[i] - exact) / Math.max(1e-3, exact));
    }
    expect(worst).toBeLessThan(3e-7);
  });
});
