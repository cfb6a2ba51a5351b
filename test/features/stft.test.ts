import { describe, expect, it } from 'vitest';
import { realFft } from '../../src/features/fft.js';
import { frameCount, padForFraming } from '../../src/features/framing.js';
import { istft, spectrogram, stft } from '../../src/features/stft.js';
import fc from '../fast-check.js';
import { errorTo, librosaSignal, relativeError, SIGNALS } from './reference.js';

const frameOf32 = fc.array(fc.double({ min: -1, max: 1, noNaN: true }), { minLength: 32, maxLength: 32 });

describe('Fourier transform', () => {
  it('equals the definition, and its inverse gives the frame back', () => {
    const transform = realFft(32);
    const [re, im] = [new Float64Array(17), new Float64Array(17)];
    const back = new Float64Array(32);
    fc.assert(
      fc.property(frameOf32, (samples) => {
        transform.forward(Float64Array.from(samples), re, im);
        for (let k = 0; k <= 16; k++) {
          const angle = (n: number): number => (2 * Math.PI * k * n) / 32;
          expect(re[k]).toBeCloseTo(
            samples.reduce((sum, x, n) => sum + x * Math.cos(angle(n)), 0),
            9,
          );
          expect(im[k]).toBeCloseTo(
            samples.reduce((sum, x, n) => sum - x * Math.sin(angle(n)), 0),
            9,
          );
        }
        transform.inverse(re, im, back);
        for (let n = 0; n < 32; n++) expect(back[n]).toBeCloseTo(samples[n], 12);
      }),
    );
  });

  it('refuses a size that is not a power of two', () => {
    expect(() => realFft(500)).toThrow(/power of two/);
  });
});

describe('framing', () => {
  const samples = Float32Array.of(1, 2, 3, 4, 5);
  const framing = { frameLength: 4, hopLength: 2 };

  it.each([
    ['constant', [0, 0, 1, 2, 3, 4, 5, 0, 0]],
    ['reflect', [3, 2, 1, 2, 3, 4, 5, 4, 3]],
    ['edge', [1, 1, 1, 2, 3, 4, 5, 5, 5]],
  ] as const)('pads by %s as NumPy does', (padMode, expected) => {
    expect([...padForFraming(samples, { ...framing, padMode })]).toEqual(expected);
  });

  it('counts frames as librosa does', () => {
    expect(frameCount(5, framing)).toBe(3);
    expect(frameCount(5, { ...framing, center: false })).toBe(1);
    expect(frameCount(3, { ...framing, center: false })).toBe(0);
    expect(frameCount(0, framing)).toBe(1);
  });

  it('says when there is too little to reflect', () => {
    expect(() => padForFraming(samples.subarray(0, 2), { ...framing, padMode: 'reflect' })).toThrow(
      /more than 2 samples/,
    );
  });
});

describe('short-time Fourier transform', () => {
  it.for(SIGNALS)('equals librosa’s within 1e-5 of the maximum: %s', async (name, ctx) => {
    const { samples, array } = await librosaSignal(name, ctx);
    const magnitude = spectrogram(samples, { nFft: 512, hopLength: 256 }, 1);
    expect(errorTo(array('stft_magnitude'), magnitude)).toBeLessThan(1e-5);
  });

  it('is undone by its inverse, edges and a shorter window included', () => {
    const samples = Float32Array.from({ length: 3000 }, (_, n) => Math.sin(n * n * 1e-4));
    for (const settings of [
      { nFft: 512, hopLength: 128 },
      { nFft: 512, hopLength: 100, winLength: 400 },
    ]) {
      const back = istft(stft(samples, settings), settings, samples.length);
      expect(relativeError(back, samples)).toBeLessThan(1e-5);
    }
  });
});
