import { describe, expect, it } from 'vitest';
import { rms, zeroCrossingRate } from '../../../src/features/timbre/time-domain.js';
import { chord, EDGE_CASES, noise, toneInNoise } from '../known-signals.js';
import { relativeError } from '../reference.js';

/** librosa 0.11.0, frames 0, 10, 22 and 31; not centred, frames 0, 10 and 22. */
const LIBROSA = {
  frames: [0, 10, 22, 31],
  zcr: [0.03564453, 0.07226562, 0.06494141, 0],
  zcrUncentred: [0.07373047, 0.07470703, 0.02490234],
  rms: [0.2029162, 0.2868719, 0.2659203, 0],
  rmsUncentred: [0.2900734, 0.2875922, 0.1716929],
};

describe.each([
  { name: 'zero-crossing rate', feature: zeroCrossingRate, centred: LIBROSA.zcr, not: LIBROSA.zcrUncentred },
  { name: 'RMS', feature: rms, centred: LIBROSA.rms, not: LIBROSA.rmsUncentred },
])('$name', ({ feature, centred, not }) => {
  it('has librosa’s numbers, centred or not', () => {
    const samples = toneInNoise();
    const all = feature(samples);
    expect(all.length).toBe(32);
    expect(
      relativeError(
        LIBROSA.frames.map((t) => all[t]),
        centred,
      ),
    ).toBeLessThan(1e-6);
    const whole = feature(samples, { center: false });
    expect(whole.length).toBe(28);
    expect(
      relativeError(
        LIBROSA.frames.slice(0, 3).map((t) => whole[t]),
        not,
      ),
    ).toBeLessThan(1e-6);
  });

  it('gives frame by frame what it gives at once', () => {
    const samples = toneInNoise();
    const whole = feature(samples, { frameLength: 1000, hopLength: 300, center: false });
    for (let t = 0; t < whole.length; t++) {
      const block = samples.subarray(t * 300, t * 300 + 1000);
      expect(feature(block, { frameLength: 1000, hopLength: 300, center: false })[0]).toBe(whole[t]);
    }
  });

  it.each(Object.keys(EDGE_CASES))('stays finite: %s', (name) => {
    expect(feature(EDGE_CASES[name]).every(Number.isFinite)).toBe(true);
  });

  it('refuses lengths that are not whole numbers of samples', () => {
    for (const wrong of [0, -1, 1.5, Number.NaN]) {
      expect(() => feature(noise(100), { hopLength: wrong })).toThrow(/hopLength must be a whole number/);
      expect(() => feature(noise(100), { frameLength: wrong })).toThrow(/frameLength must be a whole number/);
    }
  });
});

describe('known answers', () => {
  it('a sinusoid crosses zero twice a period and has an RMS of amplitude / √2', () => {
    const samples = chord([500], 0.6);
    const inside = { frameLength: 3200, hopLength: 1600, center: false };
    for (const rate of zeroCrossingRate(samples, inside)) expect(rate).toBeCloseTo(1000 / 16_000, 3);
    for (const level of rms(samples, inside)) expect(level).toBeCloseTo(0.6 / Math.SQRT2, 6);
  });

  it('magnitudes below the threshold do not cross', () => {
    const samples = chord([500], 0.01);
    expect(zeroCrossingRate(samples, { threshold: 0.02 }).every((rate) => rate === 0)).toBe(true);
  });

  it('silence after loud music has no level', () => {
    const samples = noise(20_000).map((value, n) => (n < 10_000 ? value * 1000 : 0));
    expect(rms(samples).at(-1)).toBe(0);
  });
});
