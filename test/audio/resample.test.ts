import { describe, expect, it } from 'vitest';
import { Resampler, resample } from '../../src/audio/resample.js';
import { joinSamples } from '../../src/audio/samples.js';
import fc from '../fast-check.js';
import { sweep } from '../golden/signals.js';
import { EVERY, soxrSamples, thin } from './golden.js';

const sine = (hertz: number, rate: number, seconds = 1): Float32Array =>
  Float32Array.from({ length: rate * seconds }, (_, n) => Math.sin((2 * Math.PI * hertz * n) / rate));

/** Largest magnitude away from the edges. */
const peak = (samples: Float32Array, edge: number): number =>
  samples.subarray(edge, -edge).reduce((a, b) => Math.max(a, Math.abs(b)), 0);

describe('resample', () => {
  it.each([
    [44_100, 16_000],
    [48_000, 16_000],
    [8000, 16_000],
    [16_000, 44_100],
    [11_025, 16_000],
    [96_000, 22_050],
  ])(
    'from %i to %i Hz keeps a tone in the pass band and removes what the new rate cannot hold',
    (from, to) => {
      const kept = resample(sine(1000, from), from, to);
      expect(kept.length).toBe(to);
      const expected = sine(1000, to);
      expect(
        peak(
          kept.map((value, n) => value - expected[n]),
          to / 10,
        ),
      ).toBeLessThan(5e-6);
      const beyond = (Math.min(from, to) / 2) * 1.05;
      if (beyond < from / 2) expect(peak(resample(sine(beyond, from), from, to), to / 10)).toBeLessThan(2e-6);
      // A tone below the old Nyquist frequency has no image above it.
      if (to > from) {
        const high = (from / 2) * 0.9;
        const output = resample(sine(high, from), from, to);
        const tone = sine(high, to);
        expect(
          peak(
            output.map((value, n) => value - tone[n]),
            to / 10,
          ),
        ).toBeLessThan(1e-4);
      }
    },
  );

  it.each([8000, 22_050, 44_100, 48_000])(
    'is within -100 dB of soxr HQ away from the edges, from %i Hz',
    (rate) => {
      const input = Float32Array.from(
        { length: rate },
        (_, n) =>
          0.4 * Math.sin((2 * Math.PI * 440 * n) / rate) + 0.2 * Math.sin((2 * Math.PI * 3000 * n) / rate),
      );
      const expected = soxrSamples(`tones_${rate}_to_16000`);
      const output = thin(resample(input, rate, 16_000));
      expect(output.length).toBe(expected.length);
      const error = peak(
        output.map((value, n) => value - expected[n]),
        1000 / EVERY,
      );
      expect(20 * Math.log10(error / 0.6)).toBeLessThan(-100);
    },
  );

  it('is within -80 dB of soxr HQ on a sweep up to the transition band', () => {
    const input = sweep(1, 44_100);
    const expected = soxrSamples('sweep_44100_to_16000');
    const output = thin(resample(input, 44_100, 16_000));
    expect(output.length).toBe(expected.length);
    const error = peak(
      output.map((value, n) => value - expected[n]),
      1000 / EVERY,
    );
    expect(20 * Math.log10(error / 0.5)).toBeLessThan(-80);
  });
});

describe('Resampler', () => {
  it('gives the same samples wherever the pieces end', () => {
    fc.assert(
      fc.property(
        fc.constantFrom(
          [44_100, 16_000],
          [48_000, 16_000],
          [8000, 16_000],
          [16_000, 22_050],
          [32_000, 16_000],
        ),
        fc.integer({ min: 0, max: 60_000 }),
        fc.array(fc.integer({ min: 0, max: 20_000 }), { maxLength: 10 }),
        ([from, to], length, lengths) => {
          const samples = Float32Array.from({ length }, (_, n) => Math.sin(n * n * 1e-4));
          const whole = resample(samples, from, to);
          const resampler = new Resampler(from, to);
          const parts: Float32Array[] = [];
          let at = 0;
          for (const piece of [...lengths, length]) {
            parts.push(resampler.push(samples.subarray(at, at + piece)));
            at = Math.min(length, at + piece);
          }
          parts.push(resampler.finish());
          expect(whole.length).toBe(Math.ceil((length * to) / from));
          expect(joinSamples(parts)).toEqual(whole);
        },
      ),
      { numRuns: 30 },
    );
  });
});
