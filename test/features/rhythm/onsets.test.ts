import { describe, expect, it } from 'vitest';
import { onsetStrength } from '../../../src/features/rhythm/onset-strength.js';
import { backtrackOnsets, detectOnsets } from '../../../src/features/rhythm/onsets.js';
import { pickPeaks } from '../../../src/features/rhythm/peak-picking.js';
import fc from '../../fast-check.js';
import { librosaSignal, SAMPLE_RATE, SIGNALS } from '../reference.js';
import { clicksAt, PULSES, TIMING } from './signals.js';

const WINDOWS = { preMax: 5, postMax: 6, preAvg: 10, postAvg: 11, delta: 0.4, wait: 12 };
const envelopes = fc.float32Array({ minLength: 1, maxLength: 60, min: 0, max: 1, noNaN: true });

describe('peak picking', () => {
  it('finds librosa’s peaks', () => {
    expect([...pickPeaks(PULSES, WINDOWS)]).toEqual([
      8, 39, 70, 101, 133, 164, 196, 226, 259, 290, 321, 352, 384, 414, 446, 477, 508, 540, 572, 603, 634,
      665, 697,
    ]);
  });

  it('keeps its three promises', () => {
    fc.assert(
      fc.property(envelopes, fc.nat(4), fc.nat(6), fc.nat(5), (envelope, before, after, wait) => {
        const delta = 0.1;
        const settings = {
          preMax: before,
          postMax: after + 1,
          preAvg: after,
          postAvg: before + 1,
          delta,
          wait,
        };
        const peaks = pickPeaks(envelope, settings);
        peaks.forEach((peak, i) => {
          expect(envelope[peak]).toBe(
            Math.max(...envelope.subarray(Math.max(0, peak - before), peak + after + 1)),
          );
          const around = envelope.subarray(Math.max(0, peak - after), peak + before + 1);
          const mean = around.reduce((a, b) => a + b, 0) / around.length;
          expect(envelope[peak]).toBeGreaterThan(mean + delta - 1e-6);
          if (i > 0) expect(peak - peaks[i - 1]).toBeGreaterThan(wait);
        });
      }),
    );
  });

  it.each([
    [{ preMax: -1 }],
    [{ postMax: 0 }],
    [{ preAvg: -1 }],
    [{ postAvg: 0 }],
    [{ delta: -1 }],
    [{ wait: -1 }],
  ])('refuses %o', (settings) => {
    expect(() => pickPeaks(PULSES, { ...WINDOWS, ...settings })).toThrow(RangeError);
  });
});

describe('backtracking', () => {
  it('goes to the minimum at or before, and to 0 where there is none', () => {
    const energy = Float32Array.of(2, 3, 1, 1, 4, 2, 5);
    expect([...backtrackOnsets(Uint32Array.of(1, 3, 4, 5, 6), energy)]).toEqual([0, 3, 3, 5, 5]);
    expect([...backtrackOnsets(Uint32Array.of(0), Float32Array.of(1))]).toEqual([0]);
  });
});

describe('onset detection', () => {
  it.for(SIGNALS)('finds librosa’s onsets, all and no others: %s', async (name, ctx) => {
    const timing = { sampleRate: SAMPLE_RATE, hopLength: 256 };
    const { samples, onset_seconds } = await librosaSignal(name, ctx);
    const onsets = detectOnsets(onsetStrength(samples, timing), timing);
    expect([...onsets.times]).toEqual(onset_seconds);
  });

  it('finds librosa’s onsets, and their beginnings, in an envelope', () => {
    const onsets = detectOnsets(PULSES, TIMING);
    expect(onsets.frames.length).toBe(82);
    expect([...onsets.frames.subarray(0, 12)]).toEqual([6, 8, 21, 28, 37, 39, 52, 60, 69, 82, 84, 86]);
    const begun = detectOnsets(PULSES, { ...TIMING, backtrack: true });
    expect([...begun.frames.subarray(0, 12)]).toEqual([0, 0, 18, 25, 35, 35, 50, 59, 66, 81, 83, 85]);
  });

  it('finds clicks where they are, within 25 ms', () => {
    const times = [0.25, 0.61, 0.9, 1.4, 1.52, 2.3];
    const onsets = detectOnsets(onsetStrength(clicksAt(times, 3), TIMING), TIMING);
    expect(onsets.times.length).toBe(times.length);
    times.forEach((time, i) => {
      expect(Math.abs(onsets.times[i] - time)).toBeLessThan(0.025);
    });
    expect(onsets.times[1]).toBeCloseTo((onsets.frames[1] * 512) / 22_050, 12);
  });

  it('does not depend on the envelope’s scale unless normalize is off', () => {
    const quiet = PULSES.map((x) => x / 1024);
    expect(detectOnsets(quiet, TIMING)).toEqual(detectOnsets(PULSES, TIMING));
    expect(detectOnsets(quiet, { ...TIMING, normalize: false }).frames.length).toBe(0);
  });

  it.each([
    ['nothing', new Float32Array(0)],
    ['silence', new Float32Array(50)],
    ['a constant', new Float32Array(50).fill(3)],
    ['what is not finite', Float32Array.of(0, 1, Number.NaN, 1)],
  ])('finds nothing in %s', (_, envelope) => {
    expect(detectOnsets(envelope, TIMING).frames.length).toBe(0);
    expect(detectOnsets(envelope, { ...TIMING, backtrack: true }).times.length).toBe(0);
  });

  it('backtracks in an energy of the same length only', () => {
    const energy = PULSES.map((_, t) => (t % 31) + 1);
    const { frames } = detectOnsets(PULSES, { ...TIMING, backtrack: true, energy });
    expect(frames.every((frame) => frame % 31 === 0)).toBe(true);
    expect(() => detectOnsets(PULSES, { ...TIMING, energy: energy.subarray(1) })).toThrow(/699 frames/);
  });
});
