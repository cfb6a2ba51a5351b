import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { powerSpectrum } from '../../src/features/fft.js';
import { frameCount, hertzToMel, logCompress, melSpectrogram, melToHertz } from '../../src/features/mel.js';
import { readNpy } from '../npy.js';
import { hasReference, referencePath } from '../reference.js';

const SETTINGS = { sampleRate: 16_000, nFft: 512, hopLength: 256, melBands: 96 };

describe('power spectrum', () => {
  it('equals the definition', () => {
    fc.assert(
      fc.property(
        fc.array(fc.double({ min: -1, max: 1, noNaN: true }), { minLength: 32, maxLength: 32 }),
        (samples) => {
          const transform = powerSpectrum(32);
          const power = new Float64Array(transform.bins);
          transform.compute(Float64Array.from(samples), power);
          for (let k = 0; k <= 16; k++) {
            const re = samples.reduce((sum, x, n) => sum + x * Math.cos((2 * Math.PI * k * n) / 32), 0);
            const im = samples.reduce((sum, x, n) => sum - x * Math.sin((2 * Math.PI * k * n) / 32), 0);
            expect(power[k]).toBeCloseTo(re * re + im * im, 9);
          }
        },
      ),
    );
  });

  it('refuses a size that is no power of two', () => {
    expect(() => powerSpectrum(500)).toThrow(/power of two/);
  });
});

describe('mel scale', () => {
  it('has an inverse', () => {
    fc.assert(
      fc.property(
        fc.double({ min: 0, max: 20_000, noNaN: true }),
        (f) => Math.abs(melToHertz(hertzToMel(f)) - f) < 1e-6,
      ),
    );
  });
});

describe('mel spectrogram', () => {
  it('is zero for silence and has librosa’s number of frames', () => {
    const mel = melSpectrogram(new Float32Array(1000), SETTINGS);
    expect(mel.length).toBe(frameCount(1000, 256) * 96);
    expect(logCompress(mel).every((value) => value === 0)).toBe(true);
  });

  it.runIf(hasReference).each(['music', 'sweep'])('equals librosa within 1e-4 of the maximum: %s', (name) => {
    const { values } = readNpy(referencePath('reference', 'features', `${name}.npy`));
    const { shape, values: expected } = readNpy(
      referencePath('reference', 'features', `${name}_mel_slaney.npy`),
    );
    const mel = melSpectrogram(values, SETTINGS);
    const [bands, frames] = shape;
    expect(mel.length).toBe(bands * frames);
    const largest = expected.reduce((a, b) => Math.max(a, b));
    let error = 0;
    for (let b = 0; b < bands; b++) {
      for (let t = 0; t < frames; t++)
        error = Math.max(error, Math.abs(mel[t * bands + b] - expected[b * frames + t]));
    }
    expect(error / largest).toBeLessThan(1e-6);
  });
});
