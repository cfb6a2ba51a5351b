import { describe, expect, it } from 'vitest';
import { powerToDecibels } from '../../../src/features/compression.js';
import { melSpectrogram } from '../../../src/features/mel.js';
import { onsetStrength } from '../../../src/features/rhythm/onset-strength.js';
import { spectralFlux } from '../../../src/features/rhythm/spectral-flux.js';
import fc from '../../fast-check.js';
import { errorTo, librosaSignal, relativeError, SAMPLE_RATE, SIGNALS } from '../reference.js';
import { clicksAt, TIMING } from './signals.js';

/** Three bands: frame 1 rises by 3 and 1, frame 2 falls, frame 3 moves the top band's level one band down. */
const SPECTRUM = { values: Float32Array.of(0, 0, 0, 3, 1, 0, 1, 0, 9, 1, 9, 0), frames: 4, bands: 3 };

describe('spectral flux', () => {
  it('is the mean rise over bands', () => {
    const [zero, first, second, third] = spectralFlux(SPECTRUM);
    expect([zero, first, second, third]).toEqual([0, Math.fround(4 / 3), 3, 3]);
  });

  it('is the median rise where asked, of an even number of bands too', () => {
    expect([...spectralFlux(SPECTRUM, { aggregate: 'median' })]).toEqual([0, 1, 0, 0]);
    const even = { values: Float32Array.of(0, 0, 0, 0, 1, 2, 5, 9), frames: 2, bands: 4 };
    expect([...spectralFlux(even, { aggregate: 'median' })]).toEqual([0, 3.5]);
  });

  it('does not count what only moved to the next band when filtered', () => {
    expect(spectralFlux(SPECTRUM, { maxSize: 3 })[3]).toBe(0);
  });

  it('compares across the lag and moves by the delay', () => {
    expect([...spectralFlux(SPECTRUM, { lag: 2 })]).toEqual([0, 0, Math.fround(10 / 3), Math.fround(8 / 3)]);
    expect([...spectralFlux(SPECTRUM, { delay: 1 })]).toEqual([0, 0, Math.fround(4 / 3), 3]);
    expect([...spectralFlux(SPECTRUM, { lag: 9 })]).toEqual([0, 0, 0, 0]);
  });

  it('loses what stays when detrended', () => {
    const rising = {
      values: Float32Array.from({ length: 2000 }, (_, t) => 2 * t),
      frames: 2000,
      bands: 1,
    };
    expect(spectralFlux(rising)[1999]).toBe(2);
    expect(Math.abs(spectralFlux(rising, { detrend: true })[1999])).toBeLessThan(1e-6);
  });

  it.each([[{ lag: 0 }], [{ lag: 1.5 }], [{ maxSize: 0 }], [{ delay: -1 }]])('refuses %o', (settings) => {
    expect(() => spectralFlux(SPECTRUM, settings)).toThrow(RangeError);
  });
});

describe('onset strength', () => {
  it.for(SIGNALS)('equals librosa’s within 1e-5 of the maximum: %s', async (name, ctx) => {
    const { samples, array } = await librosaSignal(name, ctx);
    const strength = onsetStrength(samples, { sampleRate: SAMPLE_RATE, hopLength: 256 });
    expect(errorTo(array('onset_strength'), strength)).toBeLessThan(1e-5);
  });

  it('is largest where a click begins, within a frame', () => {
    const strength = onsetStrength(clicksAt([1], 2), TIMING);
    const frame = strength.indexOf(Math.max(...strength));
    expect(Math.abs(frame - TIMING.sampleRate / TIMING.hopLength)).toBeLessThanOrEqual(1);
  });

  it('does not depend on the level', () => {
    const samples = clicksAt([0.3, 0.7], 1);
    const strength = onsetStrength(samples, TIMING);
    fc.assert(
      fc.property(fc.double({ min: 0.1, max: 10, noNaN: true }), (gain) => {
        const louder = samples.map((x) => x * gain);
        expect(relativeError(onsetStrength(louder, TIMING), strength)).toBeLessThan(0.02);
      }),
      { numRuns: 10 },
    );
  });

  it.each([
    ['no samples', 0, 1],
    ['one sample', 1, 1],
    ['less than a frame', 1000, 2],
    ['silence', 22_050, 44],
  ])('is zero for %s', (_, length, frames) => {
    expect([...onsetStrength(new Float32Array(length), TIMING)]).toEqual(new Array(frames).fill(0));
  });

  it('has whole frames only, and is not moved, when not centred', () => {
    const samples = clicksAt([0.3], 1);
    const strength = onsetStrength(samples, { ...TIMING, center: false });
    const mel = melSpectrogram(samples, { ...TIMING, nFft: 2048, melBands: 128, center: false });
    expect(strength.length).toBe(1 + Math.floor((22_050 - 2048) / 512));
    expect([...strength]).toEqual([...spectralFlux({ ...mel, values: powerToDecibels(mel.values) })]);
  });

  it.each([[{ hopLength: 0 }], [{ sampleRate: 0 }], [{ nFft: 1000 }], [{ lag: 0 }]])(
    'refuses %o',
    (settings) => {
      expect(() => onsetStrength(new Float32Array(4000), { ...TIMING, ...settings })).toThrow(RangeError);
    },
  );
});
