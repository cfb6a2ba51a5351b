import { describe, expect, it } from 'vitest';
import type { FeatureMatrix } from '../../../src/features/matrix.js';
import { dctRows } from '../../../src/features/timbre/dct.js';
import { mfcc, mfccFromLogMel } from '../../../src/features/timbre/mfcc.js';
import fc from '../../fast-check.js';
import { EDGE_CASES, KNOWN_RATE, toneInNoise } from '../known-signals.js';
import { errorTo, librosaSignal, relativeError, SIGNALS } from '../reference.js';

const SETTINGS = { sampleRate: KNOWN_RATE, nFft: 512, hopLength: 256, melBands: 40, nMfcc: 13 };

const row = ({ values, bands }: FeatureMatrix, t: number): Float32Array =>
  values.subarray(t * bands, (t + 1) * bands);

/** librosa 0.11.0, frame 20. */
const LIBROSA = {
  plain: [
    -95.95166, 17.34833, 13.51945, 4.28631, -3.744333, -7.266693, -12.87285, -14.27905, -17.57131, -14.0514,
    -9.37042, -2.051768, 5.560574,
  ],
  htkLiftered: [
    108.938, -12.13283, 49.43822, -38.90019, -112.238, -150.9638, -167.1562, -110.676, -47.08487, 67.26211,
    157.9034, 187.7743, 138.5303,
  ],
};

describe('discrete cosine transform', () => {
  it('keeps the energy of a row and turns a constant into the first coefficient', () => {
    fc.assert(
      fc.property(
        fc.array(fc.double({ min: -1, max: 1, noNaN: true }), { minLength: 1, maxLength: 40 }),
        (x) => {
          const values = Float32Array.from(x);
          const energy = (v: Float32Array): number => v.reduce((sum, a) => sum + a * a, 0);
          const result = dctRows({ values, frames: 1, bands: x.length });
          expect(energy(result.values)).toBeCloseTo(energy(values), 4);
        },
      ),
    );
    const constant = dctRows({ values: new Float32Array(16).fill(2), frames: 1, bands: 16 });
    expect(constant.values[0]).toBeCloseTo(8, 6);
    expect(Math.max(...constant.values.subarray(1).map(Math.abs))).toBeLessThan(1e-6);
  });

  it('refuses more coefficients than bands', () => {
    expect(() => dctRows({ values: new Float32Array(4), frames: 1, bands: 4 }, 5)).toThrow(RangeError);
  });
});

describe('MFCC', () => {
  it('has librosa’s numbers, HTK’s form and the lifter included', () => {
    const samples = toneInNoise();
    expect(relativeError(row(mfcc(samples, SETTINGS), 20), LIBROSA.plain)).toBeLessThan(1e-5);
    const htk = mfcc(samples, { ...SETTINGS, scale: 'htk', norm: 'none', lifter: 22 });
    expect(relativeError(row(htk, 20), LIBROSA.htkLiftered)).toBeLessThan(1e-5);
  });

  it.for(SIGNALS)('equals librosa’s within 1e-5 of the maximum: %s', async (name, ctx) => {
    const { samples, array } = await librosaSignal(name, ctx);
    const ours = mfcc(samples, { sampleRate: 16_000, nFft: 512, hopLength: 256, melBands: 96 });
    expect(errorTo(array('mfcc20'), ours)).toBeLessThan(1e-5);
  });

  it('has 20 coefficients by default, of which only the first changes with loudness', () => {
    const samples = toneInNoise().subarray(0, 8000);
    const [loud, quiet] = [1, 0.1].map((gain) =>
      mfcc(
        samples.map((x) => gain * x),
        { ...SETTINGS, nMfcc: undefined },
      ),
    );
    expect(loud.bands).toBe(20);
    for (let t = 0; t < loud.frames; t++) {
      // 20 dB less in each of 40 bands.
      expect(loud.values[t * 20] - quiet.values[t * 20]).toBeCloseTo(20 * Math.sqrt(40), 2);
      for (let n = 1; n < 20; n++) expect(loud.values[t * 20 + n]).toBeCloseTo(quiet.values[t * 20 + n], 2);
    }
  });

  it.each(Object.keys(EDGE_CASES))('stays finite: %s', (name) => {
    expect(mfcc(EDGE_CASES[name], SETTINGS).values.every(Number.isFinite)).toBe(true);
  });

  it('refuses a negative lifter and more coefficients than bands', () => {
    const logMel = { values: new Float32Array(10), frames: 1, bands: 10 };
    expect(() => mfccFromLogMel(logMel, { nMfcc: 5, lifter: -1 })).toThrow(RangeError);
    expect(() => mfccFromLogMel(logMel)).toThrow(/from 1 to 10/);
  });
});
