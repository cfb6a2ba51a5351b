import { describe, expect, it } from 'vitest';
import { piptrack } from '../../../src/features/harmony/piptrack.js';
import { estimateTuning, pitchTuning } from '../../../src/features/harmony/tuning.js';
import type { FeatureMatrix } from '../../../src/features/matrix.js';
import { spectrogram } from '../../../src/features/stft.js';
import fc from '../../fast-check.js';
import { chord, EDGE_CASES, KNOWN_RATE, toneInNoise } from '../known-signals.js';

const magnitudeOf = (samples: Float32Array): FeatureMatrix =>
  spectrogram(samples, { nFft: 2048, hopLength: 512 }, 1);
const SETTINGS = { sampleRate: KNOWN_RATE };

/** A4 and C#5, 0.3 semitones flat. */
const flat = chord(
  [440, 554.365].map((f) => f * 2 ** (-0.3 / 12)),
  0.3,
);

describe('spectral peaks', () => {
  it('has librosa’s frequency and height of a tone', () => {
    const { pitches, magnitudes } = piptrack(magnitudeOf(toneInNoise()), SETTINGS);
    // librosa 0.11.0: the highest peak of frame 10.
    const at = 10 * pitches.bands + 56;
    expect(pitches.values[at]).toBeCloseTo(439.6725, 3);
    expect(magnitudes.values[at]).toBeCloseTo(196.1071, 3);
  });

  it('finds each tone within a bin, and none outside the range or below the threshold', () => {
    const spectrum = magnitudeOf(chord([100, 700, 1500, 5000], 0.2));
    const found = (settings: object): number[] => {
      const { values } = piptrack(spectrum, { ...SETTINGS, ...settings }).pitches;
      return [...values.subarray(15 * 1025, 16 * 1025)].filter((pitch) => pitch > 0);
    };
    expect(found({}).map((pitch) => Math.round(pitch / 10) * 10)).toEqual([700, 1500]);
    expect(found({ fMin: 50, fMax: 8000 })).toHaveLength(4);
    expect(found({ threshold: 1 })).toEqual([]);
  });
});

describe('tuning', () => {
  it('has librosa’s numbers', () => {
    // librosa 0.11.0.
    expect(estimateTuning(magnitudeOf(flat), SETTINGS)).toBeCloseTo(-0.29, 10);
    expect(estimateTuning(magnitudeOf(flat), { ...SETTINGS, binsPerOctave: 36 })).toBeCloseTo(0.13, 10);
    expect(estimateTuning(magnitudeOf(toneInNoise()), SETTINGS)).toBeCloseTo(-0.02, 10);
  });

  it('finds the deviation that frequencies were made with', () => {
    const steps = fc.uniqueArray(fc.integer({ min: -30, max: 30 }), { minLength: 1, maxLength: 20 });
    fc.assert(
      fc.property(steps, fc.integer({ min: -49, max: 48 }), (semitones, hundredths) => {
        const deviation = (hundredths + 0.5) / 100;
        const frequencies = Float32Array.from(semitones, (s) => 440 * 2 ** ((s + deviation) / 12));
        expect(pitchTuning(frequencies)).toBeCloseTo(hundredths / 100, 10);
      }),
    );
  });

  it('takes the most frequent deviation, the lowest of equals', () => {
    const at = (deviation: number): number => 440 * 2 ** (deviation / 12);
    expect(pitchTuning(Float32Array.of(at(0.105), at(0.305), at(0.305)))).toBeCloseTo(0.3, 10);
    expect(pitchTuning(Float32Array.of(at(0.305), at(0.105)))).toBeCloseTo(0.1, 10);
    expect(pitchTuning(Float32Array.of(at(0.3), at(0.305)), { resolution: 0.25 })).toBeCloseTo(0.25, 10);
  });

  it('is 0 without frequencies', () => {
    expect(pitchTuning(new Float32Array(3))).toBe(0);
    for (const name of ['empty', 'digital silence', 'constant'])
      expect(estimateTuning(magnitudeOf(EDGE_CASES[name]), SETTINGS)).toBe(0);
  });

  it('refuses settings out of range', () => {
    expect(() => pitchTuning(new Float32Array(1), { resolution: 0 })).toThrow(RangeError);
    expect(() => pitchTuning(new Float32Array(1), { binsPerOctave: 0 })).toThrow(RangeError);
  });
});
